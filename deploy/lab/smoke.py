"""The whole life of a recording without a person: one line a step. deploy/demo --smoke and tests/e2e run it.

    python3 -m lab.smoke            (with deploy/ on PYTHONPATH, and CALLVAULT_BIN)
"""

import argparse
import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from lab import calls, privacy_search, wav
from lab.browser import Browser
from lab.client import digest
from lab.lab import Lab, wait_until
from lab.provider import ACR_MFA, Provider, new_secret, node_program, person, totp

# Tables that keep something of a purged recording, by design: its tombstone and random ids, nothing that was said of it.
_KEEPS_IDS = {"reference"}


class SmokeFailed(Exception):
    """A step failed; the text says which and how."""


class Steps:
    """Runs and prints the steps."""

    def __init__(self, out=sys.stdout):
        self.out, self.count = out, 0

    @contextlib.contextmanager
    def step(self, words):
        """One step: a line when it is done."""
        self.count += 1
        begun = time.monotonic()
        try:
            yield
        except Exception as error:
            print(f"FAILED {self.count:2}  {words}\n    {type(error).__name__}: {error}", file=self.out, flush=True)
            raise SmokeFailed(words) from error
        print(f"ok {self.count:2}  {words}  ({time.monotonic() - begun:.1f} s)", file=self.out, flush=True)


def expect(answer, status, problem=None):
    """The answer, if it has this status (and problem); raises with what came instead."""
    if answer.status != status or (problem and answer.problem != problem):
        raise AssertionError(f"expected {status} {problem or ''}, got {answer.status} {answer.body[:400]!r}")
    return answer


def open_play(listener, recording, purpose="quality"):
    """A play of `recording`; its JSON."""
    return expect(listener.post(f"/v1/recordings/{recording}/plays", {"purpose": purpose}), 201).json()


def fetch_all(listener, recording, purpose="quality"):
    """Plays a recording and closes the play; the WAV."""
    play = open_play(listener, recording, purpose)
    sound = expect(listener.get(play["media"]), 200).body
    expect(listener.request("DELETE", f"/v1/plays/{play['id']}"), 204)
    return sound


def purge_now(officer, seconds=60):
    """Runs the purge through the API and waits for its end, which may be that the brake stopped it; the run."""
    return end_of(officer, expect(officer.post("/v1/purge-runs"), 202).json(), seconds)


def end_of(officer, run, seconds):
    """The run when it neither waits nor runs any more."""
    def ended():
        now = expect(officer.get(f"/v1/purge-runs/{run['id']}"), 200).json()
        return now if now["state"] not in ("queued", "running") else None

    return wait_until("the purge run's end", ended, seconds)


def purge_past_the_brake(officer, other, seconds=60):
    """The same; when the brake stops it, two people continue it."""
    run = purge_now(officer, seconds)
    if run["state"] == "stopped":
        proposal = expect(officer.post("/v1/purge-runs/continue", {"case": "case-1"}), 202).json()["id"]
        expect(other.post(f"/v1/proposals/{proposal}/approval"), 200)
        run = end_of(officer, run, seconds)
    return run


def traces(lab, recording):
    """Rows that still name a recording, by table, but for the tombstone."""
    rows = lab.cluster.sql("select table_name, column_name from information_schema.columns where table_schema = 'callvault' "
                           "and data_type = 'uuid' and (column_name = 'recording_id' or (table_name, column_name) = "
                           "('recording', 'id'))")
    left = {}
    for table, column in rows:
        if table not in _KEEPS_IDS:
            count = int(lab.cluster.sql(f"select count(*) from {table} where {column} = '{recording}'")[0][0])
            if count:
                left[table] = count
    return left


