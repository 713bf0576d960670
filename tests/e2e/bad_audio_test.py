#!/usr/bin/env python3
"""Bodies that must not be stored: not audio, not supported, empty, cut, over the limit, with a wrong digest."""

import struct
import time

from support import LabTest, main
from lab import calls, wav
from lab.client import digest, metadata_header

SOUND = wav.tone(1, seed=30)
GOOD = wav.make(SOUND)


class BadAudio(LabTest):
    settings = {"sender": [{"name": "pbx", "teams": ["support"], "bases": ["consent"], "purposes": ["quality"],
                            "max_bytes": "1 MiB"}]}

    def push(self, body, said=None, **how):
        said = said or calls.metadata(channels=["mixed"])
        return self.assert_nothing_stored(lambda: self.lab.recorder.push(said, body, **how))

    def test_table(self):
        for words, body, status in (
                ("text", b"hello, this is not audio at all, but it is long enough to look at" * 5, 415),
                ("an archive", b"PK\x03\x04" + bytes(4000), 415),
                ("a program", b"\x7fELF" + bytes(4000), 415),
                ("a WAV of ADPCM", wav.make(SOUND, coding=2, bits=4), 415),
                ("a WAV of G.729", wav.make(SOUND, coding=0x83, bits=0), 415),
                ("AIFF", b"FORM\0\0\0\0AIFF" + bytes(4000), 415),
                ("ADTS", b"\xff\xf1\x50\x80" + bytes(4000), 415),
                ("empty", b"", 422),
                ("a header alone", wav.make(b""), 422),
                ("half a header", GOOD[:20], 422),
                ("shorter than its header says", GOOD[:-5000], 422),
                ("nine channels", wav.make(SOUND[:1800], channels=9), (415, 422)),
                ("no channels", wav.make(SOUND, channels=0), (415, 422)),
                ("no rate", wav.make(SOUND, rate=0), (415, 422)),
                ("zeros", bytes(5000), 415)):
            for chunked in (False, True):
                with self.subTest(words, chunked=chunked):
                    answer = self.push(body, chunked=chunked)
                    wanted = status if isinstance(status, tuple) else (status,)
                    self.assertIn(answer.status, wanted, answer.body)
                    self.expect(answer, answer.status)

    def test_channels_must_be_declared_for_stereo_and_fit(self):
        stereo = wav.make(SOUND, channels=2)
        for said in (calls.metadata(channels=["mixed"]), calls.metadata(channels=["agent", "customer", "other"])):
            faults = self.expect(self.push(stereo, said), 422, "metadata-refused").faults()
            self.assertIn("/channels", [pointer for pointer, _ in faults])
        without = calls.metadata()
        del without["channels"]
        self.expect(self.push(stereo, without), 422, "metadata-refused")

    def test_a_duration_that_differs(self):
        said = calls.metadata(channels=["mixed"], duration_ms=60_000)
        self.assertIn(("/duration_ms", "duration-differs"), self.expect(self.push(GOOD, said), 422).faults())

    def test_a_wrong_digest(self):
        for name in ("Content-Digest", "Repr-Digest"):
            self.expect(self.push(GOOD, headers={name: digest(GOOD + b"x")}), 422, "digest-mismatch")
        self.assertIn(self.push(GOOD, headers={"Content-Digest": "sha-256=:notbase64:"}).status, (400, 422))

    def test_over_the_limit_with_a_length_and_without(self):
        big = wav.make(wav.tone(80))
        self.expect(self.push(big), 413, "too-large")
        self.expect(self.push(big, chunked=True), 413, "too-large")

    def test_a_declared_terabyte_is_refused_before_the_body(self):
        with self.lab.recorder.raw() as wire:
            wire.sendall((f"PUT /v1/recordings HTTP/1.1\r\nHost: localhost\r\nContent-Length: {2 ** 40}\r\n"
                          f"Callvault-Metadata: {metadata_header(calls.metadata(channels=['mixed']))}\r\n\r\n").encode())
            self.assertIn(b" 413 ", wire.recv(4096))

    def test_a_client_that_goes_away_at_any_byte_leaves_nothing(self):
        self.all_measured()
        before = (self.recordings_in_catalogue(), self.objects())
        head = (f"PUT /v1/recordings HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(GOOD)}\r\n"
                f"Callvault-Metadata: {metadata_header(calls.metadata(channels=['mixed']))}\r\n\r\n").encode()
        whole = head + GOOD
        for cut in (1, 5, len(head) - 3, len(head), len(head) + 1, len(head) + 43, len(head) + 44, len(head) + 4000,
                    len(whole) - 1):
            with self.lab.recorder.raw() as wire:
                wire.sendall(whole[:cut])
        end = time.monotonic() + 10
        while self.objects() != before[1] and time.monotonic() < end:
            time.sleep(0.1)
        self.assertEqual((self.recordings_in_catalogue(), self.objects()), before)
        self.assertTrue(self.lab.gateway.ready())

    def test_headers_that_lie_do_not_hurt(self):
        """Chunk sizes past the end, odd sizes, chunks before fmt, lists of junk: an answer, never a crash."""
        fmt = struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 16)
        for body in (b"RIFF\xff\xff\xff\xffWAVEdata\xff\xff\xff\xff" + SOUND,
                     b"RIFF\0\0\0\0WAVEfmt \xff\xff\xff\x7f" + fmt + SOUND,
                     b"RIFF\0\0\0\0WAVEfmt \x02\0\0\0\1\0data\x10\0\0\0" + bytes(16),
                     b"RIFF\0\0\0\0WAVE" + (b"junk\x01\0\0\0x\0" * 5000) + b"fmt \x10\0\0\0" + fmt,
                     b"RIFX" + GOOD[4:], b"RF64" + GOOD[4:]):
            answer = self.push(body)
            self.assertIn(answer.status, (415, 422))
        self.assertTrue(self.lab.gateway.ready())


if __name__ == "__main__":
    main()
