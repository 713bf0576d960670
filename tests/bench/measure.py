"""measure: the jobs that measure calls which play as they are (read, open, decode, peaks, silence, levels, sealed outline,
evidence), against the ffmpeg program that only looks for levels and silence in the plain file."""

import subprocess
import time

from bench_site import Site
from harness import CORES, cpu_seconds
from lab import calls, wav
from lab.lab import wait_until

PINNED = ["taskset", "-c", str(CORES[0])]


def two_people(seconds):
    """A call of two people in G.711, stereo, 8 kHz."""
    voice = wav.samples(calls.known_voices()["two-party-call-27s.wav"])
    looped = (voice * (seconds // 27 + 1))[:seconds * 16_000]
    return wav.make(wav.encode(looped, wav.A_LAW), channels=2, coding=wav.A_LAW, bits=8)


def again(site):
    """Every call stands as if it had just been pushed; seconds of the gateway's core until all are measured."""
    site.lab.cluster.sql("delete from sealed_object where rendition = 'outline'; "
                         "insert into job (id, kind, unique_key, recording_id, payload, run_at, max_attempts) "
                         "select gen_random_uuid(), 'measure', 'prepare-' || replace(id::text, '-', ''), id, '\\x', now(), 9 "
                         "from recording")
    before, begun = cpu_seconds(site.lab.gateway.process.pid), time.monotonic()
    wait_measured(site)
    return cpu_seconds(site.lab.gateway.process.pid) - before, time.monotonic() - begun


def wait_measured(site):
    """No call waits any more."""
    wait_until("the measuring", lambda: site.lab.cluster.sql("select count(*) from job")[0][0] == "0", 300, pause=0.05)


def run(bench):
    """Five-minute calls."""
    seconds, count = (10, 3) if bench.smoke else (300, 30)
    with Site(bench) as site:
        call = two_people(seconds)
        for _ in range(count):
            answer = site.lab.recorder.push(calls.metadata(), call)
            if answer.status != 201:
                raise RuntimeError(f"not pushed: {answer.body!r}")
        wait_measured(site)
        plain = site.work / "call.wav"
        plain.write_bytes(call)

        def figures(cpu, wall):
            return {"cpu_s_a_call": cpu / count, "times_real_time": seconds * count / wall, "calls_core_hour": 3600 * count / cpu}

        def ffmpeg():
            begun = time.monotonic()
            for _ in range(count):
                subprocess.run([*PINNED, "ffmpeg", "-nostdin", "-loglevel", "info", "-threads", "1", "-i", str(plain), "-af",
                                "astats,silencedetect=n=-45dB:d=0.5", "-f", "null", "-"], check=True, stderr=subprocess.DEVNULL)
            took = time.monotonic() - begun
            return figures(took, took)
        bench.compare("measure", f"G.711, {seconds} s", {"ffmpeg": ffmpeg, "callvault": lambda: figures(*again(site))},
                      ("cpu_s_a_call", "times_real_time", "calls_core_hour"))
