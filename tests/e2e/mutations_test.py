#!/usr/bin/env python3
"""Broken files of every container against the media worker itself: each ends in a clear state, in its time, and the
worker never asks the system for anything but memory and its socket.

CALLVAULT_MUTATIONS says how many files (400; a release is tried with 10,000). The worker is spoken to as the gateway does
it (transcode/messages). Prints what became of them.
"""

import collections
import concurrent.futures
import os
import pathlib
import random
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from support import main
from lab import calls, codecs, wav
from lab.lab import programs_folder

COUNT = int(os.environ.get("CALLVAULT_MUTATIONS", "400"))
LONGEST = 60  # seconds for a file of three
KINDS = {"wav": 1, "mp3": 2, "ogg": 3, "webm": 4, "m4a": 5, "amr": 6, "flac": 7, "l16": 8}
REASONS = ("malformed", "unsupported", "no-sound", "too-long", "too-much-memory")
READ, FACTS, OUTLINE, RENDITION, DONE, FAILED = range(3, 9)
# What the sandbox lets through: anything else in a trace after it was shut in would be a hole.
ALLOWED = {"read", "write", "exit_group", "exit", "rt_sigreturn", "brk", "munmap", "mremap", "madvise", "futex",
           "clock_gettime", "mmap"}


class Ended(Exception):
    """The worker is gone."""


def receive(line, size):
    out = b""
    while len(out) < size:
        piece = line.recv(size - len(out))
        if not piece:
            raise Ended
        out += piece
    return out


def ask(kind, file, prefix=()):
    """What a fresh worker says of a file: "prepared", a reason, or how it died."""
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            worker = subprocess.Popen(  # pylint: disable=consider-using-with
                [*prefix, str(programs_folder() / "callvault-transcode")], stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, pass_fds=(), close_fds=False, env={},
                preexec_fn=lambda: os.dup2(theirs.fileno(), 3))
        begun = time.monotonic()
        try:
            said = talk(ours, kind, file, begun + LONGEST)
        except (Ended, ConnectionError):
            said = None
        except TimeoutError:
            worker.kill()
            said = "too slow"
        code = worker.wait(LONGEST)
    if said is None:
        said = f"died: {signal.Signals(-code).name if code < 0 else code}"
    return said, time.monotonic() - begun


def talk(line, kind, file, ends):
    """The gateway's side of the conversation."""
    raw = (2, 8000) if kind == "l16" else (0, 0)
    line.sendall(struct.pack("<IIQQ", 1, 8, len(file), 1) + struct.pack("<BBHI", KINDS[kind], raw[0], 0, raw[1]))
    sizes = collections.Counter()
    while True:
        line.settimeout(max(0.01, ends - time.monotonic()))  # for all of it: a worker may also read for ever
        what, size, first, second = struct.unpack("<IIQQ", receive(line, 24))
        payload = receive(line, size)
        sizes[what] += size
        if what == READ:
            piece = file[first:first + second]
            line.sendall(struct.pack("<IIQQ", 2, len(piece), first, 0) + piece)
        elif what == DONE:
            return "prepared" if sizes[OUTLINE] > 24 and sizes[RENDITION] > 100 else "nonsense"
        elif what == FAILED:
            return REASONS[first - 1] if 1 <= first <= len(REASONS) and not payload else "nonsense"
        elif what not in (FACTS, OUTLINE, RENDITION):
            return "nonsense"


