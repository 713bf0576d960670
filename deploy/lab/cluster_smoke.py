"""The whole life of a call on three gateways behind HAProxy, with Ceph, a database of two and SoftHSM2, while a gateway, the
database's primary and the store are taken down in turn. deploy/cluster and tests/e2e run it.

    python3 -m lab.cluster_smoke [--long [--minutes N] | --start]      (with deploy/ on PYTHONPATH, and CALLVAULT_BIN)
"""

import argparse
import contextlib
import sys
import threading
import time

from lab import balancer, calls, object_store, smoke, wav
from lab.lab import wait_until
from lab.load import Load
from lab.many_gateways import ManyGateways
from lab.smoke import SmokeFailed, Steps, expect

# Ours is slow to speak and slow to listen: both take longer than a gateway takes to stop taking new requests.
SLOWLY = 6  # seconds


def alice(lab, number=None):
    """The same listener in the same session, at one gateway or wherever the balancer leads."""
    return (lab if number is None else lab.at(number)).person("alice", ["qa"], session="a" * 32)


def over(listener, play):
    """Whether the gateway that is asked says that the play has ended."""
    return listener.get(play["media"], {"Range": "bytes=0-9"}).status == 410


def play_at_all(lab, recording, voice):
    """Opens a play at the first gateway and hears its ranges at each; the play."""
    play = smoke.open_play(alice(lab, 0), recording)
    size = len(voice) // 3
    for number in range(3):
        person = alice(lab, number)
        first, last = number * size, (number + 1) * size - 1
        part = expect(person.get(play["media"], {"Range": f"bytes={first}-{last}"}), 206)
        assert part.body == voice[first:last + 1], f"other bytes at gateway {number + 1}"
    return play


def assert_closed(lab, play, served):
    """Waits until the play is closed; what was served stands in its row."""
    closed = wait_until("the play's end", lambda: lab.cluster.sql(
        f"select close_reason, served_bytes from play where id = '{play['id']}' and closed_at is not null"), 60)
    assert closed == [["closed", str(served)]], closed


