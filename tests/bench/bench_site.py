"""A whole callvault and its nginx for a bench, with the words that both are asked in."""

import contextlib
import itertools
import os

from harness import pin
from nginx import Nginx

from lab import calls, wav
from lab.client import metadata_header
from lab.gateway import free_ports
from lab.lab import Lab

RATE, CHANNELS = 48000, 2  # so that a play's head start covers the whole file: the pace is on, and never in the way
BIG, SMALL = 4_800_044, 100_044


class Site:
    """`with Site(bench) as site`: gateway on the first core, PostgreSQL where the system puts it, nginx beside; Ceph
    too, for `store` "s3"."""

    def __init__(self, bench, store="file", **settings):
        self.bench = bench
        self.lab = Lab(bench.binaries, settings={"play": {"per_subject": 100}, "server": {"threads": 1}, **settings},
                       store=store)
        self._stack = contextlib.ExitStack()
        self._people = itertools.count()

    def __enter__(self):
        self._stack.enter_context(self.lab)
        pin(self.lab.gateway.process.pid)
        self.nginx = self._stack.enter_context(
            Nginx(self.lab.folder / "nginx", free_ports(1)[0], self.lab.server, os.getuid() == 0))
        self.work = self.lab.folder / "work"
        self.work.mkdir()
        return self

    def __exit__(self, *how):
        self._stack.__exit__(*how)

    def voice(self, size):
        """A WAV file of that size, of random samples: nothing in it compresses."""
        path = self.work / f"voice-{size}.wav"
        if not path.exists():
            path.write_bytes(wav.make(os.urandom(size - 44), rate=RATE, channels=CHANNELS))
        return path

    def pushes(self, count, said=calls.metadata):
        """A file of `count` pushes, each of a call of its own."""
        path = self.work / "pushes"
        path.write_text("".join(f"/v1/recordings\tContent-Type: audio/wav\tCallvault-Metadata: {metadata_header(said())}\n"
                                for _ in range(count)), encoding="ascii")
        return path

    def listeners(self, count, recording):
        """A file of `count` media URLs with the token of whoever opened that play: others in each file, for plays stay open."""
        lines = []
        while len(lines) < count:
            person = self.lab.person(f"listener-{next(self._people)}", ["qa"])
            with contextlib.closing(person.connect()) as line:
                for _ in range(min(100, count - len(lines))):
                    answer = person.request("POST", f"/v1/recordings/{recording}/plays", {"purpose": "quality"},
                                            connection=line)
                    if answer.status != 201:
                        raise RuntimeError(f"no play: {answer.status} {answer.body!r}")
                    lines.append(f"{answer.json()['media']}\tAuthorization: Bearer {person.token}\n")
        path = self.work / f"listeners-{count}"
        path.write_text("".join(lines), encoding="ascii")
        return path

    def ours(self, certificate, **how):
        """A load on callvault."""
        return self.bench.load(port=self.lab.port, authority=self.lab.authority.own.certificate,
                               certificate=certificate.certificate, key=certificate.key,
                               server=self.lab.gateway.process.pid, **how)

    def store(self, **how):
        """A load on the S3 store itself."""
        return self.bench.load(port=self.lab.store.port, authority=self.lab.store.authority, **how)

    def peer(self, **how):
        """A load on nginx."""
        return self.bench.load(port=self.nginx.port, authority=self.lab.authority.own.certificate,
                               server=self.nginx.process.pid, **how)
