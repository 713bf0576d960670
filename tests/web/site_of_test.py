"""A site to look at the page with: lab, real OpenID provider, people, calls.

`python3 tests/web/site_of_test.py` starts one, says how to sign in, and ends it when its standard input does.
"""

import datetime
import http.server
import json
import pathlib
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "deploy"))

from lab import calls, codecs, issuer, wav  # noqa: E402
from lab.lab import Lab, wait_until  # noqa: E402
from lab.provider import Provider, ProviderUnavailable, client, new_secret, node_program, person, totp  # noqa: E402,F401

SCRIPT = "<script>alert(1)</script>"
AGENTS = [("a-17", "Bartholomeus Quispel"), ("a-23", "Fenna de Groot"), ("a-31", "Jurre Terpstra"),
          ("a-44", "Noor van den Heuvel"), ("a-58", "Willem-Jan Bos")]
STRANGER = {"caller": {"number": "+31302345678", "country": "NL"}}  # not the number that tests look for
QUEUES = [("q-billing", "Billing"), ("q-moving", "Moving house"), ("q-faults", "Faults")]
PEOPLE = {"alice": {"roles": ["qa"], "teams": ["support", "sales"]}, "bram": {"roles": ["qa"], "teams": ["support"]},
          "petra": {"roles": ["privacy_officer"], "teams": []}, "odd": {"roles": ["qa"], "teams": ["support", SCRIPT]},
          "adam": {"roles": ["admin"], "teams": []}}


