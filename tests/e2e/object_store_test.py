#!/usr/bin/env python3
"""Recordings in an S3 store, Ceph's: a recording's whole life there, and outages of the store. Skipped (77) without Ceph."""

import os
import pathlib
import subprocess
import sys

from support import LabTest, main
from lab import calls, codecs, object_store, smoke, wav
from lab.lab import Lab, programs_folder, wait_until

DEMO = str(pathlib.Path(__file__).resolve().parents[2] / "deploy" / "demo")
VOICE = wav.make(wav.tone(20, seed=78))


class InObjectStore(LabTest):
    @classmethod
    def setUpClass(cls):
        cls.lab = Lab(keys="pkcs11", store="s3", settings={"limits": {"request_time": "3 s"}})
        cls.addClassCleanup(cls.lab.close)
        cls.lab.start()
        cls.listener = cls.lab.person("alice", ["qa"])
        cls.officers = cls.lab.person("olivia", ["privacy_officer"]), cls.lab.person("otto", ["privacy_officer"])

    def push(self, said=None, audio=VOICE, **how):
        return self.pushed(said or calls.metadata(channels=["mixed"]), audio, **how)["id"]

    def heard(self, recording):
        return smoke.fetch_all(self.listener, recording)[44:]

    def all_measured(self):
        wait_until("the measuring", lambda: self.lab.cluster.sql("select count(*) from job")[0][0] == "0", 60)

    def stored(self):
        """How many objects of recordings the bucket holds."""
        return len(self.lab.store.names("callvault", "recordings/"))

    def test_a_call_is_kept_heard_prepared_and_forgotten(self):
        self.lab.configure(deployment={"retention_months": self.lab.months_due_today()})
        self.lab.restart()
        kept = self.push()
        unknown_length = self.lab.recorder.push(calls.metadata(channels=["mixed"]), iter([VOICE[:50_000], VOICE[50_000:]]))
        self.expect(unknown_length, 201)
        spoken = self.push(audio=codecs.make("mp3", VOICE), headers={"Content-Type": codecs.content_type("mp3")})
        self.assertEqual(self.heard(kept), VOICE[44:])
        self.assertEqual(self.heard(unknown_length.json()["id"]), VOICE[44:])
        self.all_measured()
        play = self.play(self.listener, spoken)
        self.assertEqual(self.expect(self.listener.get(play["media"]), 200).body[4:8], b"ftyp")
        due = self.push(self.lab.due_today(channels=["mixed"]))
        self.all_measured()
        before = self.stored()
        run = smoke.purge_past_the_brake(*self.officers, 60)
        self.assertEqual((run["state"], run["purged"]), ("done", 1))
        self.assertEqual(self.stored(), before - 2)  # the call and its outline
        wait_until("the certificate", lambda: self.officers[0].get(f"/v1/recordings/{due}/certificate").status == 200, 60)
        self.assertEqual(self.heard(kept), VOICE[44:])

    def test_an_outage_is_told_and_nothing_is_lost_or_half_done(self):
        kept = self.push()
        self.all_measured()
        before, rows = self.stored(), self.recordings_in_catalogue()
        for what, down, up in (("killed", self.lab.store.kill_gateway, self.lab.store.start_gateway),
                               ("hanging", self.lab.store.pause, self.lab.store.resume)):
            with self.subTest(what):
                down()
                try:
                    answer = self.lab.recorder.push(calls.metadata(channels=["mixed"]), VOICE)
                    self.assertIn(answer.status, (503, 504), answer.body)
                    if answer.status == 503:
                        self.assertTrue(answer.headers["Retry-After"])
                    opened = self.listener.post(f"/v1/recordings/{kept}/plays", {"purpose": "quality"})
                    self.assertIn(opened.status, (503, 504), opened.body)
                    wait_until("/readyz to tell", lambda: not self.lab.gateway.ready(), 20)
                finally:
                    up()
                wait_until("/readyz", self.lab.gateway.ready, 30)
                self.assertEqual(self.heard(kept), VOICE[44:])
                self.assertEqual((self.stored(), self.recordings_in_catalogue()), (before, rows))
        self.push()

    def test_the_demos_smoke_passes_on_ceph_and_softhsm(self):
        done = subprocess.run([DEMO, "--smoke", "--store", "s3", "--keys", "pkcs11"], capture_output=True, text=True,
                              check=False, env={**os.environ, "CALLVAULT_BIN": str(programs_folder())}, timeout=600)
        self.assertEqual(done.returncode, 0, done.stdout[-3000:] + done.stderr[-2000:])

    def test_the_doctor_looks_at_the_store(self):
        found = self.lab.callvault("doctor", check=False).stdout
        self.assertIn("bucket callvault at https://", found)
        self.assertNotIn("bucket assured", found)
        self.lab.configure(objects={"assured": ["replication", "lock"]})
        self.assertIn("answers for: replication, lock", self.lab.callvault("doctor", check=False).stdout)


if __name__ == "__main__":
    if not object_store.installed():
        print("skipped: Ceph is not installed; deploy/install installs it")
        sys.exit(77)
    main()