def speak_slowly(lab, metadata, voice):
    """A push that takes SLOWLY; its answer."""
    def pieces():
        for at in range(20):
            yield voice[at * len(voice) // 20:(at + 1) * len(voice) // 20]
            time.sleep(SLOWLY / 20)
    return lab.recorder.push(metadata, pieces())


def hear_slowly(lab, recording):
    """A play whose one answer is read for SLOWLY; the bytes."""
    person = lab.person("adele", ["qa"])
    play = smoke.open_play(person, recording)
    connection = person.connect()
    connection.request("GET", play["media"], headers={"Authorization": f"Bearer {person.token}"})
    answer = connection.getresponse()
    size, heard = int(answer.headers["Content-Length"]), b""
    while len(heard) < size:
        piece = answer.read(size // 20 + 1)
        assert piece, "the answer was cut"
        heard += piece
        time.sleep(SLOWLY / 20)
    connection.close()
    expect(person.request("DELETE", f"/v1/plays/{play['id']}"), 204)
    return heard


class Slow:
    """Uploads and plays that are on their way while something happens; wrong() is what went wrong with them."""

    def __init__(self, lab, recording, voice, **said):
        self.wrong, self.done = [], 0
        self._threads = [threading.Thread(target=self._guarded, args=(what,), daemon=True) for what in (
            lambda: self._same(expect(speak_slowly(lab, calls.metadata(**said), voice), 201).json()["size"], len(voice)),
            lambda: self._same(hear_slowly(lab, recording), voice))]
        for thread in self._threads:
            thread.start()
        time.sleep(1)  # all of them are under way

    def _guarded(self, what):
        try:
            what()
            self.done += 1
        except Exception as error:  # pylint: disable=broad-except  # told by end()
            self.wrong.append(f"{type(error).__name__}: {error}")

    @staticmethod
    def _same(got, wanted):
        assert got == wanted, "something else came out"

    def end(self):
        """Waits for them."""
        for thread in self._threads:
            thread.join(60)
        assert not self.wrong and self.done == len(self._threads), self.wrong


def assert_nothing_lost(lab, load):
    """Every promised recording is in the catalogue, and the last of them can be heard."""
    assert not load.missing(), f"{len(load.missing())} of {len(load.promised)} promised recordings are missing"
    person = alice(lab)
    for recording, voice in list(load.promised.values())[-5:]:
        assert wav.samples(smoke.fetch_all(person, recording)) == wav.samples(voice)


def goes_on(load, what, more=3, seconds=90):
    """Waits for `more` pushes and plays."""
    wanted = load.progress() + more
    wait_until(what, lambda: load.progress() >= wanted, seconds)


def first_life(lab, steps, voice):
    """A call is pushed, found and played over all gateways; its id."""
    with steps.step("a call is pushed at gateway 1; the same push at 2 and 3: the same receipt"):
        said = calls.metadata()
        receipt = expect(lab.at(0).recorder.push(said, voice), 201).json()
        for number in (1, 2):
            assert expect(lab.at(number).recorder.push(said, voice), 201).json() == receipt
    recording = receipt["id"]
    with steps.step("found at gateway 2"):  # without a number: that asks the token once for each day that lives, 184 times
        found = expect(alice(lab, 1).post("/v1/searches", {
            "purpose": "quality", "from": lab.day(-1).isoformat() + "T00:00:00Z",
            "to": lab.day(2).isoformat() + "T00:00:00Z"}), 200).json()["recordings"]
        assert [one["id"] for one in found] == [recording], found
    with steps.step("one play: opened at gateway 1, its ranges heard at all three, closed at 2; all that was served counts"):
        play = play_at_all(lab, recording, voice)
        expect(alice(lab, 1).request("DELETE", f"/v1/plays/{play['id']}"), 204)
        wait_until("the end at gateway 1", lambda: over(alice(lab, 0), play), 15)
        assert_closed(lab, play, len(voice) // 3 * 3)
    return recording


def lose_a_gateway(lab, steps, recording, voice):
    """kill -9 of the gateway that a play was opened at, and that numbers the log."""
    with steps.step("kill -9 of gateway 1 with a play running there: it goes on through the balancer, and is closed"):
        listener = alice(lab)
        play = smoke.open_play(alice(lab, 0), recording)
        half = len(voice) // 2
        expect(alice(lab, 0).get(play["media"], {"Range": f"bytes=0-{half - 1}"}), 206)
        time.sleep(6)  # it is saved with the next renewal: every 5 s
        lab.gateways[0].kill()
        rest = expect(listener.get(play["media"], {"Range": f"bytes={half}-"}), 206)
        assert rest.body == voice[half:]
        expect(listener.request("DELETE", f"/v1/plays/{play['id']}"), 204)
        assert_closed(lab, play, len(voice))
    with steps.step("pushes and plays go on with two gateways; the third comes back"):
        assert wav.samples(smoke.fetch_all(listener, recording)) == wav.samples(voice)
        expect(lab.recorder.push(calls.metadata(), voice), 201)
        lab.gateways[0].start(120, **lab.environment)
        lab.all_up()


def lose_the_primary(lab, steps, load):
    """kill -9 of the primary; its standby takes over."""
    with steps.step("kill -9 of the database's primary; the standby is promoted: all goes on"):
        lab.fail_over(behind=1)
        goes_on(load, "pushes and plays after the failover")
        for gateway in lab.gateways:
            wait_until("readiness", gateway.ready, 60)
    with steps.step("no recording that was promised is missing"):
        assert_nothing_lost(lab, load)
    with steps.step("the former primary becomes the standby, and commits wait for it again"):
        lab.follow()
        goes_on(load, "pushes and plays with the new standby")


def lose_the_store(lab, steps, load):
    """kill -9 of the store's S3 daemon, and back."""
    with steps.step("the store goes down: 503 with Retry-After, and nothing is promised"):
        lab.store.kill_gateway()
        answer = lab.at(2).recorder.push(calls.metadata(channels=["mixed"]), wav.make(wav.tone(1)))
        assert answer.status in (503, 504), answer
        wait_until("/readyz to tell", lambda: not lab.gateways[2].ready(), 20)
    with steps.step("and comes back: all goes on by itself"):
        lab.store.start_gateway()
        goes_on(load, "pushes and plays with the store")
        lab.all_up(60)


def restart_in_turn(lab, steps, load, recording, voice):
    """Every gateway is stopped and started while requests come, long ones too."""
    with steps.step("rolling restart under load: no request fails or is sent again, a slow upload and a slow play go through"):
        before, failed = load.retried, len(load.failed)
        for gateway in lab.gateways:
            slow = Slow(lab, recording, voice)
            gateway.stop(60)
            gateway.start(120, **lab.environment)
            lab.all_up()
            slow.end()
        assert load.failed[failed:] == [], load.failed[failed:]
        assert load.retried == before, load.reasons
        goes_on(load, "pushes and plays after the restarts")


def last_life(lab, steps, recording, voice):
    """Withdrawal, erasure, purge, each at another gateway than what depends on it; the certificate; the log."""
    listeners = [alice(lab, number) for number in range(3)]
    with steps.step("consent is withdrawn at gateway 1: the play at 2 ends within 15 s, and 3 opens none"):
        said = calls.metadata()
        withdrawn = expect(lab.recorder.push(said, voice), 201).json()["id"]
        play = smoke.open_play(listeners[1], withdrawn)
        expect(lab.at(0).recorder.post("/v1/withdrawals", {"recording_ref": said["recording_ref"]}), 200)
        wait_until("the play's end", lambda: over(listeners[1], play), 15)
        expect(listeners[2].post(f"/v1/recordings/{withdrawn}/plays", {"purpose": "quality"}), 403)
    olivia, otto = lab.at(0).person("olivia", ["privacy_officer"]), lab.at(1).person("otto", ["privacy_officer"])
    with steps.step("erasure is proposed at gateway 1 and approved at 2: gone from everywhere"):
        proposal = expect(olivia.post("/v1/erasures", {"recordings": [recording], "ground": "unlawful", "case": "case-1"}), 202)
        expect(otto.post(f"/v1/proposals/{proposal.json()['id']}/approval"), 200)
        wait_until("the erasure", lambda: not smoke.traces(lab, recording), 60)
        assert listeners[2].post(f"/v1/recordings/{recording}/plays", {"purpose": "quality"}).status in (404, 410)
    with steps.step("a call is due: purged, with its key and its objects; one gateway ran it"):
        due_said = lab.due_today()
        due = expect(lab.recorder.push(due_said, voice), 201).json()["id"]
        run = smoke.purge_past_the_brake(olivia, otto, 90)
        assert (run["state"], run["purged"]) == ("done", 1), run
        wait_until("the objects' end", lambda: not smoke.objects_of(lab, lab.today()), 60)
        assert not smoke.traces(lab, due), smoke.traces(lab, due)
        expect(lab.at(2).recorder.push(due_said, voice), 410)
    with steps.step("certificates of both; callvault-verify finds the log whole and not forked"):
        auditor = lab.at(2).person("ann", ["auditor"], [])
        for gone in (recording, due):
            certificate = wait_until("the certificate", lambda one=gone: (lambda a: a if a.status == 200 else None)(
                auditor.get(f"/v1/recordings/{one}/certificate")), 60)
            smoke.verify_offline(lab, certificate.body)
    with steps.step("no gateway found the log broken; all stop in order"):
        for number, gateway in enumerate(lab.gateways):
            assert "\ncallvault_audit_log_broken 1\n" not in lab.metrics_of(number), f"gateway {number + 1}"
            gateway.stop(60)
            assert b"audit.corrupt" not in gateway.log.read_bytes(), f"gateway {number + 1}"


def run(lab, steps, minutes=0):
    """All steps, in a lab that has started; `minutes` of losses under load."""
    voice = calls.known_voices()["two-party-call-27s.wav"]
    recording = first_life(lab, steps, voice)
    lose_a_gateway(lab, steps, recording, voice)
    with Load(lab, *((3, 3) if minutes else (1, 1))) as load:
        goes_on(load, "the first pushes and plays")
        end = time.monotonic() + minutes * 60
        while True:
            lose_the_primary(lab, steps, load)
            lose_the_store(lab, steps, load)
            restart_in_turn(lab, steps, load, recording, voice)
            if time.monotonic() >= end:
                break
            lab.gateways[steps.count % 3].kill()
            goes_on(load, "pushes and plays with two gateways")
            lab.gateways[steps.count % 3].start(120, **lab.environment)
            lab.all_up()
        load.stop()
        with steps.step(f"the load ends: {load.words()}"):
            assert not load.failed, load.failed[:5]
            assert_nothing_lost(lab, load)
            for why, count in sorted(load.reasons.items()):
                print(f"      sent again {count} times: {why}", file=steps.out)
    last_life(lab, steps, recording, voice)


def explain(lab):
    """What a reader may do with it."""
    print(f"""
three gateways behind HAProxy are ready.

  balancer        {lab.url}
  gateways        {' '.join(f'https://127.0.0.1:{one.port}' for one in lab.gateways)}
  state           {lab.folder}  (gateway-1.toml ..., haproxy/haproxy.cfg, postgres*/, token/)
  recorder        {lab.folder}/pki/pbx.pem and pbx.key
  who is up       echo "show stat" | socat {lab.folder}/haproxy/haproxy.sock -
  take one down   kill -9 {' | '.join(str(one.process.pid) for one in lab.gateways)}

Ctrl-C ends all of it and removes the state.""", flush=True)


def main():
    """Exit code 0 when every step is done; 77 when Ceph or HAProxy is missing."""
    parser = argparse.ArgumentParser(prog="deploy/cluster")
    parser.add_argument("--start", action="store_true")
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--minutes", type=float, default=10)
    said = parser.parse_args()
    if not object_store.installed() or not balancer.installed():
        print("Ceph or HAProxy is not installed: run deploy/install", file=sys.stderr)
        return 77
    steps, begun = Steps(), time.monotonic()
    lab = ManyGateways(standby=True, store="s3", keys="pkcs11",
                       settings={"limits": {"request_time": "5 s"}, "database": {"timeout": "3 s"}})
    lab.settings["deployment"] = {"retention_months": lab.months_due_today()}
    try:
        with steps.step("Ceph, PostgreSQL with a synchronous standby, SoftHSM2, three gateways and HAProxy start"):
            lab.start()
        if said.start:
            explain(lab)
            with contextlib.suppress(KeyboardInterrupt):
                threading.Event().wait()
            return 0
        run(lab, steps, said.minutes if said.long else 0)
    except SmokeFailed as failed:
        logs = "\n".join(f"--- gateway {number}\n{one.tail(2500)}" for number, one in enumerate(lab.gateways, 1))
        print(f"smoke: FAILED at: {failed}\n{logs}", file=sys.stderr)
        return 1
    finally:
        lab.close()
    print(f"smoke: all {steps.count} steps passed in {time.monotonic() - begun:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
