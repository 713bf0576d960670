"""play: media URLs under a bound token and a client certificate, with decision, audit, lease, pace and decryption, against
nginx that serves the plain file. Every byte is compared."""

from bench_site import BIG, Site
from lab import calls

FIELDS = ("requests_s", "mb_s", "first_byte_ms_p50", "ms_p99", "cpu_s_per_gb")


def loads(smoke):
    """(label, mode, connections)."""
    if smoke:
        return (("ranges x 8", "ranges", 8), ("whole x 2", "whole", 2))
    return (("ranges x 64", "ranges", 64), ("ranges x 512", "ranges", 512), ("ranges x 1", "ranges", 1),
            ("whole x 8", "whole", 8))


def run(bench):
    """All loads."""
    with Site(bench) as site:
        voice = site.voice(BIG)
        pushed = site.lab.recorder.push(calls.metadata(), voice.read_bytes())
        if pushed.status != 201:
            raise RuntimeError(f"not pushed: {pushed.body!r}")
        (site.nginx.files / "voice.wav").write_bytes(voice.read_bytes())
        names = site.work / "names"
        names.write_text("/voice.wav\n", encoding="ascii")
        for label, mode, connections in loads(bench.smoke):
            how = {"mode": mode, "file": voice, "connections": connections, "seconds": bench.seconds}
            plays = site.listeners(connections, pushed.json()["id"])
            bench.compare("play", label, {
                "nginx, plain": lambda: site.peer(requests=names, **how),
                "callvault": lambda: site.ours(site.lab.workstation, requests=plays, **how)}, FIELDS)
