"""media: a media worker against the ffmpeg program doing the same work (one process a file, its start included), and how
many calls a core prepares in an hour; the measuring of a WAV against audiowaveform's figures is `measure`."""

import os
import socket
import statistics
import struct
import subprocess
import tempfile
import time

from harness import CORES
from lab import calls, codecs, wav

KINDS = {"wav": 1, "mp3": 2, "ogg": 3, "webm": 4, "m4a": 5, "flac": 7}
PINNED = ["taskset", "-c", str(CORES[0])]


def five_minutes():
    """A call of two people: 300 s, stereo, 8 kHz."""
    voice = wav.samples(calls.known_voices()["two-party-call-27s.wav"])
    return wav.make((voice * 12)[:300 * 8000 * 2].tobytes(), channels=2)


def worker(program, kind, file):
    """What a gateway does with one worker; seconds, and bytes of rendition and outline."""
    begun = time.monotonic()
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen([*PINNED, program], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, close_fds=False, env={},
                                   preexec_fn=lambda: os.dup2(theirs.fileno(), 3))
    got = {}
    with ours, ours.makefile("rb") as line:
        ours.sendall(struct.pack("<IIQQ", 1, 8, len(file), 1) + struct.pack("<BBHI", KINDS[kind], 0, 0, 0))
        while True:
            what, size, first, second = struct.unpack("<IIQQ", line.read(24))
            payload = line.read(size)
            got[what] = got.get(what, 0) + len(payload)
            if what == 3:
                piece = file[first:first + second]
                ours.sendall(struct.pack("<IIQQ", 2, len(piece), first, 0) + piece)
            elif what == 7:
                break
            elif what == 8:
                raise RuntimeError(f"the worker said {first}")
    process.wait()
    if got.get(6, 0) < 1000 or got.get(5, 0) < 100:
        raise RuntimeError("the worker made nothing")
    return time.monotonic() - begun


def ffmpeg(folder, file):
    """The same rendition by the ffmpeg program, from a file to a file: no peaks, no sandbox."""
    source = f"{folder}/source"
    with open(source, "wb") as out:
        out.write(file)
    begun = time.monotonic()
    subprocess.run([*PINNED, "ffmpeg", "-nostdin", "-loglevel", "error", "-y", "-threads", "1", "-i", source, "-c:a", "aac",
                    "-aac_coder", "fast", "-b:a", "48k", "-threads", "1", "-movflags", "+faststart", f"{folder}/out.m4a"],
                   check=True)
    return time.monotonic() - begun


def run(bench):
    """All codecs."""
    program = str(bench.binaries / "callvault-transcode")
    whole = five_minutes()
    call = wav.make(wav.samples(whole)[:16_000 * 5].tobytes(), channels=2) if bench.smoke else whole
    seconds = len(wav.samples(call)) / 16_000
    with tempfile.TemporaryDirectory() as folder:
        for name in ("gsm.wav", "mp3", "opus.ogg", "m4a", "flac"):
            file = codecs.make(name, call)
            kind = name.rsplit(".", 1)[-1]

            def peer():
                took = ffmpeg(folder, file)
                return {"s": took, "times_real_time": seconds / took, "calls_core_hour": 3600 / took}

            def ours():
                took = worker(program, kind, file)
                return {"s": took, "times_real_time": seconds / took, "calls_core_hour": 3600 / took}
            bench.compare("media", f"{name}, {seconds:.0f} s", {"ffmpeg": peer, "worker": ours},
                          ("s", "times_real_time", "calls_core_hour"))
    starts = []
    for _ in range(2 if bench.smoke else 10):
        begun = time.monotonic()
        subprocess.run([*PINNED, "ffmpeg", "-version"], stdout=subprocess.DEVNULL, check=True)
        starts.append(time.monotonic() - begun)
    bench.row("media", "ffmpeg -version", {"s": statistics.median(starts)})
