"""push: mTLS push with real metadata, its receipt checked, against nginx PUT, which neither seals, hashes nor syncs; and
the floor: what making such a file durable costs a program without a socket."""

import concurrent.futures
import os
import time

from bench_site import BIG, SMALL, Site
from lab.client import digest

FIELDS = ("requests_s", "mb_s", "ms_p50", "ms_p99", "cpu_s_per_gb")


def durable(folder, body, jobs, seconds):
    """Write, fsync, rename, fsync of the folder, from `jobs` threads; its figures."""
    folder.mkdir(exist_ok=True)
    end = time.monotonic() + seconds
    held = os.open(folder, os.O_RDONLY)

    def work(job):
        done = 0
        while time.monotonic() < end:
            with open(folder / f"t{job}", "wb", buffering=0) as file:
                file.write(body)
                os.fsync(file.fileno())
            os.rename(folder / f"t{job}", folder / f"{job}-{done}")
            os.fsync(held)
            done += 1
        return done

    begun = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        count = sum(pool.map(work, range(jobs)))
    took = time.monotonic() - begun
    os.close(held)
    for file in folder.iterdir():
        file.unlink()
    return {"requests_s": count / took, "mb_s": count * len(body) / took / 1e6}


def run(bench):
    """All loads."""
    with Site(bench) as site:
        if not bench.smoke:  # a day's 256 folders are made once, by its first pushes: that is not what is measured
            site.ours(site.lab.pbx, mode="put", file=site.voice(SMALL), connections=32, seconds=60, warm=0,
                      requests=site.pushes(1200))
        for size, clients in ((SMALL, 1), (SMALL, 32), (BIG, 1), (BIG, 32)):
            voice = site.voice(size)
            body = voice.read_bytes()
            most = int((bench.seconds + 1) * (4000 if size == SMALL else 200)) + clients
            names = site.work / "names"
            names.write_text("".join(f"/{number}.wav\n" for number in range(most)), encoding="ascii")
            how = {"mode": "put", "file": voice, "connections": clients, "seconds": bench.seconds}

            def peer():
                site.nginx.empty()
                return site.peer(requests=names, **how)

            def ours():
                return site.ours(site.lab.pbx, requests=site.pushes(most), answer=digest(body), **how)

            label = f"{size // 1000} KB x {clients}"
            seen = bench.compare("push", label, {"nginx PUT": peer, "callvault": ours}, FIELDS)
            floors = [durable(site.work / "floor", body, clients, bench.seconds) for _ in range(bench.rounds)]
            ratio = sorted(one["requests_s"] / floor["requests_s"] for one, floor in zip(seen["callvault"], floors))
            bench.row("push", f"{label}: fsync floor", sorted(floors, key=lambda one: one["mb_s"])[len(floors) // 2],
                      {"callvault to it": [ratio[len(ratio) // 2], ratio[0], ratio[-1]]})
