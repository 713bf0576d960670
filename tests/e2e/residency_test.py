#!/usr/bin/env python3
"""Where recordings lie: looked at at the start and again and again, recorded with each object, and told in a signed
statement. Two stores of Ceph, one of them outside. Skipped (77) without Ceph."""

import hashlib
import pathlib
import ssl
import sys
import tempfile

from support import LabTest, main
from lab import calls, object_store, smoke, wav
from lab.lab import Lab, wait_until

VOICE = wav.make(wav.tone(2, seed=79))


class Residency(LabTest):
    @classmethod
    def setUpClass(cls):
        cls.lab = Lab(store="s3", settings={"residency": {"check_every": "1 s"}})
        cls.addClassCleanup(cls.lab.close)
        cls.lab.start()
        cls.listener = cls.lab.person("alice", ["qa"])

    def push(self):
        return self.lab.recorder.push(calls.metadata(channels=["mixed"]), VOICE)

    def sql(self, text):
        return self.lab.cluster.sql(text)

    def file(self, text):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = pathlib.Path(folder.name) / "file"
        path.write_text(text, encoding="utf-8")
        return path

    def test_each_object_tells_where_it_lies(self):
        recording = self.expect(self.push(), 201).json()["id"]
        wait_until("the outline", lambda: self.sql("select count(*) from job")[0][0] == "0", 30)
        rows = self.sql("select o.rendition, p.kind, p.endpoint, p.bucket, p.region, p.country, encode(p.certificate, 'hex')"
                        f" from sealed_object o join place p on p.id = o.place where o.recording_id = '{recording}'"
                        " order by 1")
        certificate = ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate(("127.0.0.1", self.lab.store.port)))
        place = ["s3", f"127.0.0.1:{self.lab.store.port}", "callvault", self.lab.store.region, "NL",
                 hashlib.sha256(certificate).hexdigest()]
        self.assertEqual([list(row) for row in rows], [["original", *place], ["outline", *place]])

    def test_a_bucket_that_begins_to_copy_stops_new_recordings_and_nothing_else(self):
        kept = self.expect(self.push(), 201).json()["id"]
        self.lab.store.replicate("callvault", "elsewhere")
        try:
            wait_until("the next look", lambda: self.push().status == 503, 30)
            answer = self.push()
            self.assertTrue(answer.headers["Retry-After"])
            self.assertNotIn(b"elsewhere", answer.body)  # the operator is told, not the world
            self.assertEqual(smoke.fetch_all(self.listener, kept)[44:], VOICE[44:])
            self.assertTrue(self.lab.gateway.ready())
            self.assertIn("callvault_residency_good 0", self.lab.metrics())
        finally:
            self.lab.store.replicate("callvault", None)
        wait_until("recordings again", lambda: self.push().status == 201, 90)
        self.assertIn("callvault_residency_good 1", self.lab.metrics())
        looks = self.sql("select convert_from(bytes, 'UTF8') from audit_entry where convert_from(bytes, 'UTF8')"
                         " like '%\"residency.check\"%'")
        self.assertTrue(any('"failed"' in row[0] for row in looks))
        self.assertTrue(any('"done"' in row[0] for row in looks))
        self._check_statement()

    def _check_statement(self):
        """Of this month, with the fault in it."""
        keys = self.file(self.lab.log_public_key())
        text = self.lab.callvault("residency", "report").stdout
        self.assertIn(f"place-1: s3 127.0.0.1:{self.lab.store.port} bucket callvault region eu-lab country NL", text)
        self.assertIn("copies the bucket to", text)
        told = self.lab.verify("statement", self.file(text), "--key", keys, check=False)
        self.assertEqual(told.returncode, 1, told.stdout)
        self.assertIn("statement.faults", told.stdout)
        self.assertNotIn("statement.edited", told.stdout)
        edited = self.lab.verify("statement", self.file(text.replace("country NL", "country DE", 1)), "--key", keys, check=False)
        self.assertEqual(edited.returncode, 1)
        self.assertIn("statement.edited", edited.stdout)
        other = self.lab.verify("statement", self.file(text), "--key", self.file(
            "\n".join(line for line in keys.read_text(encoding="utf-8").splitlines() if "/residency+" not in line) + "\n"), check=False)
        self.assertIn("statement.unknown_key", other.stdout)

    def test_a_statement_is_for_those_who_may_see_certificates(self):
        month = self.lab.today().strftime("%Y-%m")
        for roles, status in ((["privacy_officer"], 200), (["auditor"], 200), (["qa"], 403), (["admin"], 403)):
            with self.subTest(roles):
                self.expect(self.lab.person("p-" + roles[0], roles).get(f"/v1/residency/{month}"), status)
        officer = self.lab.person("olivia", ["privacy_officer"])
        for none in ("2026-13", "nonsense", "9999-01", ""):
            self.assertEqual(officer.get(f"/v1/residency/{none}").status, 404)

    def test_a_store_outside_is_refused_at_the_start_whatever_it_is_called(self):
        with tempfile.TemporaryDirectory() as folder:
            outside = object_store.ObjectStore(pathlib.Path(folder) / "outside", region="us-lab")
            try:
                outside.start()
                bucket = outside.make_bucket("callvault")
                self._refused({**bucket, "region": "eu-lab"}, "the bucket is in region us-lab, not in eu-lab")
                self._refused({**bucket, "country": "US"}, "outside the EEA")
                self._refused({**bucket, "country": ""}, "objects.country")
                self._refused({**bucket, "statement": ""}, "objects.statement")
            finally:
                outside.close()

    def _refused(self, bucket, why):
        """A second gateway with that bucket does not start."""
        before = self.lab.configuration.read_text(encoding="utf-8")
        try:
            self.lab.configure(objects=bucket)
            refused = self.lab.callvault("serve", check=False)
        finally:
            self.lab.configuration.write_text(before, encoding="utf-8")
            self.lab.settings.pop("objects", None)
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn(why, refused.stdout)


if __name__ == "__main__":
    if not object_store.installed():
        print("skipped: Ceph is not installed; deploy/install installs it")
        sys.exit(77)
    main()
