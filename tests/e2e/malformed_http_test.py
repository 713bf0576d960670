#!/usr/bin/env python3
"""Requests that no good client sends: refused with 400 (or a close), the connection ends, and the server goes on."""

import re
import socket
import ssl
import time

from support import LabTest, main
from lab import calls
from lab.client import metadata_header

HOST = "Host: localhost\r\n"


class Malformed(LabTest):
    settings = {"limits": {"header_time": "2 s", "body_grace": "2 s", "keep_alive": "3 s"}}

    def exchange(self, data, *, seconds=15):
        """Everything that comes back until the server closes; what is sent may be bytes or str."""
        data = data.encode("latin-1") if isinstance(data, str) else data
        out = b""
        try:
            with self.lab.recorder.raw() as wire:
                wire.settimeout(seconds)
                wire.sendall(data)
                while piece := wire.recv(65536):
                    out += piece
        except (ConnectionError, ssl.SSLError):
            pass
        except (socket.timeout, TimeoutError):
            self.fail(f"the server did not close: {out[:200]!r}")
        return out

    def test_smuggling_and_nonsense_get_one_answer_and_a_close(self):
        get = "GET /readyz HTTP/1.1\r\n"
        put = "PUT /v1/recordings HTTP/1.1\r\n" + HOST
        hidden = get + HOST + "\r\n"
        chunked = (put + f"Callvault-Metadata: {metadata_header(calls.metadata(channels=['mixed']))}\r\n"
                   "Transfer-Encoding: chunked\r\n\r\n")
        for words, request in (
                ("length and coding", put + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                ("two lengths", put + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello"),
                ("two same lengths", put + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello"),
                ("a list of lengths", put + "Content-Length: 5, 5\r\n\r\nhello"),
                ("length with a sign", put + "Content-Length: +5\r\n\r\nhello"),
                ("negative length", put + "Content-Length: -1\r\n\r\n"),
                ("hexadecimal length", put + "Content-Length: 0x5\r\n\r\nhello"),
                ("length beyond 64 bits", put + "Content-Length: 99999999999999999999999\r\n\r\nhello"),
                ("empty length", put + "Content-Length: \r\n\r\n"),
                ("another coding", put + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
                ("coding twice", put + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                ("coding in disguise", put + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
                ("odd chunk size", chunked + "-5\r\nhello\r\n0\r\n\r\n"),
                ("chunk size with a prefix", chunked + "0x5\r\nhello\r\n0\r\n\r\n"),
                ("chunk size beyond 64 bits", chunked + "ffffffffffffffff1\r\nx"),
                ("chunk without its end", chunked + "5\r\nhelloX\r\n0\r\n\r\n"),
                ("bare LF", "GET /readyz HTTP/1.1\nHost: localhost\n\n"),
                ("bare CR", "GET /readyz HTTP/1.1\r\nHost: local\rhost\r\n\r\n"),
                ("folded header", get + HOST + "X-A: 1\r\n folded\r\n\r\n"),
                ("space before the colon", get + "Host : localhost\r\n\r\n"),
                ("no host", get + "\r\n"),
                ("two hosts", get + HOST + HOST + "\r\n"),
                ("NUL", get + HOST + "X-A: a\0b\r\n\r\n"),
                ("no name", get + HOST + ": x\r\n\r\n"),
                ("space in the target", "GET /ready z HTTP/1.1\r\n" + HOST + "\r\n"),
                ("no version", "GET /readyz\r\n\r\n"),
                ("version 3.7", "GET /readyz HTTP/3.7\r\n" + HOST + "\r\n"),
                ("binary", bytes(range(128, 256)) * 4 + b"\r\n\r\n"),
                ("long request line", "GET /" + "a" * 20_000 + " HTTP/1.1\r\n" + HOST + "\r\n"),
                ("large headers", get + HOST + "".join(f"X-{at}: {'v' * 900}\r\n" for at in range(60)) + "\r\n"),
                ("many headers", get + HOST + "".join(f"X-{at}: v\r\n" for at in range(400)) + "\r\n")):
            with self.subTest(words):
                request = request if isinstance(request, bytes) else request.encode("latin-1")
                answer = self.exchange(request + hidden.encode())
                self.assertNotIn(b" 200 ", answer, "a hidden request was answered")
                self.assertLessEqual(len(re.findall(rb"(?m)^HTTP/1\.1 ", answer)), 1)
                if answer:
                    self.assertIn(answer.split(b" ")[1], (b"400", b"414", b"431", b"501", b"505"), answer[:200])
        self.assertTrue(self.lab.gateway.ready())

    def test_slow_headers_and_bodies_are_ended(self):
        for start in ("GET /readyz HTTP/1.1\r\nHo", "PUT /v1/recordings HTTP/1.1\r\n" + HOST + "Content-Length: 100\r\n\r\nx"):
            begun = time.monotonic()
            self.exchange(start, seconds=20)
            self.assertLess(time.monotonic() - begun, 15)

    def test_silence_after_connecting_is_ended_and_others_go_on(self):
        silent = [socket.create_connection(("127.0.0.1", self.lab.port)) for _ in range(200)]
        try:
            begun = time.monotonic()
            self.assertTrue(self.lab.gateway.ready())
            self.assertLess(time.monotonic() - begun, 3)
        finally:
            for one in silent:
                one.close()

    def test_pipelined_requests_are_answered_in_order(self):
        one = "GET /readyz HTTP/1.1\r\n" + HOST
        answer = self.exchange(one + "\r\n" + one + "Connection: close\r\n\r\n")
        self.assertEqual(answer.count(b"HTTP/1.1 200"), 2)


if __name__ == "__main__":
    main()
