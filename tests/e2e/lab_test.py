#!/usr/bin/env python3
"""The lab itself: authority, issuer, cluster, dates and the privacy search, without a gateway."""

import base64
import datetime
import json
import os
import pathlib
import sys
import tempfile
import unittest
import zoneinfo

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "deploy"))

from lab import calls, codecs, demo_calls, privacy_search, wav  # noqa: E402
from lab.authority import Authority, openssl  # noqa: E402
from lab.cluster import Cluster  # noqa: E402
from lab.configuration import merged, toml  # noqa: E402
from lab.issuer import Issuer  # noqa: E402


class Pki(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.authority = Authority(self.folder.name)

    def verifies(self, certificate, purpose):
        try:
            openssl("verify", "-x509_strict", "-purpose", purpose, "-CAfile", self.authority.own.certificate,
                    certificate.certificate)
            return True
        except RuntimeError:
            return False

    def test_certificates_verify_for_their_usage_only(self):
        self.assertTrue(self.verifies(self.authority.server(), "sslserver"))
        self.assertTrue(self.verifies(self.authority.client("pbx"), "sslclient"))
        self.assertFalse(self.verifies(self.authority.server_usage_only("wrong"), "sslclient"))
        self.assertFalse(self.verifies(self.authority.expired("old"), "sslclient"))

    def test_a_certificate_is_made_once(self):
        first = self.authority.client("pbx").sha256()
        self.assertEqual(first, Authority(self.folder.name).client("pbx").sha256())

    def test_tokens_are_signed_and_bound(self):
        client = self.authority.client("workstation")
        issuer = Issuer(pathlib.Path(self.folder.name) / "issuer")
        for _ in range(30):  # r and s of an ECDSA signature vary in length
            head, body, signature = issuer.token("alice", ["qa"], ["support"], client).split(".")
            raw = base64.urlsafe_b64decode(signature + "==")
            self.assertEqual(len(raw), 64)
        claims = json.loads(base64.urlsafe_b64decode(body + "=="))
        self.assertEqual(claims["cnf"], {"x5t#S256": client.thumbprint()})
        self.assertEqual(json.loads(base64.urlsafe_b64decode(head + "=="))["kid"], issuer.kid)
        key_set = json.loads(issuer.key_set.read_text())["keys"][0]
        self.assertEqual(len(base64.urlsafe_b64decode(key_set["x"] + "=")), 32)
        self.assertNotIn("d", key_set)


class Database(unittest.TestCase):
    def test_a_cluster_starts_stops_and_leaves_nothing(self):
        folder = pathlib.Path(tempfile.mkdtemp(dir="/tmp"))
        folder.chmod(0o711)
        cluster = Cluster(folder / "postgres")
        self.addCleanup(lambda: (cluster.remove(), folder.rmdir()))
        cluster.create()
        self.assertEqual(cluster.sql("select current_user"), [["callvault"]])
        self.assertEqual(cluster.sql("show data_checksums"), [["on"]])
        self.assertEqual(cluster.sql("select count(*) from pg_settings where name = 'listen_addresses' and setting = ''"),
                         [["1"]])
        cluster.sql("create table t (v text)")
        cluster.sql("insert into t values ('found by a dump')")
        self.assertIn(b"found by a dump", cluster.dump())
        cluster.stop()
        self.assertFalse(cluster.running())
        cluster.start()
        cluster.stop("immediate")
        cluster.start()
        self.assertEqual(cluster.sql("select v from t"), [["found by a dump"]])


class Dates(unittest.TestCase):
    def test_every_day_has_a_call_that_is_due_on_it(self):
        day = datetime.date(2024, 1, 1)
        while day < datetime.date(2033, 1, 1):
            months, recorded = calls.retention_that_ends_on(day)
            self.assertEqual(calls.add_months(recorded, months), day)
            if (day.month, day.day) not in ((5, 29), (5, 30), (5, 31)) and day.day < 31:
                self.assertEqual(months, 3, day)
            day += datetime.timedelta(days=1)

    def test_the_lab_lives_in_the_small_hours(self):
        for hour in range(24):
            now = datetime.datetime(2026, 7, 1, hour, 59, tzinfo=datetime.timezone.utc)
            zone = zoneinfo.ZoneInfo(calls.zone_where_it_is_morning(now))
            self.assertEqual(now.astimezone(zone).hour, 2)


class DemoCalls(unittest.TestCase):
    def test_whatever_the_day_they_are_of_every_kind_and_none_is_due(self):
        for ahead in range(0, 760, 19):
            day = datetime.date(2026, 1, 1) + datetime.timedelta(days=ahead)
            said = [call.metadata for call in demo_calls.plan(day, "Europe/Amsterdam")]
            self.assertEqual(len({one["recording_ref"] for one in said}), demo_calls.COUNT)
            self.assertEqual({one["team"]["id"] for one in said}, set(demo_calls.TEAMS))
            self.assertEqual({one["direction"] for one in said}, {"inbound", "outbound"})
            self.assertEqual({one["basis"]["kind"] for one in said}, {"consent", "legitimate_interest"})
            countries = [{one["caller"]["country"], one["callee"]["country"]} for one in said]
            self.assertEqual(set().union(*countries), {"NL", "BE", "DE", "FR"})
            for one, country in zip(said, countries):
                recorded = datetime.datetime.fromisoformat(one["started_at"]).date()
                self.assertLess(recorded, day)
                self.assertGreater(calls.add_months(recorded, 1 if "BE" in country else 3), day)
            self.assertTrue([one for one in said if one["team"]["id"] == "support" and "quality" in one["purposes"]])

    def test_a_plan_is_the_same_when_it_is_made_again(self):
        first, again = (demo_calls.plan(datetime.date(2026, 5, 4), "Europe/Amsterdam") for _ in range(2))
        self.assertEqual([(one.metadata, one.codec, one.pieces) for one in first], [(one.metadata, one.codec, one.pieces) for one in again])

    def test_each_codec_makes_what_its_pieces_say(self):
        voice = wav.samples(calls.known_voices()["two-party-call-27s.wav"])
        for name, _, make in demo_calls.CODECS:
            made = make([(1.0, 2.5), (20.0, 20.25)])
            if name not in ("PCM", "A-law", "mu-law"):  # what a media worker makes of it: tests/e2e/media_test.py
                self.assertAlmostEqual(len(codecs.decode(made)) / 16_000, 1.75, delta=0.15, msg=name)
                continue
            sound = wav.samples(made)
            self.assertEqual(len(sound), int(1.75 * 8000) * 2)
            expected = voice[16000:40000] + voice[320000:324000]
            self.assertLess(max(abs(one - other) for one, other in zip(sound, expected)), 1 if name == "PCM" else 1100, name)


class PrivacySearch(unittest.TestCase):
    """The tool that finds nothing in the other tests finds what is planted."""

    @classmethod
    def setUpClass(cls):
        left, right = wav.tone(2, seed=1), wav.tone(2, seed=2)
        stereo = b"".join(left[at:at + 2] + right[at:at + 2] for at in range(0, len(left), 2))
        cls.voice = wav.make(stereo, channels=2)
        cls.needles = privacy_search.Needles([cls.voice], calls.KNOWN_TEXTS)

    def test_it_finds_each_coding_of_each_channel_at_any_offset(self):
        sound = wav.samples(self.voice)
        for track in (sound, sound[::2], sound[1::2]):
            for coded in (track.tobytes(), wav.encode(track, wav.A_LAW), wav.encode(track, wav.MU_LAW)):
                for offset in range(8):
                    leak = os.urandom(100 + offset) + coded[4000:4071] + os.urandom(100)
                    self.assertTrue(self.needles.search(leak))

    def test_it_finds_names_and_numbers_in_common_codings(self):
        for text in calls.KNOWN_TEXTS:
            coded = text.encode()
            for leak in (coded, coded.hex().encode(), text.encode("utf-16-le"), base64.b64encode(b"ab" + coded),
                         base64.urlsafe_b64encode(b'{"a":"' + coded + b'"}')):
                self.assertTrue(self.needles.search(b"<" + leak + b">"), (text, leak))
        self.assertTrue(self.needles.search(calls.CALLER_NUMBER[1:].encode()))

    def test_it_finds_a_planted_file_and_nothing_else(self):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "noise").write_bytes(os.urandom(200_000))
            (pathlib.Path(folder) / "silence").write_bytes(bytes(100_000) + b"\xd5" * 100_000 + b"\xff" * 100_000)
            self.assertEqual(privacy_search.search_files(self.needles, folder), [])
            (pathlib.Path(folder) / "leak").write_bytes(os.urandom(333) + self.voice[5000:5100])
            self.assertEqual(len(privacy_search.search_files(self.needles, folder)), 1)


class Configuration(unittest.TestCase):
    def test_changes_are_laid_over(self):
        made = merged({"a": {"x": 1, "y": "z"}, "b": [{"n": 1}]}, {"a": {"x": 2}, "b": [{"n": 2}, {"n": 3}]})
        self.assertEqual(toml(made), '[a]\nx = 2\ny = "z"\n\n[[b]]\nn = 2\n\n[[b]]\nn = 3\n')


if __name__ == "__main__":
    unittest.main(verbosity=2)