class Site:
    """All of it, started. `facts` is what a browser test needs to know, as JSON."""

    def __init__(self, fill, binaries=None):
        """`fill`: pushes the calls, given the site: Site.push_list, Site.push_tones, or the caller's own."""
        self.lab = Lab(binaries)
        try:
            self._start(fill)
        except BaseException:
            self.close()
            raise

    def _start(self, fill):
        lab = self.lab
        self.url = f"https://127.0.0.1:{lab.port}"  # another site than the provider's localhost
        self.codes = {login: new_secret() for login in PEOPLE}
        users = [person(login, self.codes[login], **claims) for login, claims in PEOPLE.items()]
        self.provider = Provider(lab.folder / "provider", lab.server, users)
        registered = client(self.url, callback="/auth/callback/staff", logout="/auth/backchannel-logout/staff")
        self.provider.set_clients([registered])
        secret = lab.folder / "client-secret"
        secret.write_text(registered["client_secret"] + "\n", encoding="utf-8")
        secret.chmod(0o600)
        lab.settings = {
            "server": {"url": self.url},
            "issuer": [{"url": issuer.NAME, "audience": issuer.AUDIENCE, "keys": str(lab.issuer.key_set), "acr": [issuer.MFA]},
                       {"url": self.provider.url, "audience": "callvault-api", "name": "staff", "client_id": "callvault",
                        "client_secret_file": str(secret), "authorities": str(lab.authority.own.certificate),
                        "label": "Staff", "scope": ["openid", "roles"], "acr": ["urn:callvault:acr:mfa"], "skew": "1 s"}]}
        lab.start()
        self.voice = calls.known_voices()["two-party-call-27s.wav"]
        self.references = {}
        self.recordings = {}
        fill(self)
        self._serve_control()
        self.facts = {
            "url": self.url, "people": {login: {"password": f"{login}'s password", "secret": self.codes[login]} for login in PEOPLE},
            "recordings": self.recordings, "control": f"http://127.0.0.1:{self.control.server_address[1]}/",
            "number": calls.CALLER_NUMBER}

    def push(self, name, audio, minutes_ago=30, codec="wav", **changes):
        began = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=minutes_ago)
        said = calls.metadata(calls.rfc3339(began), **changes)
        answer = self.lab.recorder.push(said, audio, headers={"Content-Type": codecs.content_type(codec)})
        assert answer.status == 201, answer.body
        receipt = answer.json()
        self.references[receipt["id"]] = said["recording_ref"]
        self.recordings[name] = receipt["id"]

    def prepared(self):
        """Waits until every call is measured: who plays before sees no picture of the sound."""
        wait_until("the measuring of calls", lambda: self.lab.cluster.sql("select count(*) from job")[0][0] == "0", 60)

    def push_list(self):
        """Calls to find and to hear."""
        marks = [{"from_ms": 11000, "to_ms": 15000, "kind": "hold"}]
        queue = {"id": "q-billing", "name": "Billing"}
        purposes = ["quality", "training", "complaint"]
        for name, minutes in (("main", 25), ("spare", 71)):
            self.push(name, self.voice, minutes, marks=marks, queue=queue, purposes=purposes)
        self.push("withdrawn", self.voice, 48, purposes=purposes, **STRANGER)
        sound = dict(wav.chunks(self.voice))[b"data"]
        self.push("long", wav.make(sound * 45, channels=2), 83)  # 20 minutes
        self.push("script", self.voice, 95, agent={"id": "a-<i>1</i>", "name": SCRIPT}, queue={"id": "q", "name": "<img src=x onerror=alert(1)>"})
        self._push_odd_sound(list(wav.samples(self.voice)))
        self.push("mono", wav.make(wav.tone(6, seed=3)), 120, channels=["mixed"], direction="outbound")
        for index in range(14):
            agent, name = AGENTS[index % 5]
            queue, label = QUEUES[index % 3]
            seconds = 35 + (index * 47) % 260
            audio = wav.make(b"\xd5" * (seconds * 8000), coding=wav.A_LAW, bits=8)
            self.push(f"list-{index}", audio, 180 + index * 97, channels=["mixed"], agent={"id": agent, "name": name},
                       queue={"id": queue, "name": label}, team="sales" if index % 4 == 3 else "support",
                       direction="outbound" if index % 3 == 1 else "inbound",
                       caller={"number": f"+3120{7000000 + index * 7919}", "country": "NL"})
        self.prepared()

    def _push_odd_sound(self, voice):
        """Calls whose sound, as it was measured, a listener wants to know of."""
        def call(left, right):
            return wav.make(wav.encode([one for pair in zip(left, right) for one in pair], wav.MU_LAW),
                            coding=wav.MU_LAW, bits=8, channels=2)
        agent, customer = voice[::2], voice[1::2]
        loud = [max(-32768, min(32767, 12 * one)) for one in customer]
        self.push("silent-agent", call([0] * len(agent), customer), 100, **STRANGER)
        self.push("same-sides", call(agent, agent), 101, **STRANGER)
        self.push("clipped", call(agent, loud), 102, **STRANGER)
        self.push("damaged", b"ID3\x04\0\0\0\0\0\x21" + bytes(4000), 103, codec="mp3", **STRANGER)

    def push_tones(self):
        """Calls that say by their sound which second is heard, in every codec."""
        tones, hour = codecs.coded_tones(300), codecs.coded_tones(3600)
        for codec in ("wav", *codecs.NAMES):
            self.push(f"tones-{codec}", tones if codec == "wav" else codecs.make(codec, tones), codec=codec)
        self.push("hour-wav", hour)
        self.push("hour-mp3", codecs.make("vbr.mp3", hour))

    # -- what a test asks for -----------------------------------------------------------------------------------------

    def withdraw(self, recording):
        """The caller takes the consent back."""
        answer = self.lab.recorder.post("/v1/withdrawals", {"recording_ref": self.references[recording]})
        assert answer.status == 200, answer.body

    def gateway(self, state):
        """"stop" or "start"."""
        if state == "stop":
            self.lab.gateway.stop()
        else:
            self.lab.gateway.start()

    def end_session(self, _):
        """The newest session has been idle for too long: the page finds out by asking."""
        self._age("seen_at")

    def age_second_factor(self, _):
        """The second factor of the newest session was used 20 minutes ago."""
        self._age("auth_time")

    def _age(self, column):
        self.lab.cluster.sql(f"update browser_session set {column} = {column} - interval '20 minutes' where session_id = "
                             "(select session_id from browser_session order by opened_at desc limit 1)")

    def _serve_control(self):
        site = self

        class Control(http.server.BaseHTTPRequestHandler):
            """POST {"do": NAME, "with": ARGUMENT}."""

            def do_POST(self):  # noqa: N802
                said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                try:
                    {"withdraw": site.withdraw, "gateway": site.gateway, "end_session": site.end_session,
                     "age_second_factor": site.age_second_factor}[said["do"]](said.get("with"))
                    self.send_response(204)
                except Exception as failed:  # told to the test, which then fails
                    self.send_response(500, str(failed)[:200].replace("\n", " "))
                self.end_headers()

            def log_message(self, *_):
                pass

        # One thread for all of them: a gateway that is started here dies with the thread that started it.
        self.control = http.server.HTTPServer(("127.0.0.1", 0), Control)
        threading.Thread(target=self.control.serve_forever, daemon=True).start()

    def close(self):
        """Ends all of it."""
        if hasattr(self, "control"):
            self.control.shutdown()
        if hasattr(self, "provider"):
            self.provider.close()
        self.lab.close()


def main():
    """For looking by hand."""
    site = Site(Site.push_list)
    try:
        print(f"{site.url}  (certificate: {site.lab.authority.own.certificate})")
        for login in PEOPLE:
            print(f"  {login}: {login}'s password, one-time code now {totp(site.codes[login])}")
        if len(sys.argv) > 1:  # a file for the browser tests' own use
            pathlib.Path(sys.argv[1]).write_text(json.dumps(site.facts), encoding="utf-8")
        sys.stdout.flush()
        sys.stdin.read()
    finally:
        site.close()


if __name__ == "__main__":
    main()
