#!/usr/bin/env python3
"""Who may play what, why, and for how long: plays belong to their subject and session, and end when they must."""

import http.client
import json
import signal
import tempfile
import threading
import time

from support import LabTest, main
from lab import calls, issuer, smoke, wav
from lab.lab import wait_until

VOICE = wav.make(wav.tone(1, seed=60))


class Rules(LabTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.recording = cls.lab.recorder.push(calls.metadata(channels=["mixed"]), VOICE).json()["id"]
        cls.path = f"/v1/recordings/{cls.recording}/plays"

    def test_the_matrix_of_roles(self):
        for roles, teams, purpose, case, status in (
                (["qa"], ["support"], "quality", None, 201), (["supervisor"], ["support"], "quality", None, 201),
                (["qa"], ["sales"], "quality", None, 404), (["qa"], [], "quality", None, 404),
                (["privacy_officer"], [], "subject_request", "case-7", 201),
                (["privacy_officer"], [], "subject_request", None, 403),
                (["auditor"], ["support"], "quality", None, 403), (["admin"], ["support"], "quality", None, 403),
                (["recorder"], ["support"], "quality", None, 403)):
            with self.subTest(roles=roles, teams=teams, case=case):
                who = self.lab.person("-".join(roles), roles, teams)
                asked = {"purpose": purpose, **({"case": case} if case else {})}
                answer = who.post(self.path, asked)
                self.assertIn(answer.status, (status, 404) if status == 403 else (status,), answer.body)

    def test_the_purpose_must_be_declared_and_be_one_of_the_recording(self):
        alice = self.lab.person("alice", ["qa"])
        for asked in ({}, {"purpose": ""}, {"purpose": "curiosity"}, {"purpose": 7}, {"purpose": "quality", "x": 1}):
            self.assertIn(alice.post(self.path, asked).status, (400, 403, 422), asked)
        self.expect(alice.post(self.path, {"purpose": "training"}), 403)
        self.assertIn(alice.request("POST", self.path, b"not json", {"Content-Type": "application/json"}).status, (400, 422))

    def test_not_found_and_not_yours_look_the_same(self):
        bob = self.lab.person("bob", ["qa"], ["sales"])
        for what in (f"/v1/recordings/{self.recording}/plays", f"/v1/recordings/{'b' * 32}/plays"):
            answer = self.expect(bob.post(what, {"purpose": "quality"}), 404, "not-found")
            said = answer.json()
            said.pop("request_id")
            self.same = getattr(self, "same", said)
            self.assertEqual(said, self.same)

    def test_a_play_is_for_its_subject_and_session(self):
        session = "s" * 32
        alice = self.lab.person("alice", ["qa"], session=session)
        play = self.play(alice, self.recording)
        self.expect(alice.get(play["media"]), 200)
        self.expect(self.lab.person("alice", ["qa"], session=session).get(play["media"]), 200)
        for other in (self.lab.person("bob", ["qa"]), self.lab.person("alice", ["qa"], session="t" * 32)):
            for path in (play["media"], f"/v1/plays/{play['id']}"):
                self.expect(other.get(path), 404)
            self.expect(other.request("DELETE", f"/v1/plays/{play['id']}"), 404)
            self.expect(other.post(f"/v1/plays/{play['id']}/position", {"at_ms": 0}), 404)
        self.assertIn(self.lab.recorder.get(play["media"]).status, (403, 404))
        self.expect(self.lab.client().get(play["media"]), 401)

    def test_a_closed_play_serves_nothing_and_says_so(self):
        alice = self.lab.person("alice", ["qa"])
        play = self.play(alice, self.recording)
        path = f"/v1/plays/{play['id']}"
        self.assertEqual(self.expect(alice.get(path), 200).json()["state"], "open")
        for _ in range(2):
            self.expect(alice.request("DELETE", path), 204)
        self.expect(alice.get(play["media"]), 410)
        self.assertEqual(self.expect(alice.get(path), 200).json()["state"], "ended")

    def test_where_the_listener_goes_is_a_moment_of_a_running_play(self):
        alice = self.lab.person("alice", ["qa"])
        path = f"/v1/plays/{self.play(alice, self.recording)['id']}"
        for good in (0, 500, 604_800_000):
            self.expect(alice.post(path + "/position", {"at_ms": good}), 204)
        for bad in ({}, {"at_ms": -1}, {"at_ms": 604_800_001}, {"at_ms": 1.5}, {"at_ms": "1"}, {"at_ms": 1, "x": 1}):
            self.expect(alice.post(path + "/position", bad), 422)
        self.expect(alice.request("POST", path + "/position", b"not json", {"Content-Type": "application/json"}), 400)
        self.expect(alice.request("DELETE", path), 204)
        self.expect(alice.post(path + "/position", {"at_ms": 0}), 410)

    def test_logging_out_ends_plays_and_the_session(self):
        alice = self.lab.person("alice", ["qa"])
        play = self.play(alice, self.recording)
        self.expect(alice.request("DELETE", "/v1/session"), 204)
        self.assertIn(alice.get(play["media"]).status, (401, 410))
        self.expect(alice.post(self.path, {"purpose": "quality"}), 401)
        self.expect(self.lab.person("alice", ["qa"]).post(self.path, {"purpose": "quality"}), 201)

    def test_a_logout_outlives_the_token_that_it_came_with(self):
        session = "o" * 32
        longer = self.lab.person("alice", ["qa"], session=session)
        self.expect(self.lab.person("alice", ["qa"], session=session, lifetime=5).request("DELETE", "/v1/session"), 204)
        kept = self.lab.cluster.sql("select count(*) from revoked_session where expires_at > now() + interval '12 hours'")
        self.assertGreaterEqual(int(kept[0][0]), 1)
        before = self.denials("session_revoked")
        self.expect(longer.post(self.path, {"purpose": "quality"}), 401)
        self.assertEqual(self.denials("session_revoked"), before + 1)

    def denials(self, reason):
        """How many denials of this reason stand in the log."""
        like = f"convert_from(bytes, 'UTF8') like '%\"deny\"%' and convert_from(bytes, 'UTF8') like '%\"{reason}\"%'"
        return int(self.lab.cluster.sql(f"select count(*) from audit_entry where {like}")[0][0])

    def heard_of(self, recording, **query):
        """What the privacy officer is told of a call."""
        officer = self.lab.person("olivia", ["privacy_officer"])
        asked = "?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else ""
        return self.expect(officer.get(f"/v1/recordings/{recording}/listening{asked}"), 200).json()["listening"]

    def test_the_ledger_says_who_heard_which_seconds_of_a_call(self):
        voice = wav.make(wav.tone(20, seed=61))
        recording = self.pushed(calls.metadata(channels=["mixed"]), voice)["id"]
        second = 16000  # bytes of it, in the file that is played
        alice = self.lab.person("alice", ["qa"])
        self.assertEqual(self.heard_of(recording), [])
        play = self.play(alice, recording)
        for first, last in ((5, 8), (12, 14)):
            part = alice.get(play["media"], {"Range": f"bytes={44 + first * second}-{44 + last * second - 1}"})
            self.assertEqual(len(part.body), (last - first) * second)
        self.expect(alice.request("DELETE", f"/v1/plays/{play['id']}"), 204)
        heard, = self.heard_of(recording)
        self.assertEqual(heard["heard"], [{"from_ms": 5000, "to_ms": 8000}, {"from_ms": 12000, "to_ms": 14000}])
        self.assertEqual((heard["heard_ms"], heard["complete"], heard["state"], heard["reason"]), (5000, False, "ended", "closed"))
        self.assertEqual((heard["roles"], heard["teams"], heard["purpose"]), (["qa"], ["support"], "quality"))

        play = self.play(alice, recording)
        self.assertEqual(len(alice.get(play["media"]).body), len(voice))
        self.expect(alice.request("DELETE", f"/v1/plays/{play['id']}"), 204)
        newest, oldest = self.heard_of(recording)
        self.assertTrue(newest["complete"])
        self.assertEqual(oldest, heard)
        # The other way round, and for the person on the call.
        officer = self.lab.person("olivia", ["privacy_officer"])
        by_alice = self.expect(officer.get(f"/v1/listening?subject={heard['by']}&days=1"), 200).json()["listening"]
        self.assertEqual([one for one in by_alice if one["recording_id"] == recording], [newest, oldest])
        for told in self.heard_of(recording, form="subject"):
            self.assertEqual(told.keys() & {"by", "case_ref", "play", "recording_id", "reason"}, set())
            self.assertEqual((told["roles"], told["teams"]), (["qa"], ["support"]))
        self.assertIn("0:05-0:08, 0:12-0:14", self.lab.callvault("ledger", "call", recording).stdout)
        self.assertIn("(all)", self.lab.callvault("ledger", "person", heard["by"], "--days", "1").stdout)
        for who, status in ((alice, 403), (self.lab.person("ada", ["auditor"]), 403), (self.lab.client(), 401)):
            self.expect(who.get(f"/v1/recordings/{recording}/listening"), status)
            self.expect(who.get(f"/v1/listening?subject={heard['by']}"), status)
        self.expect(officer.get(f"/v1/recordings/{recording}/listening?form=all"), 400)
        self.expect(officer.get("/v1/listening?subject=alice"), 400)
        self.expect(officer.get(f"/v1/recordings/{'b' * 32}/listening"), 404)

    def test_a_gateway_that_dies_leaves_what_was_heard(self):
        recording = self.pushed(calls.metadata(channels=["mixed"]), wav.make(wav.tone(20, seed=62)))["id"]
        alice = self.lab.person("alice", ["qa"])
        play = self.play(alice, recording)
        self.expect(alice.get(play["media"], {"Range": f"bytes=44-{44 + 7 * 16000 - 1}"}), 206)
        wait_until("the renewal", lambda: self.heard_of(recording)[0].get("heard_ms") == 7000, 20)
        self.lab.gateway.kill()
        self.lab.gateway.start(**self.lab.environment)
        heard, = self.heard_of(recording)
        self.assertEqual(heard["heard"], [{"from_ms": 0, "to_ms": 7000}])

    def test_ids_that_are_none(self):
        alice = self.lab.person("alice", ["qa"])
        for path in ("/v1/plays/xyz", "/v1/plays/" + "0" * 32, "/v1/plays/" + "0" * 32 + "/audio.wav", "/v1/plays/../recordings",
                     "/v1/plays/" + "A" * 32, "/v1/plays/%00/audio.wav", "/v1/nothing", "/nothing"):
            self.assertIn(alice.get(path).status, (400, 404), path)
        self.expect(alice.request("PATCH", f"/v1/recordings/{self.recording}", b""), 405, "method-not-allowed")

    def test_an_idempotency_key_opens_one_play(self):
        alice = self.lab.person("alice", ["qa"])
        key = {"Idempotency-Key": "try-1"}
        first = self.expect(alice.post(self.path, {"purpose": "quality"}, key), 201).json()
        self.assertEqual(self.expect(alice.post(self.path, {"purpose": "quality"}, key), 201).json()["id"], first["id"])
        self.expect(alice.post(self.path, {"purpose": "training"}, key), 422, "idempotency-key-reused")


class Pace(LabTest):
    """Ninety seconds at once, then four times real time: shown with ten seconds."""

    settings = {"play": {"pace_ahead": "10 s", "pace_rate": 4}}

    def test_bytes_come_at_the_pace_of_the_obligation(self):
        voice = wav.make(wav.tone(26, seed=61))
        recording = self.pushed(calls.metadata(channels=["mixed"]), voice)["id"]
        alice = self.lab.person("alice", ["qa"])
        play = self.play(alice, recording)
        self.assertEqual(play["obligations"]["pace"], {"ahead_seconds": 10, "rate": 4})
        begun = time.monotonic()
        heard = self.expect(alice.get(play["media"]), 200).body
        took = time.monotonic() - begun
        self.assertEqual(wav.samples(heard), wav.samples(voice))
        self.assertGreater(took, 16 / 4 * 0.7)
        self.assertLess(took, 16 / 4 * 2.5)


class Changes(LabTest):
    """Who may come in, or what they may do, changes while a call is being heard."""

    settings = {"play": {"pace_ahead": "10 s", "pace_rate": 1}}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        metadata = calls.metadata(channels=["mixed"])
        cls.recording = cls.lab.recorder.push(metadata, wav.make(wav.tone(60, seed=62))).json()["id"]

    def assert_stops(self, change, within):
        """An answer under way and its play end after `change`."""
        alice = self.lab.person("alice", ["qa"])
        play = self.play(alice, self.recording)
        connection = alice.connect()
        try:
            connection.request("GET", play["media"], headers={"Authorization": f"Bearer {alice.token}"})
            answer = connection.getresponse()
            self.assertEqual(answer.status, 200)
            answer.read(1000)
            change()
            begun = time.monotonic()
            with self.assertRaises((http.client.IncompleteRead, OSError)):
                answer.read()
            self.assertLess(time.monotonic() - begun, within)
        finally:
            connection.close()
        self.assertIn(alice.get(play["media"]).status, (401, 410))

    def test_a_reload_of_the_configuration_ends_running_plays(self):
        self.assert_stops(lambda: self.lab.gateway.process.send_signal(signal.SIGHUP), 10)
        self.play(self.lab.person("alice", ["qa"]), self.recording)  # whoever still may opens a new one

    def test_a_key_that_its_issuer_took_back_ends_running_plays(self):
        kept = self.lab.issuer.key_set.read_text()
        with tempfile.TemporaryDirectory() as folder:
            other = json.dumps({"keys": [issuer.Issuer(folder, kid="demo-2").jwk()]})
        try:
            self.assert_stops(lambda: self.lab.issuer.key_set.write_text(other), 15)
        finally:
            self.lab.issuer.key_set.write_text(kept)
            wait_until("the key is back", lambda: self.lab.person("alice", ["qa"]).get("/v1/plays/" + "0" * 32).status == 404)

    def test_a_token_with_fewer_roles_or_teams_ends_the_play_of_its_session(self):
        for roles, teams in ((["supervisor"], ["support"]), (["qa"], ["sales"])):
            session = "r" * 31 + roles[0][0]
            play = self.play(self.lab.person("alice", ["qa"], session=session), self.recording)
            now = self.lab.person("alice", roles, teams, session=session)
            self.expect(now.get(play["media"]), 410)


class Due(LabTest):
    settings = {"deployment": {"retention_months": calls.months_due_today()}}

    def test_what_is_due_is_never_played_found_or_shown(self):
        recording = self.pushed(self.lab.due_today(channels=["mixed"]), VOICE)["id"]
        alice = self.lab.person("alice", ["qa"])
        self.expect(alice.post(f"/v1/recordings/{recording}/plays", {"purpose": "quality"}), 410, "gone")
        self.assertIn(alice.get(f"/v1/recordings/{recording}?purpose=quality").status, (404, 410))
        asked = {"purpose": "quality", "from": "2020-01-01T00:00:00Z", "to": "2099-01-01T00:00:00Z"}
        self.assertEqual(self.expect(alice.post("/v1/searches", asked), 200).json()["recordings"], [])


class Crowd(LabTest):
    def test_many_listeners_at_once_hear_every_sample(self):
        voice = calls.known_voices()["two-party-call-27s.wav"]
        recording = self.pushed(calls.metadata(), voice)["id"]
        expected = wav.samples(voice)
        wrong = []

        def listen(at):
            try:
                if wav.samples(smoke.fetch_all(self.lab.person(f"listener-{at}", ["qa"]), recording)) != expected:
                    wrong.append(at)
            except Exception as error:  # any failure of a thread is a failure of the test
                wrong.append(error)

        threads = [threading.Thread(target=listen, args=(at,)) for at in range(24)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        self.assertEqual(wrong, [])


if __name__ == "__main__":
    main()
