"""memory: the gateway's resident size under many slow uploads, long ones against short ones, and under paced listeners."""

import time

from bench_site import BIG, Site
from lab import calls


def uploads(bench, megabytes, connections, rate, seconds, store="file"):
    """Peak resident bytes of a fresh gateway while `connections` push files of that length at `rate` bytes/s each."""
    with Site(bench, store) as site:
        figures = site.ours(site.lab.pbx, mode="put", file=site.voice(megabytes * 1_000_000), connections=connections,
                            requests=site.pushes(connections), rate=rate, seconds=seconds, warm=0)
    return {"resident_mb": figures["resident_peak"] / 1e6, "before_mb": figures["resident_before"] / 1e6,
            "received_mb_each": figures["body_bytes"] / 1e6 / connections}


def listeners(bench, connections, period, seconds):
    """Bytes that each of `connections` paced listeners costs, and how late they were answered."""
    with Site(bench) as site:
        voice = site.voice(BIG)
        recording = site.lab.recorder.push(calls.metadata(), voice.read_bytes()).json()["id"]
        plays = site.listeners(connections, recording)
        time.sleep(1)
        figures = site.ours(site.lab.workstation, mode="paced", file=voice, connections=connections, requests=plays,
                            shortest=163840, longest=163840, period=period, seconds=seconds, warm=period)
    return {"bytes_each": (figures["resident_peak"] - figures["resident_before"]) / connections,
            "resident_mb": figures["resident_peak"] / 1e6, "ms_p99": figures["ms_p99"], "late": figures["late"],
            "cpu_percent": 100 * figures["cpu_s"] / figures["seconds"]}


def long_and_short(bench, count, store="file", to=""):
    """Rows for many slow uploads, long ones against short ones."""
    rate, seconds = (500_000, 3) if bench.smoke else (250_000, 26)
    short = uploads(bench, 6, count, rate, seconds, store)
    long = uploads(bench, 60, count, rate, seconds, store)
    ratio = long["resident_mb"] / short["resident_mb"]
    bench.row("memory", f"{count} slow uploads of 6 MB{to}", short)
    bench.row("memory", f"{count} slow uploads of 60 MB{to}", long, {"resident": [ratio, ratio, ratio]})


def run(bench):
    """Both."""
    long_and_short(bench, 20 if bench.smoke else 500)
    many, period, seconds = (50, 2, 2) if bench.smoke else (2000, 10, 20)
    bench.row("memory", f"{many} paced listeners", listeners(bench, many, period, seconds))
