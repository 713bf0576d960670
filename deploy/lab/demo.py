"""What deploy/demo does once everything is built: start, stop, reset; codes, tokens and metadata for the reader's hands."""

import argparse
import datetime
import json
import os
import pathlib
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from lab import calls, demo_calls, wav
from lab.client import Client, metadata_header
from lab.cluster import reachable_by_postgres
from lab.configuration import merged
from lab.demo_people import People
from lab.lab import Lab, free_ports
from lab.provider import ACR_MFA, Provider
from lab.smoke import SmokeFailed, Steps, expect

PROJECT = pathlib.Path(__file__).resolve().parents[2]
DEMO = "deploy/demo"
FIRST_PAGE = "/"


class Demo:
    """The one demo of a state folder."""

    def __init__(self, state):
        self.asked = pathlib.Path(state).absolute()
        self.state = self._place(self.asked)
        self.note = self.state / "demo.json"
        self.facts = json.loads(self.note.read_text(encoding="utf-8")) if self.note.exists() else {}
        self.registration = None  # how the gateway is registered at the provider; lab() says it

    @staticmethod
    def _place(asked):
        """Where the state is: where it was asked for, or elsewhere when PostgreSQL's user cannot go there."""
        pointer = asked / "elsewhere"
        if pointer.exists():
            return pathlib.Path(pointer.read_text(encoding="utf-8").strip())
        asked.mkdir(parents=True, exist_ok=True)
        asked.chmod(0o711)
        if reachable_by_postgres(asked):
            return asked
        elsewhere = tempfile.mkdtemp(prefix="callvault-demo-", dir="/var/tmp")
        pointer.write_text(f"{elsewhere}\n", encoding="utf-8")
        print(f"the user postgres cannot reach {asked}: the state is in {elsewhere}")
        return pathlib.Path(elsewhere)

    def lab(self):
        """The lab of this state. Zone and ports stay what they were at the first start."""
        if "zone" not in self.facts:
            amsterdam = "Europe/Amsterdam"
            early = time.gmtime().tm_hour < 16  # 18:00 there at the latest: the purge at 23:50 is hours away
            self.facts["zone"] = amsterdam if early else calls.zone_where_it_is_morning()
        asked = int(os.environ.get("CALLVAULT_DEMO_PORT") or 0)
        ports = free_ports(3)
        for name, usual, port in (("port", asked or 8443, asked or ports[0]), ("provider_port", 8444, ports[1]),
                                  ("metrics_port", 9464, ports[2])):
            if name not in self.facts:
                self.facts[name] = usual if _free(usual) and usual not in self.facts.values() else port
        made = Lab(os.environ["CALLVAULT_BIN"], folder=self.state, port=self.facts["port"], zone=self.facts["zone"])
        made.settings = merged(demo_calls.settings(made.day(3650)), {
            "server": {"metrics_port": self.facts["metrics_port"]}})
        self.registration = made.people_sign_in_at(self.provider_url, "staff", label="Staff", acr=[ACR_MFA])
        return made

    @property
    def provider_url(self):
        """Where people sign in: another site than the gateway, for a browser."""
        return f"https://localhost:{self.facts['provider_port']}"

    def save(self, **facts):
        """Remembers for --stop and the next start."""
        self.facts.update(facts)
        self.note.write_text(json.dumps(self.facts, indent=1) + "\n", encoding="utf-8")

    # -- processes ----------------------------------------------------------------------------------------------------

    def pid(self, name):
        """The pid of our gateway or provider if it still runs: the process must have our configuration."""
        pid, file = self.facts.get(name), {"pid": "callvault.toml", "provider_pid": "provider/provider.json"}[name]
        try:
            words = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0") if pid else []
        except OSError:
            return None
        return pid if os.fsencode(self.state / file) in words else None

    def end(self, name):
        """Ends one of the two, first in order; whether it ran."""
        ran = self.pid(name)
        for how, seconds in ((signal.SIGTERM, 40), (signal.SIGKILL, 5)):
            if self.pid(name):
                os.kill(ran, how)
            end = time.monotonic() + seconds
            while self.pid(name) and time.monotonic() < end:
                time.sleep(0.05)
        return bool(ran)

    def stop(self):
        """Ends gateway, provider and cluster; the state stays."""
        ran = [self.end(name) for name in ("pid", "provider_pid")]
        if "zone" in self.facts:
            self.lab().cluster.stop()
        print("stopped" if any(ran) else "it was not running")

    def reset(self):
        """Ends it and removes everything, keys included."""
        self.stop()
        if "zone" in self.facts:
            self.lab().cluster.remove()
        shutil.rmtree(self.state, ignore_errors=True)
        shutil.rmtree(self.asked, ignore_errors=True)
        print(f"removed {self.state}")

    def start(self):
        """Starts what does not run, pushes and plays the calls, prints how to go on."""
        begun = time.monotonic()
        lab, steps, people = self.lab(), Steps(), People(self.state)
        started = [self._start_provider(lab, steps, people.users()), self._start_gateway(lab, steps)]
        if not any(started):
            print("it runs already")
        call = self._a_call(lab)
        if not call:
            self._push_calls(lab, steps)
            call = self._a_call(lab)
        self._play_with_curl(lab, steps, *call)
        self._explain(lab, people, call[1], time.monotonic() - begun)

    def _start_provider(self, lab, steps, users):
        provider = Client(self.facts["provider_port"], lab.authority.own.certificate, timeout=5)
        if self.pid("provider_pid") and _answers(provider, "/.well-known/openid-configuration"):
            return False
        with steps.step(f"OpenID provider on {self.provider_url}"):
            self._make_way("provider_pid", "provider_port")
            made = Provider(self.state / "provider", lab.server, users, clients=[self.registration],
                            port=self.facts["provider_port"], detached=True)
            self.save(provider_pid=made.process.pid)
        return True

    def _start_gateway(self, lab, steps):
        if self.pid("pid") and lab.configured() and _answers(lab.client(), "/readyz"):
            return False
        with steps.step(f"PostgreSQL: a cluster of its own in {lab.cluster.folder}, no TCP"):
            lab.prepare()
        with steps.step(f"gateway on {lab.url}"):
            self._make_way("pid", "port")
            self.save(pid=lab.gateway.spawn(detached=True))
            try:
                lab.gateway.wait_ready()
            except BaseException:
                lab.gateway.kill()
                raise
        return True

    def _make_way(self, name, port):
        """Ends one that runs but does not answer, and makes sure that its port is free."""
        self.end(name)
        if not _free(self.facts[port]):
            raise RuntimeError(f"another program listens on port {self.facts[port]} of 127.0.0.1: end it, or take other "
                               f"ports by {DEMO} --reset")

    # -- calls --------------------------------------------------------------------------------------------------------

    def _a_call(self, lab):
        """(call, its id): the shortest WAV of the pushed ones that alice may play now, for a play of minutes takes its
        time; None when there is none."""
        pushed = self.facts.get("calls", {})
        if not pushed:
            return None
        alice = lab.person("alice", ["qa"], ["support"])
        now = datetime.datetime.now(datetime.timezone.utc)
        asked = {"purpose": "quality", "from": calls.rfc3339(now - datetime.timedelta(days=100)), "to": calls.rfc3339(now)}
        found = expect(alice.post("/v1/searches", asked), 200).json()["recordings"]
        of_id = {pushed.get(call.reference): call for call in self._plan() if call.content_type() == "audio/wav"}
        plays = [one for one in found if one["state"] == "playable" and "quality" in one["purposes"] and one["id"] in of_id]
        chosen = min(plays, key=lambda one: one["duration_ms"], default={"id": None})["id"]
        return (of_id[chosen], chosen) if chosen else None

    def _plan(self):
        return demo_calls.plan(datetime.date.fromisoformat(self.facts["calls_of"]), self.facts["zone"])

    def _push_calls(self, lab, steps):
        """Pushes all calls, as of today: at the first start, or when a later one finds none that plays."""
        self.save(calls_of=lab.today().isoformat(), calls={})
        plan, size = self._plan(), 0
        with steps.step(f"pushed {len(plan)} calls of {len(demo_calls.TEAMS)} teams"):
            connection = lab.recorder.connect()
            for call in plan:
                audio = call.audio()
                pushed = lab.recorder.push(call.metadata, audio, headers={"Content-Type": call.content_type()},
                                           connection=connection)
                self.facts["calls"][call.reference] = expect(pushed, 201).json()["id"]
                size += len(audio)
            connection.close()
        self.save()

    @staticmethod
    def _curl(lab):
        pki = lab.folder / "pki"
        return ["curl", "-sS", "--fail-with-body", "--cacert", str(pki / "authority.pem"), "--cert",
                str(pki / "workstation.pem"), "--key", str(pki / "workstation.key")]

    def _play_with_curl(self, lab, steps, call, recording):
        token = lab.issuer.token("alice", ["qa"], ["support"], lab.workstation)
        out = lab.folder / "played.wav"
        with steps.step(f"played one of them ({call.codec[0]}) as qa with curl; every sample is right"):
            curl = [*self._curl(lab), "-H", "@-"]
            header = f"Authorization: Bearer {token}"  # by standard input: a command line can be read by anyone
            play = json.loads(subprocess.run(
                [*curl, "--json", '{"purpose": "quality"}', f"{lab.url}/v1/recordings/{recording}/plays"], input=header,
                check=True, stdout=subprocess.PIPE, text=True).stdout)
            subprocess.run([*curl, "-o", str(out), lab.url + play["media"]], input=header, check=True, text=True)
            assert wav.samples(out.read_bytes()) == wav.samples(call.audio())
            out.unlink()

    def _explain(self, lab, people, recording, seconds):
        pki = f"{shlex.quote(str(lab.folder))}/pki"
        address, table = lab.url, "\n  ".join(people.table())
        curl = f"curl --cacert {pki}/authority.pem"
        person = f"{curl} --cert {pki}/workstation.pem --key {pki}/workstation.key"
        print(f"""
callvault is ready ({seconds:.0f} s).

  open            {address}{FIRST_PAGE}
                  The browser warns twice, of gateway and provider: go on, or let it trust the authority below.

  {table}

  a code of now   {DEMO} --code alice

  address         {address}    (API: deploy/openapi.yaml)
  sign-in         {self.provider_url}    (npm oidc-provider)
  state           {lab.folder}  (objects/, postgres/, vault/, provider/, gateway.log, callvault.toml)
  purge           every day at 23:50, {lab.zone}; metrics on http://127.0.0.1:{self.facts['metrics_port']}/metrics
  authority       {pki}/authority.pem
  recorder        {pki}/pbx.pem and pbx.key            the telephony platform
  programs        {pki}/workstation.pem and .key       with a token: {DEMO} --token NAME ROLE [TEAM ...]
                  roles: qa supervisor privacy_officer auditor admin; teams here: {' '.join(demo_calls.TEAMS)}

push a WAV of your own:

  {curl} --cert {pki}/pbx.pem --key {pki}/pbx.key \\
    -H "Callvault-Metadata: $({DEMO} --metadata your.wav)" -T your.wav {address}/v1/recordings

play a call as alice of quality assurance (the id is in the receipt):

  TOKEN=$({DEMO} --token alice qa support)
  {person} -H "Authorization: Bearer $TOKEN" \\
    --json '{{"purpose": "quality"}}' {address}/v1/recordings/{recording}/plays
  {person} -H "Authorization: Bearer $TOKEN" -o call.wav {address}MEDIA

see what a purge would take:  {lab.programs / 'callvault'} purge run --dry-run --config {lab.configuration}

stop it:   {DEMO} --stop        remove everything:   {DEMO} --reset""")