def objects_of(lab, day):
    """Objects of the store below one purge date."""
    if lab.store:
        return lab.store.names("callvault", f"recordings/{day.isoformat()}/")
    folder = lab.folder / "objects" / "recordings" / day.isoformat()
    return [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []


def leaks(lab, needles):
    """Where known voices, names or numbers are found: every file of the lab (the database's too), and a dump."""
    found = privacy_search.search_files(needles, lab.folder, skip=[lab.folder / "pki"])
    dumped = needles.search(lab.cluster.dump())
    return found + ([("pg_dump", dumped)] if dumped else [])


def verify_offline(lab, certificate):
    """callvault-verify over a copy of the log and the certificate, in a folder of its own, with the public key alone."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        key, file = folder / "log.pub", folder / "certificate.txt"
        key.write_text(lab.log_public_key(), encoding="utf-8")
        file.write_bytes(certificate)
        lab.verify("certificate", file, "--key", key)
        log = lab.folder / "objects"
        if lab.store:
            lab.store.download("callvault", "log/", folder)
            log = folder
        lab.verify("log", log, "--key", key)


def start_with_provider(lab):
    """Starts the lab and a provider where Quirine can sign in; the provider and her account there."""
    quirine = person("quirine", new_secret(), roles=["qa"], teams=["support"])
    provider = Provider(lab.folder / "provider", lab.server, [quirine])
    try:
        provider.set_clients([lab.people_sign_in_at(provider.url, "staff", acr=[ACR_MFA])])
        lab.start()
    except BaseException:
        provider.close()
        raise
    return provider, quirine


def sign_in(browser, lab, account, code=True, **more):
    """Signs in at the provider, from the page of the gateway on; what the gateway says of the session."""
    extra = "".join(f"&{name}={value}" for name, value in more.items())
    page = browser.sign_in(f"{lab.url}/auth/sign-in?return=/v1/session{extra}", account["login"], account["password"],
                           totp(account["totp"]) if code else None)
    assert page.url == f"{lab.url}/v1/session", (page.url, page.text[:400])
    return expect(page, 200).json()


def run_in_browser(lab, steps, account, recording, expected):
    """A person without a certificate or a token hears `recording`, whose samples are `expected`."""
    browser = Browser(lab.authority.own.certificate)
    path, asked = f"/v1/recordings/{recording}/plays", {"purpose": "quality"}
    with steps.step("a person signs in at the OpenID provider by browser, with a password alone: nothing is played"):
        said = sign_in(browser, lab, account, code=False)
        assert (said["kind"], said["roles"], said["second_factor"]) == ("browser", ["qa"], False), said
        expect(browser.fetch("POST", path, json=asked), 401, "insufficient-user-authentication")
    with steps.step("and again, with a one-time code: the second factor is there"):
        assert sign_in(browser, lab, account, step_up=1)["second_factor"]
    with steps.step("finds the call by its number, plays it by cookie: every sample is the one that was pushed"):
        found = expect(browser.fetch("POST", "/v1/searches", json={
            **asked, "from": lab.day(-1).isoformat() + "T00:00:00Z", "to": lab.day(2).isoformat() + "T00:00:00Z",
            "number": calls.CALLER_NUMBER}), 200).json()["recordings"]
        assert [one["id"] for one in found] == [recording], found
        media = expect(browser.fetch("POST", path, json=asked), 201).json()["media"]
        assert wav.samples(expect(browser.fetch("GET", media), 200).body) == expected, "samples differ"
    if browser_tools():
        with steps.step("hears it in Chromium, signed in on the page: what comes out is what was said, at its own moment"):
            hear_in_chromium(lab, account, recording, expected)
    else:
        print("    (Chromium or its driver is not installed: not heard in a browser)")
    with steps.step("signs out: the media is refused, also to who kept the cookie"):
        kept = {"Cookie": "; ".join(f"{one.name}={one.value}" for one in browser.cookies if one.belongs_to(lab.url))}
        expect(lab.client().get(media, {**kept, "Range": "bytes=0-9"}), 206)
        expect(browser.fetch("DELETE", "/v1/session"), 204)
        expect(browser.fetch("GET", media), 401)
        expect(lab.client().get(media, kept), 401)


def browser_tools():
    """(Chromium, folder of playwright-core); nothing when one is missing and cannot be had."""
    chromium = os.environ.get("CALLVAULT_CHROMIUM") or shutil.which("chromium")
    if not chromium or not shutil.which("npm"):
        return None
    root = pathlib.Path(__file__).resolve().parents[2]
    packages = os.environ.get("CALLVAULT_WEB_FOLDER") or str(root / "build" / "web")
    done = subprocess.run([root / "gateway" / "web" / "install_packages", packages], check=False)
    return (chromium, packages) if done.returncode == 0 else None


def hear_in_chromium(lab, account, recording, expected):
    """Three seconds from two moments on, as they come out of the browser, against the samples that were pushed."""
    chromium, packages = browser_tools()
    with tempfile.TemporaryDirectory() as folder:
        spoken = pathlib.Path(folder) / "spoken.json"
        spoken.touch(0o600)
        spoken.write_text(json.dumps({
            "url": lab.url, "login": account["login"], "password": account["password"], "code": totp(account["totp"]),
            "recording": recording, "at": [3.0, 10.5], "lasting": 1.5}), encoding="utf-8")
        done = subprocess.run([node_program(), str(pathlib.Path(__file__).with_name("hear.mjs")), str(spoken)], check=False,
                              capture_output=True, text=True, timeout=90,
                              env={**os.environ, "CALLVAULT_CHROMIUM": chromium, "CALLVAULT_WEB_PACKAGES": packages})
    assert done.returncode == 0, done.stderr[-1500:]
    said = json.loads(done.stdout)
    assert not said["complaints"], said["complaints"]
    assert abs(said["duration"] - len(expected) / 16_000) < 0.1, said["duration"]
    for moment, (left, right) in zip((3.0, 10.5), said["heard"]):
        for lane, heard in enumerate((left, right)):
            assert_heard(heard, expected[lane::2], moment)


def assert_heard(heard, said, moment):
    """Heard at 48 kHz, said at 8 kHz: piece by piece of a fifth of a second the same, for a machine that is busy drops
    some of what it plays; most of them must be there, the first of all at its own moment."""
    got = [sum(heard[at:at + 6]) / 6 * 32768 for at in range(0, len(heard) - 5, 6)]
    begin, size = int(moment * 8000), 1600
    pieces = [(at, got[at:at + size:4]) for at in range(0, len(got) - size, size)]
    audible = [(at, piece) for at, piece in pieces if max(map(abs, piece)) > 800]
    if not audible:  # this party is silent here
        return

    def likeness(at, piece, late):
        part = said[begin + at + late:begin + at + late + size:4]
        across = sum(a * b for a, b in zip(piece, part))
        return across / (sum(a * a for a in piece) * sum(b * b for b in part) or 1) ** 0.5
    found = [any(likeness(at, piece, late) > 0.9 for late in range(-80, 1600)) for at, piece in audible]
    assert sum(found) * 2 >= len(found), f"at {moment} s something else is heard: {sum(found)} of {len(found)} pieces"


def run(lab, steps, account):
    """All steps, in a lab that has started. `account`: of someone who may sign in."""
    voice = calls.known_voices()["two-party-call-27s.wav"]
    expected = wav.samples(voice)
    with steps.step("the known voice, names and numbers are made ready to be searched for"):
        needles = privacy_search.Needles([voice], calls.KNOWN_TEXTS)
        if not needles.search(b"x" * 5 + voice[400_000:400_100]) or not needles.search(calls.CALLER_NAME.encode()):
            raise AssertionError("the search does not find what is there")

    with steps.step("a call of 27 s is pushed with a client certificate: 201 and a receipt"):
        said = calls.metadata()
        receipt = expect(lab.recorder.push(said, voice, headers={"Content-Digest": digest(voice)}), 201).json()
        assert receipt["digest"] == digest(voice) and receipt["size"] == len(voice), receipt
        assert receipt["recording_ref"] == said["recording_ref"], receipt
        recording = receipt["id"]
    with steps.step("the same push again: the same receipt"):
        assert expect(lab.recorder.push(said, voice), 201).json() == receipt
    with steps.step("the voice, the names and the numbers are searched on disk and in a dump, and not found"):
        found = leaks(lab, needles)
        assert not found, found

    alice = lab.person("alice", ["qa"])
    with steps.step("qa plays it with a certificate-bound token: every sample is the one that was pushed"):
        sound = fetch_all(alice, recording)
        assert wav.samples(sound) == expected, "samples differ"
    with steps.step("ranges: the first bytes, the middle, the end, one past the end"):
        play = open_play(alice, recording)
        for asked, part in (("bytes=0-1", sound[:2]), ("bytes=300001-400000", sound[300001:400001]),
                            ("bytes=-77", sound[-77:]), (f"bytes={len(sound) - 5}-", sound[-5:])):
            assert expect(alice.get(play["media"], {"Range": asked}), 206).body == part, asked
        expect(alice.get(play["media"], {"Range": f"bytes={len(sound)}-"}), 416)
        expect(alice.request("DELETE", f"/v1/plays/{play['id']}"), 204)
        expect(alice.get(play["media"]), 410)
    asked = {"purpose": "quality"}
    with steps.step("refused: qa of another team, who cannot tell it from a call that does not exist"):
        path = f"/v1/recordings/{recording}/plays"
        bob = lab.person("bob", ["qa"], ["sales"])
        refused = expect(bob.post(path, asked), 404)
        missing = expect(bob.post(f"/v1/recordings/{'0' * 32}/plays", asked), 404)
        assert refused.problem == missing.problem
    with steps.step("refused: a second factor of an hour ago, and none"):
        for how in ({"mfa_age": 3600}, {"acr": "urn:callvault:acr:password", "amr": ["pwd"]}):
            answer = expect(lab.person("alice", ["qa"], **how).post(path, asked), 401)
            assert "insufficient_user_authentication" in answer.headers["WWW-Authenticate"], answer.headers
    with steps.step("refused: admin, and the recorder that pushed it"):
        assert lab.person("root", ["admin"]).post(path, asked).status in (403, 404)
        assert lab.recorder.post(path, asked).status in (403, 404)
    with steps.step("refused: the token on a connection with another certificate, and with none"):
        token = alice.token
        assert expect(lab.client(lab.pbx, token).post(path, asked), 401)
        assert expect(lab.client(None, token).post(path, asked), 401)
    run_in_browser(lab, steps, account, recording, expected)

    months = lab.months_due_today()
    with steps.step(f"a call recorded exactly {months} months ago is pushed, and due today"):
        due_said = lab.due_today()
        due = expect(lab.recorder.push(due_said, voice), 201).json()
        assert due["purge_date"] == lab.today().isoformat(), due
        assert objects_of(lab, lab.today())
        expect(alice.post(f"/v1/recordings/{due['id']}/plays", asked), 410)
    officer = lab.person("olivia", ["privacy_officer"])
    with steps.step("a dry run counts it and changes nothing"):
        preview = expect(officer.post("/v1/purge-runs?dry_run=true"), 200).json()
        assert preview["count"] == 1, preview
        assert lab.callvault("purge", "run", "--dry-run").returncode == 0
        assert traces(lab, due["id"])
    with steps.step("purge"):
        run_of_today = purge_now(officer)
        assert run_of_today["state"] == "done" and run_of_today["purged"] == 1, run_of_today
    with steps.step("it is unplayable; its objects, personal columns and day key are gone"):
        assert alice.post(f"/v1/recordings/{due['id']}/plays", asked).status in (404, 410)
        wait_until("the objects' end", lambda: not objects_of(lab, lab.today()))
        assert not traces(lab, due["id"]), traces(lab, due["id"])
        key = lab.cluster.sql(f"select key_id, state from day_key where purge_date = '{lab.today()}'")
        assert key and key[0][1] == "destroyed", key
        name = key[0][0].replace("-", "")
        assert not [path for path in (lab.folder / "vault").rglob("*") if name in path.name and "destroyed" not in
                    str(path)], "the vault still has the day's key"
    with steps.step("the same push again: 410"):
        expect(lab.recorder.push(due_said, voice), 410)
    with steps.step("the other call still plays"):
        assert wav.samples(fetch_all(alice, recording)) == expected
    with steps.step("callvault-verify checks the certificate and the log offline"):
        auditor = lab.person("ann", ["auditor"], [])
        answer = wait_until("the certificate", lambda: (lambda a: a if a.status == 200 else None)(
            auditor.get(f"/v1/recordings/{due['id']}/certificate")))
        verify_offline(lab, answer.body)
    with steps.step("nothing of the calls is found on disk, in a dump or in the log of the gateway"):
        found = leaks(lab, needles)
        assert not found, found
    with steps.step("the gateway stops in order"):
        lab.gateway.stop()


def main():
    """Exit code 0 when every step is done."""
    steps = Steps()
    begun = time.monotonic()
    parser = argparse.ArgumentParser(prog="smoke")
    parser.add_argument("--store", choices=["file", "s3"], default="file")
    parser.add_argument("--keys", choices=["file", "pkcs11"], default="file")
    said = parser.parse_args()
    lab, provider = Lab(settings={}, store=said.store, keys=said.keys), None
    months = lab.months_due_today()
    if months != 3:
        print(f"note: no day three months ago ends today; retention is set to {months} months for this run")
        lab.settings = {"deployment": {"retention_months": months}}
    try:
        with steps.step("PostgreSQL, authority, issuer of tokens, OpenID provider, vault and gateway start"):
            provider, account = start_with_provider(lab)
        run(lab, steps, account)
    except SmokeFailed as failed:
        print(f"smoke: FAILED at: {failed}\n{lab.gateway.tail()}", file=sys.stderr)
        return 1
    finally:
        if provider:
            provider.close()
        lab.close()
    print(f"smoke: all {steps.count} steps passed in {time.monotonic() - begun:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