def mutated(file, chance):
    """The file with a few things wrong: bits, lengths, blocks, its end."""
    out = bytearray(file)
    for _ in range(chance.choice((1, 1, 2, 4, 16, 64))):
        at = chance.randrange(len(out))
        near = chance.randrange(min(len(out), 600))  # headers are where it hurts
        how = chance.randrange(9)
        if how == 0:
            out[at] ^= 1 << chance.randrange(8)
        elif how in (1, 2):
            out[near] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
        elif how == 3:
            out[near:near + 4] = chance.choice((b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f"))
        elif how == 4:
            del out[at:at + chance.randrange(1, 3000)]
        elif how == 5:
            out[at:at] = out[near:near + chance.randrange(1, 3000)]
        elif how == 6:
            out[at:at] = chance.randbytes(chance.randrange(1, 2000))
        elif how == 7:
            del out[max(at, 20):]
        else:
            out[near:near + 8] = chance.randbytes(8)
        if len(out) < 20:
            out += bytes(20)
    return bytes(out)


def seeds():
    """(kind, file) of every container and coding, three seconds each."""
    voice = wav.make(wav.tone(3, seed=5))
    two = calls.known_voices()["two-party-call-27s.wav"]
    short = wav.make(array_of(wav.samples(two)[:2 * 8000 * 3]), channels=2)
    out = [(kind_of(name), codecs.make(name, short)) for name in codecs.NAMES]
    return out + [("amr", codecs.amr(3)), ("wav", voice), ("wav", wav.make(b"", coding=0x55, bits=0) + bytes(500))]


def sanitized():
    program = (programs_folder() / "callvault-transcode").read_bytes()
    return b"__asan_init" in program or b"__tsan_init" in program


def array_of(samples):
    return samples.tobytes()


def kind_of(name):
    return name.rsplit(".", 1)[-1]


class Mutations(unittest.TestCase):
    def test_every_file_ends_in_a_clear_state(self):
        files = seeds()
        counts, slow, lock = collections.Counter(), [], threading.Lock()

        def one(number):
            chance = random.Random(number)
            kind, file = files[number % len(files)]
            said, seconds = ask(kind, mutated(file, chance))
            with lock:
                counts[said] += 1
                if seconds > 10:
                    slow.append((number, kind, said, round(seconds)))
                if sum(counts.values()) % 1000 == 0:
                    print(f"{sum(counts.values())} of {COUNT}: {dict(counts)}", flush=True)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(one, range(COUNT)))
        print(f"{COUNT} files: {dict(counts)}; slower than 10 s: {slow}")
        self.assertEqual(sum(counts.values()), COUNT)
        self.assertEqual(set(counts) - {"prepared", *REASONS}, set())

    def test_unbroken_files_are_prepared(self):
        for kind, file in seeds()[:-1]:
            with self.subTest(kind):
                self.assertEqual(ask(kind, file)[0], "prepared")

    def test_a_file_that_asks_for_a_gigabyte_gets_none(self):
        if sanitized():
            self.skipTest("a sanitizer's own memory is beyond any limit")
        bomb = bytearray(wav.make(bytes(1000)))
        struct.pack_into("<I", bomb, 16, 1 << 30)  # so long is the chunk that says the format
        self.assertEqual(ask("wav", bytes(bomb))[0], "too-much-memory")

    def test_a_traced_worker_asks_for_nothing_but_memory_and_its_socket(self):
        if not shutil.which("strace"):
            self.skipTest("strace is not installed")
        if sanitized():
            self.skipTest("a sanitizer asks for more")
        with tempfile.TemporaryDirectory() as folder:
            for number, (kind, file) in enumerate(seeds()):
                for broken in (file, mutated(file, random.Random(number))):
                    trace = pathlib.Path(folder) / "trace"
                    said, _ = ask(kind, broken, ("/usr/bin/strace", "-f", "-qq", "-o", str(trace)))
                    self.assertIn(said, ("prepared", *REASONS), kind)
                    lines = trace.read_text(encoding="utf-8", errors="replace").splitlines()
                    shut = max(at for at, line in enumerate(lines) if "SECCOMP" in line.upper())
                    calls_made = collections.Counter(line.split(None, 1)[1].split("(")[0] for line in lines[shut + 1:]
                                                     if "(" in line and not line.split(None, 1)[1].startswith("<"))
                    self.assertEqual(set(calls_made) - ALLOWED, set(), kind)
                    for line in lines[shut + 1:]:
                        if "mmap(" in line:
                            self.assertIn("MAP_ANONYMOUS", line)
                            self.assertNotIn("PROT_EXEC", line)


if __name__ == "__main__":
    if not shutil.which("ffmpeg"):
        print("skipped: ffmpeg is not installed")
        sys.exit(77)
    main()
