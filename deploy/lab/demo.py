"""What deploy/demo does once everything is built: start, stop, reset, tokens and metadata for the reader's own hands."""

import argparse
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

from lab import calls, wav
from lab.client import metadata_header
from lab.cluster import reachable_by_postgres
from lab.lab import Lab, free_ports
from lab.smoke import SmokeFailed, Steps, expect

PROJECT = pathlib.Path(__file__).resolve().parents[2]
DEMO = "deploy/demo"


class Demo:
    """The one demo of a state folder."""

    def __init__(self, state):
        self.asked = pathlib.Path(state)
        self.state = self._place(self.asked)
        self.note = self.state / "demo.json"
        self.facts = json.loads(self.note.read_text(encoding="utf-8")) if self.note.exists() else {}

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
        """The lab of this state. Zone and port stay what they were at the first start."""
        if "zone" not in self.facts:
            amsterdam = "Europe/Amsterdam"
            early = time.gmtime().tm_hour < 16  # 18:00 there at the latest: the purge at 23:50 is hours away
            port = int(os.environ.get("CALLVAULT_DEMO_PORT") or 0)
            self.facts = {"zone": amsterdam if early else calls.zone_where_it_is_morning(),
                          "port": port or (8443 if _free(8443) else free_ports(1)[0])}
        return Lab(os.environ["CALLVAULT_BIN"], folder=self.state, port=self.facts["port"],
                   zone=self.facts["zone"])

    def save(self, **facts):
        """Remembers for --stop and the next start."""
        self.facts.update(facts)
        self.note.write_text(json.dumps(self.facts, indent=1) + "\n", encoding="utf-8")

    def gateway_pid(self):
        """The pid of our gateway if it still runs: the process must be callvault with our configuration."""
        pid = self.facts.get("pid")
        try:
            words = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0") if pid else []
        except OSError:
            return None
        return pid if os.fsencode(self.state / "callvault.toml") in words else None

    def stop(self):
        """Ends gateway and cluster; the state stays."""
        pid = self.gateway_pid()
        if pid:
            os.kill(pid, signal.SIGTERM)
            end = time.monotonic() + 40
            while self.gateway_pid() and time.monotonic() < end:
                time.sleep(0.05)
            if self.gateway_pid():
                os.kill(pid, signal.SIGKILL)
        if "zone" in self.facts:
            self.lab().cluster.stop()
        print("stopped" if pid else "it was not running")

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
        lab = self.lab()
        steps = Steps()
        if self.gateway_pid() and lab.gateway.ready():
            lab.cluster.start()
            print("it runs already")
        else:
            with steps.step(f"PostgreSQL: a cluster of its own in {lab.cluster.folder}, no TCP"):
                lab.prepare()
                self.save()
            with steps.step(f"gateway on https://127.0.0.1:{lab.port}"):
                self.save(pid=lab.gateway.spawn(detached=True))
                try:
                    lab.gateway.wait_ready()
                except BaseException:
                    lab.gateway.kill()
                    raise
        recordings = self._push_calls(lab, steps)
        self._play_with_curl(lab, steps, recordings)
        self._explain(lab, next(iter(recordings.values())), time.monotonic() - begun)

    def _push_calls(self, lab, steps):
        recordings = dict(self.facts.get("recordings", {}))
        for name, voice in calls.known_voices().items():
            if name in recordings and lab.recorder.get(f"/v1/recordings/{recordings[name]}").status == 200:
                continue
            with steps.step(f"pushed {name} ({len(voice) // 1000} kB)"):
                recordings[name] = expect(lab.recorder.push(calls.metadata(), voice), 201).json()["id"]
        self.save(recordings=recordings)
        return recordings

    @staticmethod
    def _curl(lab):
        pki = lab.folder / "pki"
        return ["curl", "-sS", "--fail-with-body", "--cacert", str(pki / "authority.pem"), "--cert",
                str(pki / "workstation.pem"), "--key", str(pki / "workstation.key")]

    def _play_with_curl(self, lab, steps, recordings):
        name, recording = next(iter(recordings.items()))
        token = lab.issuer.token("alice", ["qa"], ["support"], lab.workstation)
        address = f"https://127.0.0.1:{lab.port}"
        out = lab.folder / "played.wav"
        with steps.step(f"played {name} as qa with curl; every sample is right"):
            curl = [*self._curl(lab), "-H", "@-"]
            header = f"Authorization: Bearer {token}"  # by standard input: a command line can be read by anyone
            play = json.loads(subprocess.run(
                [*curl, "--json", '{"purpose": "quality"}', f"{address}/v1/recordings/{recording}/plays"], input=header,
                check=True, stdout=subprocess.PIPE, text=True).stdout)
            subprocess.run([*curl, "-o", str(out), address + play["media"]], input=header, check=True, text=True)
            assert wav.samples(out.read_bytes()) == wav.samples(calls.known_voices()[name])
            out.unlink()

    def _explain(self, lab, recording, seconds):
        pki = f"{shlex.quote(str(lab.folder))}/pki"
        address = f"https://127.0.0.1:{lab.port}"
        curl = f"curl --cacert {pki}/authority.pem"
        person = f"{curl} --cert {pki}/workstation.pem --key {pki}/workstation.key"
        print(f"""
callvault is ready ({seconds:.0f} s).

  address         {address}    (API: deploy/openapi.yaml)
  state           {lab.folder}  (objects/, postgres/, vault/, gateway.log, callvault.toml)
  purge           every day at 23:50, {lab.zone}; metrics on http://127.0.0.1:{lab.metrics_port}/metrics
  authority       {pki}/authority.pem
  recorder        {pki}/pbx.pem and pbx.key            the telephony platform
  people          {pki}/workstation.pem and .key       with a token: {DEMO} --token NAME ROLE [TEAM ...]
                  roles: qa supervisor privacy_officer auditor admin; teams here: support sales

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
    parser.add_argument("action", choices=["start", "stop", "reset", "token", "metadata"])
    parser.add_argument("words", nargs="*")
    given = parser.parse_args()
    if given.action == "metadata":
        print(metadata_for(given.words[0] if given.words else None))
        return 0
    demo = Demo(given.state)
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
