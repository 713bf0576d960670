"""s3: a gateway before an S3 store (Ceph, its objects in memory) against the same store asked directly, with the same TLS:
pushes, ranges and their first byte, the purge with its read-back, and the gateway's memory under slow uploads."""

import sys
import time

import memory
import purge
from bench_site import BIG, SMALL, Site
from lab import calls, object_store
from lab.client import digest

BUCKET = "direct"
PUSH = ("requests_s", "mb_s", "ms_p50", "ms_p99")
PLAY = ("requests_s", "mb_s", "first_byte_ms_p50", "ms_p99")
BATCH = 1000  # what DeleteObjects takes


def lines(site, method, names):
    """A file of requests that the store takes as they are."""
    path = site.work / "direct"
    path.write_text("".join(site.lab.store.signed_path(method, f"{BUCKET}/{name}") + "\n" for name in names), encoding="ascii")
    return path


def pushes(bench, site):
    """Whole calls: sealed, hashed, with their receipt, against bare PUTs of as many bytes."""
    for size, clients in ((SMALL, 1), (SMALL, 16), (BIG, 1), (BIG, 8)) if not bench.smoke else ((SMALL, 4),):
        voice = site.voice(size)
        body = voice.read_bytes()
        most = int((bench.seconds + 1) * (1500 if size == SMALL else 150)) + clients
        direct = lines(site, "PUT", (f"{size}-{number}" for number in range(most)))
        how = {"mode": "put", "file": voice, "connections": clients, "seconds": bench.seconds}
        bench.compare("s3", f"push {size // 1000} KB x {clients}", {
            "PUT at the store": lambda: site.store(requests=direct, **how),
            "callvault": lambda: site.ours(site.lab.pbx, requests=site.pushes(most), answer=digest(body), **how)}, PUSH)


def ranges(bench, site):
    """Random ranges of 64 KiB to 1 MiB, decided, logged, fetched, opened, against ranged GETs of the plain bytes."""
    voice = site.voice(BIG)
    pushed = site.lab.recorder.push(calls.metadata(), voice.read_bytes())
    if pushed.status != 201:
        raise RuntimeError(f"not pushed: {pushed.body!r}")
    site.store(mode="put", file=voice, connections=1, seconds=60, warm=0, requests=lines(site, "PUT", ["voice"]))
    direct = lines(site, "GET", ["voice"])
    for clients in (1, 16) if not bench.smoke else (2,):
        how = {"mode": "ranges", "file": voice, "connections": clients, "seconds": bench.seconds}
        plays = site.listeners(clients, pushed.json()["id"])
        bench.compare("s3", f"ranges x {clients}", {
            "GET at the store": lambda: site.store(requests=direct, **how),
            "callvault": lambda: site.ours(site.lab.workstation, requests=plays, **how)}, PLAY)


def bare(site, count, voice):
    """Seconds that the store takes to remove as many objects as recordings have, a thousand at a time, and to list nothing."""
    store = site.lab.store
    names = [f"bare/{number}" for number in range(count)]
    site.store(mode="put", file=voice, connections=16, seconds=3600, warm=0, requests=lines(site, "PUT", names))
    begun = time.monotonic()
    for first in range(0, count, BATCH):
        store.remove_many(BUCKET, names[first:first + BATCH])
    took = time.monotonic() - begun
    if store.names(BUCKET, "bare/"):
        raise RuntimeError("the store did not remove what it said")
    return took


def run(bench):
    """All of it."""
    if not object_store.installed():
        print("s3: Ceph is not installed; deploy/install installs it", file=sys.stderr)
        sys.exit(77)
    with Site(bench, "s3") as site:
        site.lab.store.make_bucket(BUCKET)
        pushes(bench, site)
        ranges(bench, site)
    count = 60 if bench.smoke else bench.recordings
    with Site(bench, "s3") as site:
        site.lab.store.make_bucket(BUCKET)
        voice = site.voice(SMALL // 10)
        purge.push_due(site, count, voice)
        purge.compared(site, count, bare(site, count, voice), f"{count} objects, DeleteObjects alone",
                       f"{count} recordings in S3")
    memory.long_and_short(bench, 20 if bench.smoke else 200, "s3", " to S3")
