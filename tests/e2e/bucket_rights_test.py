#!/usr/bin/env python3
"""An access key that may do what deploy/docs/s3-policy.json lists is enough for a recording's whole life; with an action
less it is told which. Skipped (77) without Ceph."""

import json
import pathlib
import sys

from support import LabTest, main
from lab import calls, object_store, smoke, wav
from lab.lab import Lab, wait_until

POLICY = pathlib.Path(__file__).resolve().parents[2] / "deploy" / "docs" / "s3-policy.json"
VOICE = wav.make(wav.tone(3, seed=80))
# What the look at the start says without that action. The others are needed when something is read, or goes wrong.
TOLD = {
    "s3:GetBucketLocation": "does not tell the bucket's location", "s3:GetBucketVersioning": "does not tell the bucket's versioning",
    "s3:GetLifecycleConfiguration": "does not tell the bucket's lifecycle",
    "s3:GetBucketObjectLockConfiguration": "does not tell the bucket's lock",
    "s3:GetReplicationConfiguration": "does not tell the bucket's replication",
    "s3:GetBucketPolicyStatus": "does not tell the bucket's policyStatus", "s3:ListBucket": "refuses the access key (403)",
    "s3:ListBucketVersions": "S3 listing: 403", "s3:ListBucketMultipartUploads": "S3 listing: 403", "s3:PutObject": "S3 PUT: 403",
    "s3:DeleteObject": "S3 delete: 403", "s3:DeleteObjectVersion": "the right to delete versions"}


class BucketRights(LabTest):
    @classmethod
    def setUpClass(cls):
        cls.lab = Lab(store="s3")
        cls.addClassCleanup(cls.lab.close)
        cls.lab.configure(deployment={"retention_months": cls.lab.months_due_today()})
        cls.lab.start()
        cls.policy = json.loads(POLICY.read_text(encoding="utf-8").replace("BUCKET", "callvault"))

    def without(self, action):
        return {**self.policy, "Statement": [{**one, "Action": [other for other in one["Action"] if other != action]}
                                             for one in self.policy["Statement"]]}

    def test_the_listed_rights_are_enough_for_a_whole_life(self):
        self.lab.configure(objects=self.lab.store.guest("enough", self.policy))
        self.lab.restart()
        kept = self.pushed(calls.metadata(channels=["mixed"]), VOICE)["id"]
        due = self.pushed(self.lab.due_today(channels=["mixed"]), VOICE)["id"]
        listener = self.lab.person("alice", ["qa"])
        self.assertEqual(smoke.fetch_all(listener, kept)[44:], VOICE[44:])
        wait_until("the measuring", lambda: self.lab.cluster.sql("select count(*) from job")[0][0] == "0", 60)
        officers = self.lab.person("olivia", ["privacy_officer"]), self.lab.person("otto", ["privacy_officer"])
        run = smoke.purge_past_the_brake(*officers, 60)
        self.assertEqual((run["state"], run["purged"]), ("done", 1))
        wait_until("the certificate", lambda: officers[0].get(f"/v1/recordings/{due}/certificate").status == 200, 60)
        self.assertEqual(smoke.fetch_all(listener, kept)[44:], VOICE[44:])

    def test_each_right_that_is_missing_is_told(self):
        for number, (action, told) in enumerate(TOLD.items()):
            with self.subTest(action):
                self.lab.configure(objects=self.lab.store.guest(f"less-{number}", self.without(action)))
                looked = self.lab.callvault("doctor", check=False)
                self.assertNotEqual(looked.returncode, 0)
                self.assertIn(told, looked.stdout)


if __name__ == "__main__":
    if not object_store.installed():
        print("skipped: Ceph is not installed; deploy/install installs it")
        sys.exit(77)
    main()
