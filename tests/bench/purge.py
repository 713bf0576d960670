"""purge: recordings forgotten by the gateway (keys, ledger, objects read back, columns, log) against bare unlink with
fsync of the folders, and bare delete of rows, of as many."""

import concurrent.futures
import json
import os
import time

from bench_site import SMALL, Site
from harness import pin
from lab import smoke

JOBS, FOLDERS, BATCH = 8, 256, 1000


def bare(site, count, body):
    """Seconds for `count` files in 256 folders from 8 threads, and as many rows a thousand at a time."""
    folders = [site.work / "bare" / f"{number:02x}" for number in range(FOLDERS)]
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folders[number % FOLDERS] / str(number)).write_bytes(body)
    os.sync()
    site.lab.cluster.sql(f"create table bare as select n as id, repeat('x', 600) as said from generate_series(1, {count}) n; "
                         "create index on bare (id)")

    def forget(folder):
        for file in list(folder.iterdir()):
            file.unlink()
        held = os.open(folder, os.O_RDONLY)
        os.fsync(held)
        os.close(held)

    begun = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        list(pool.map(forget, folders))
    site.lab.cluster.sql("; ".join(f"delete from bare where id <= {last}"
                                   for last in range(BATCH, count + BATCH, BATCH)))
    took = time.monotonic() - begun
    site.lab.cluster.sql("drop table bare")
    return took


def purge(site):
    """Seconds of a purge run through the API, and the run. Where the brake stops it, for there was none before of that
    size, two people continue it; the clock runs on, and the vault has destroyed nothing until then."""
    officer = site.lab.person("olivia", ["privacy_officer"])
    other = site.lab.person("otto", ["privacy_officer"])
    begun = time.monotonic()
    run = smoke.purge_past_the_brake(officer, other, 3600)
    if run["state"] != "done":
        raise RuntimeError(f"the purge did not end well: {run}")
    return time.monotonic() - begun, run


def push_due(site, count, voice):
    """Pushes `count` calls that are due today."""
    site.lab.configure(deployment={"retention_months": site.lab.months_due_today()})
    site.lab.restart()
    pin(site.lab.gateway.process.pid)
    figures = site.ours(site.lab.pbx, mode="put", file=voice, connections=16, seconds=3600, warm=0,
                        requests=site.pushes(count, site.lab.due_today))
    if figures["requests"] != count:
        raise RuntimeError(f"not all were pushed: {json.dumps(figures)}")


def compared(site, count, floor, peer, ours):
    """Purges; prints a row for the peer, that took `floor` seconds, and one for us."""
    took, said = purge(site)
    if said["purged"] != count:
        raise RuntimeError(f"not all were purged: {said}")
    site.bench.row("purge", peer, {"per_second": count / floor, "seconds": floor})
    site.bench.row("purge", ours, {"per_second": count / took, "seconds": took}, {"per_second": [floor / took] * 3})


def run(bench):
    """One run: what is purged cannot be purged again."""
    count = 60 if bench.smoke else bench.recordings
    with Site(bench) as site:
        voice = site.voice(SMALL // 10)
        push_due(site, count, voice)
        compared(site, count, bare(site, count, voice.read_bytes()), f"{count} files and rows, bare",
                 f"{count} recordings")
