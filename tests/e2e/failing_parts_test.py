#!/usr/bin/env python3
"""Parts that fail: PostgreSQL away and back, an object corrupt or missing, a day key missing. Clear answers, no bytes."""

import time

from support import LabTest, main
from lab import calls, smoke, wav
from lab.lab import wait_until

VOICE = wav.make(wav.tone(5, seed=80))


class Database(LabTest):
    settings = {"database": {"timeout": "2 s"}, "limits": {"request_time": "5 s"}}

    def test_stopped_and_started(self):
        recording = self.pushed(calls.metadata(channels=["mixed"]), VOICE)["id"]
        alice = self.lab.person("alice", ["qa"])
        said = calls.metadata(channels=["mixed"])
        for mode in ("fast", "immediate"):
            self.lab.cluster.stop(mode)
            for answer in (self.lab.recorder.push(said, VOICE),
                           alice.post(f"/v1/recordings/{recording}/plays", {"purpose": "quality"}),
                           self.not_ready()):
                self.assertIn(answer.status, (503, 504), answer.body)
                self.assertTrue(answer.headers["Retry-After"])
            self.assertEqual(self.lab.recorder.get("/healthz").status, 200)
            self.lab.cluster.start()
            wait_until("readiness", self.lab.gateway.ready, 30)
            self.assertEqual(wav.samples(smoke.fetch_all(alice, recording)), wav.samples(VOICE))
        self.pushed(said, VOICE)

    def not_ready(self):
        """What /readyz answers once its last look, up to a quarter of a second old, was at the stopped database."""
        return wait_until("unreadiness", lambda: (lambda a: None if a.status == 200 else a)(self.lab.recorder.get("/readyz")), 5)

    def test_pushes_that_meet_a_restart_are_stored_once_or_not_at_all(self):
        pushed = []
        for at in range(6):
            said = calls.metadata(channels=["mixed"])
            if at in (2, 4):
                self.lab.cluster.stop("immediate")
                self.lab.cluster.start()
            answer = self.lab.recorder.push(said, VOICE)
            self.assertIn(answer.status, (201, 503, 504))
            wait_until("readiness", self.lab.gateway.ready, 30)
            receipt = self.pushed(said, VOICE)
            if answer.status == 201:
                self.assertEqual(answer.json(), receipt)
            pushed.append(receipt["id"])
        self.assertEqual(len(set(pushed)), 6)


class Objects(LabTest):
    def setUp(self):
        self.alice = self.lab.person("alice", ["qa"])
        self.recording = self.pushed(calls.metadata(channels=["mixed"]), VOICE)["id"]
        self.all_measured()
        self.object = self.object_of(self.recording)
        self.sealed = self.object.read_bytes()

    def heard(self, **headers):
        """What a listener gets: (status, bytes). A connection that is cut counts as the bytes before the cut."""
        answer = self.alice.post(f"/v1/recordings/{self.recording}/plays", {"purpose": "quality"})
        if answer.status != 201:
            self.expect(answer, answer.status)
            return answer.status, b""
        connection = self.alice.connect()
        try:
            connection.request("GET", answer.json()["media"],
                               headers={"Authorization": f"Bearer {self.alice.token}", **headers})
            got = connection.getresponse()
            body = b""
            try:
                while piece := got.read(4096):
                    body += piece
            except Exception:  # cut
                pass
            return got.status, body if got.status in (200, 206) else b""
        finally:
            connection.close()

    def write(self, data):
        self.object.chmod(0o600)
        self.object.write_bytes(data)

    def test_a_flipped_bit_anywhere_is_never_played(self):
        good = self.heard()[1]
        self.assertEqual(wav.samples(good), wav.samples(VOICE))
        for at in (0, 24, 55, 56, 100, 56 + 16384, 56 + 16400 + 5, len(self.sealed) - 1, len(self.sealed) - 17):
            with self.subTest(at=at):
                damaged = bytearray(self.sealed)
                damaged[at] ^= 1
                self.write(bytes(damaged))
                status, body = self.heard()
                self.assertLess(len(body), len(good))
                self.assertEqual(body, good[:len(body)], "a byte that was not sealed came out")
                self.assertNotEqual((status, body), (200, good))
        self.write(self.sealed)
        self.assertEqual(self.heard()[1], good)

    def test_cut_longer_swapped_and_missing(self):
        other = self.pushed(calls.metadata(channels=["mixed"]), wav.make(wav.tone(5, seed=81)))
        second = self.object_of(other["id"])
        for words, data in (("cut", self.sealed[:-100]), ("cut at a chunk", self.sealed[:56 + 16400 * 2]), ("empty", b""),
                            ("longer", self.sealed + bytes(100)), ("another recording's", second.read_bytes())):
            with self.subTest(words):
                self.write(data)
                self.assertEqual(self.heard()[1], b"")
        self.object.unlink()
        self.assertIn(self.heard()[0], (409, 500, 503))
        self.assertEqual(wav.samples(smoke.fetch_all(self.alice, other["id"])), wav.samples(wav.make(wav.tone(5, seed=81))))
        metrics = self.lab.metrics()
        self.assertRegex(metrics, r"(?m)^callvault_\w*(corrupt|unreadable|integrity)\w*(\{[^}]*\})? [1-9]")


class Keys(LabTest):
    def test_a_missing_day_key_is_an_alarm_and_no_purge(self):
        recording = self.pushed(calls.metadata(channels=["mixed"]), VOICE)["id"]
        key = self.lab.cluster.sql(f"select replace(day_key::text, '-', '') from recording where id = '{recording}'")[0][0]
        self.lab.gateway.stop()
        hidden = [path for path in (self.lab.folder / "vault").rglob("*") if key in path.name]
        self.assertTrue(hidden)
        kept = [(path, path.read_bytes()) for path in hidden]
        for path, _ in kept:
            path.unlink()
        self.lab.gateway.spawn()
        time.sleep(3)
        if self.lab.gateway.running():
            alice = self.lab.person("alice", ["qa"])
            try:
                answer = alice.post(f"/v1/recordings/{recording}/plays", {"purpose": "quality"})
                if answer.status == 201:
                    answer = alice.get(answer.json()["media"])
                self.assertGreaterEqual(answer.status, 500)
            except OSError:
                pass
            self.lab.gateway.stop()
        self.assertEqual(self.recordings_in_catalogue(), 1, "nothing is purged for the lack of a key")
        for path, data in kept:
            path.write_bytes(data)
            path.chmod(0o600)
        self.lab.gateway.start()
        self.assertEqual(wav.samples(smoke.fetch_all(self.lab.person("alice", ["qa"]), recording)), wav.samples(VOICE))


if __name__ == "__main__":
    main()
