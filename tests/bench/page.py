"""page: from a click on Play to sound, and from a seek to sound, in Chromium that is told to have a line of 20 Mbit/s and 30 ms:
the whole page at a whole callvault, against a media element on a bare page with the same sound at nginx."""

import contextlib
import gzip
import json
import os
import pathlib
import re
import subprocess
import sys

from harness import ROOT
from media import ffmpeg
from nginx import Nginx

from lab import codecs, wav
from lab.gateway import free_ports
from lab.provider import node_program

sys.path.insert(0, str(ROOT / "tests" / "web"))
from site_of_test import Site  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
MOST_BYTES = 120 * 1024
# Low in even tens of seconds, high in odd ones: whether a seek is heard can be told from a moment of sound.
PITCH = "if(mod(floor(t/10),2),1600,400)"
PEER = """<!doctype html><title>peer</title><button>Play</button><script>
document.querySelector('button').onclick = () => {
  globalThis.audio = new Audio(location.hash.slice(1));
  const context = new AudioContext();
  context.createMediaElementSource(audio).connect(context.destination);
  audio.play();
};
</script>"""


def lengths(smoke):
    """Names and seconds of the calls."""
    return {"a minute": 60} if smoke else {"five minutes": 300, "an hour": 3600}


def hum(seconds):
    """A WAV, its length in its header."""
    return wav.make(wav.samples(codecs.sines(seconds, PITCH, PITCH)).tobytes(), channels=2)


def weight(lab):
    """Bytes of the page as it goes over the line: its document and everything that names."""
    client = lab.client()
    document = client.get("/", {"Accept-Encoding": "gzip"})
    unpacked = gzip.decompress(document.body).decode()
    names = set(re.findall(r'(?:href|src|data-licences)="(/assets/[^"]+)"', unpacked))
    return len(document.body) + sum(len(client.get(name, {"Accept-Encoding": "gzip"}).body) for name in names)


def percentile(values, part):
    """The value that so much of all is not above."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def figures(times):
    """p50 and p95 of the first sound and of seeks, in ms."""
    return {f"{what}_ms_p{part}": percentile(times[what], part / 100) for what in ("first", "seek") for part in (50, 95)}


def run(bench):
    """All loads, the peer's trials between ours."""
    loads, served = [], {}

    def fill(site):
        for length, seconds in lengths(bench.smoke).items():
            sound = hum(seconds)
            said = {"channels": ["agent", "customer"]}
            site.push(f"wav {length}", codecs.sines(seconds, PITCH, PITCH, "pcm_alaw"), **said)
            site.push(f"mp3 {length}", codecs.make("mp3", sound), codec="mp3", **said)
            served[f"wav-{seconds}.wav"] = sound  # as the gateway serves A-law: 16-bit samples
            ffmpeg(site.lab.folder, sound)
            served[f"mp3-{seconds}.m4a"] = (site.lab.folder / "out.m4a").read_bytes()
            loads.extend({"name": f"{kind}, {length}", "recording": f"{name} {length}", "file": f"/{name}-{seconds}.{end}",
                          "seconds": seconds} for kind, name, end in (("G.711 WAV", "wav", "wav"), ("AAC", "mp3", "m4a")))
        site.prepared()

    with contextlib.closing(Site(fill, bench.binaries)) as site, \
            Nginx(site.lab.folder / "nginx", free_ports(1)[0], site.lab.server, os.getuid() == 0) as nginx:
        (nginx.files / "index.html").write_text(PEER, encoding="ascii")
        (nginx.files / "line.wav").write_bytes(hum(30))
        for name, body in served.items():
            (nginx.files / name).write_bytes(body)
        packed = weight(site.lab)
        bench.row("page", "all of it, compressed", {"bytes": packed, "of_at_most": MOST_BYTES})
        spoken = site.lab.folder / "page.json"
        spoken.write_text(json.dumps({"nginx": f"https://127.0.0.1:{nginx.port}", "trials": 2 if bench.smoke else 6 * bench.rounds,
                                      "loads": loads}), encoding="utf-8")
        facts = site.lab.folder / "site.json"
        facts.write_text(json.dumps(site.facts), encoding="utf-8")
        done = subprocess.run([node_program(), HERE / "page.mjs", spoken], check=True, stdout=subprocess.PIPE, env={
            **os.environ, "CALLVAULT_WEB_SITE": str(facts), "CALLVAULT_WEB_PACKAGES": packages()})
    seen = json.loads(done.stdout)
    bench.row("page", "the line, by a media element", {"mbit_s": seen["mbit_s"]})
    for load, times in seen["loads"].items():
        peer, ours = figures(times["nginx"]), figures(times["callvault"])
        bench.row("page", f"{load}: nginx", peer)
        bench.row("page", f"{load}: callvault", ours, {field: [ours[field] / peer[field]] * 3 for field in ours})


def packages():
    """The node_modules of the page's tests, installed when they are not there."""
    folder = os.environ.get("CALLVAULT_WEB_PACKAGES") or str(ROOT / "build" / "web")
    subprocess.run([ROOT / "gateway" / "web" / "install_packages", folder], check=True)
    return folder