def _answers(client, path):
    """Whether it says 200 there."""
    try:
        return client.get(path).status == 200
    except OSError:
        return False


def _free(port):
    import socket
    try:
        socket.create_server(("127.0.0.1", port)).close()
        return True
    except OSError:
        return False


def metadata_for(path):
    """The Callvault-Metadata value for a WAV file of the reader's: recorded now, with consent, team support."""
    channels = 1
    if path:
        head = dict(wav.chunks(pathlib.Path(path).read_bytes())).get(b"fmt ", b"")
        channels = int.from_bytes(head[2:4], "little") or 1
    roles = ["mixed"] if channels == 1 else (["agent", "customer"] + ["other"] * 6)[:channels]
    return metadata_header(calls.metadata(channels=roles))


def main():
    """The command line that deploy/demo hands over."""
    parser = argparse.ArgumentParser(prog=DEMO)
    parser.add_argument("--state", required=True)
    parser.add_argument("action", choices=["start", "stop", "reset", "code", "token", "metadata"])
    parser.add_argument("words", nargs="*")
    given = parser.parse_args()
    if given.action == "metadata":
        print(metadata_for(given.words[0] if given.words else None))
        return 0
    demo = Demo(given.state)
    if given.action == "code":
        code = People(demo.state).code(given.words[0]) if given.words else None
        if not code:
            parser.error("--code NAME, one of those that a start prints")
        print(code)
        return 0
    if given.action == "token":
        if len(given.words) < 2:
            parser.error("--token NAME ROLE [TEAM ...]")
        lab = demo.lab()
        print(lab.issuer.token(given.words[0], [given.words[1]], given.words[2:], lab.workstation))
        return 0
    try:
        getattr(demo, given.action)()
    except SmokeFailed:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
