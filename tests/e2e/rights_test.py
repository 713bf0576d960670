#!/usr/bin/env python3
"""Withdrawal, restriction, hold, erasure: who may, two persons, and what stops at once."""

import datetime
import time
import zoneinfo

from support import LabTest, main
from lab import calls, smoke, wav
from lab.lab import wait_until
from repeats_test import erase

VOICE = wav.make(wav.tone(1, seed=70))
LAST_ZONE, FIRST_ZONE = "Pacific/Pago_Pago", "Pacific/Kiritimati"


class Rights(LabTest):
    settings = {"play": {"pace_ahead": "10 s", "pace_rate": 1}}

    def setUp(self):
        self.said = calls.metadata(channels=["mixed"])
        self.recording = self.pushed(self.said, VOICE)["id"]
        self.alice = self.lab.person("alice", ["qa"])
        self.olivia = self.lab.person("olivia", ["privacy_officer"])
        self.peter = self.lab.person("peter", ["privacy_officer"])

    def hold(self):
        return {"recordings": [self.recording], "matter": "matter-1", "owner": "legal",
                "review_on": self.lab.day(60).isoformat()}

    def plays(self):
        return self.alice.post(f"/v1/recordings/{self.recording}/plays", {"purpose": "quality"})

    def test_withdrawal_restricts_at_once_and_repeats_safely(self):
        first = self.expect(self.lab.recorder.post("/v1/withdrawals", {"recording_ref": self.said["recording_ref"]}), 200).json()
        self.assertEqual(first["recording_id"], self.recording)
        self.expect(self.plays(), 403, "restricted")
        again = self.expect(self.lab.recorder.post("/v1/withdrawals", {"recording_ref": self.said["recording_ref"]}), 200)
        self.assertEqual(again.json(), first)

    def test_withdrawal_of_what_is_not_there_or_with_too_much(self):
        self.expect(self.lab.recorder.post("/v1/withdrawals", {"recording_ref": "no-such-call"}), 404)
        for asked in ({}, {"recording_ref": "a", "recording_id": "b" * 32}, {"recording_ref": 1}, {"reason": "x"}):
            self.assertIn(self.lab.recorder.post("/v1/withdrawals", asked).status, (400, 422), asked)
        self.assertIn(self.lab.person("root", ["admin"]).post("/v1/withdrawals", {"recording_id": self.recording}).status,
                      (403, 404))

    def test_without_consent_there_is_none_to_withdraw(self):
        said = calls.metadata(channels=["mixed"], basis={"kind": "legitimate_interest", "assessment": "lia-2026-01"})
        self.pushed(said, VOICE)
        self.expect(self.lab.recorder.post("/v1/withdrawals", {"recording_ref": said["recording_ref"]}), 409, "conflict")

    def assert_stops_a_running_play(self, act):
        long = self.pushed(calls.metadata(channels=["mixed"], recording_ref=self.said["recording_ref"] + "-long"),
                           wav.make(wav.tone(40, seed=71)))
        play = self.play(self.alice, long["id"])
        connection = self.alice.connect()
        self.addCleanup(connection.close)
        connection.request("GET", play["media"], headers={"Authorization": f"Bearer {self.alice.token}"})
        answer = connection.getresponse()
        length = int(answer.headers["Content-Length"])
        heard = len(answer.read(100_000))
        act(long["id"])
        begun = time.monotonic()
        try:
            while True:
                piece = answer.read(4096)
                if not piece:
                    break
                heard += len(piece)
        except Exception:  # cut short of Content-Length: what we want
            pass
        self.assertLess(time.monotonic() - begun, 16)
        self.assertLess(heard, length)
        self.expect(self.alice.get(play["media"]), 410)
        state = self.expect(self.alice.get(f"/v1/plays/{play['id']}"), 200).json()
        self.assertEqual(state["state"], "ended")

    def test_withdrawal_stops_a_running_play(self):
        self.assert_stops_a_running_play(lambda recording: self.expect(
            self.lab.recorder.post("/v1/withdrawals", {"recording_ref": self.said["recording_ref"] + "-long"}), 200))

    def test_restriction_stops_a_running_play(self):
        self.assert_stops_a_running_play(lambda recording: self.expect(self.olivia.post(
            f"/v1/recordings/{recording}/restrictions", {"ground": "accuracy", "case": "case-2"}), 201))

    def test_logout_stops_a_running_play(self):
        recording = self.pushed(calls.metadata(channels=["mixed"]), wav.make(wav.tone(40, seed=72)))["id"]
        play = self.play(self.alice, recording)
        self.expect(self.alice.request("DELETE", "/v1/session"), 204)
        self.assertIn(self.alice.get(play["media"]).status, (401, 410))

    def test_a_restriction_is_lifted_only_after_a_notice(self):
        path = f"/v1/recordings/{self.recording}/restrictions"
        made = self.expect(self.olivia.post(path, {"ground": "accuracy", "case": "case-3"}), 201).json()
        self.expect(self.plays(), 403, "restricted")
        self.assertIn(self.olivia.request("DELETE", f"{path}/{made['id']}").status, (400, 403, 422))
        self.expect(self.plays(), 403, "restricted")
        self.expect(self.olivia.request("DELETE", f"{path}/{made['id']}?notice=letter-9"), 204)
        self.expect(self.plays(), 201)

    def test_a_withdrawal_is_never_lifted(self):
        self.expect(self.lab.recorder.post("/v1/withdrawals", {"recording_ref": self.said["recording_ref"]}), 200)
        path = f"/v1/recordings/{self.recording}/restrictions/{self.recording}?notice=letter-9"
        self.expect(self.olivia.request("DELETE", path), 409, "conflict")
        self.expect(self.plays(), 403, "restricted")

    def test_only_a_privacy_officer_with_a_fresh_second_factor_restricts(self):
        path = f"/v1/recordings/{self.recording}/restrictions"
        asked = {"ground": "accuracy", "case": "case-3"}
        for who in (self.alice, self.lab.person("sam", ["supervisor"]), self.lab.person("root", ["admin"]), self.lab.recorder,
                    self.lab.person("ann", ["auditor"])):
            self.assertIn(who.post(path, asked).status, (403, 404))
        self.expect(self.lab.person("olivia", ["privacy_officer"], mfa_age=400).post(path, asked), 401,
                    "insufficient-user-authentication")

    def test_erasure_takes_two_persons_and_leaves_nothing(self):
        asked = {"recordings": [self.recording], "ground": "unlawful", "case": "case-4"}
        proposal = self.expect(self.olivia.post("/v1/erasures", asked), 202).json()
        path = f"/v1/proposals/{proposal['id']}/approval"
        self.assertEqual(proposal["state"], "open")
        self.assertIn(self.olivia.post(path).status, (403, 409))
        for who in (self.alice, self.lab.person("root", ["admin"]), self.lab.person("ann", ["auditor"]), self.lab.recorder):
            self.assertIn(who.post(path).status, (403, 404))
        self.expect(self.plays(), 201)
        self.expect(self.peter.post(path), 200)
        wait_until("the erasure", lambda: not smoke.traces(self.lab, self.recording))
        self.assertIn(self.plays().status, (404, 410))
        self.expect(self.lab.recorder.push(self.said, VOICE), 410, "gone")
        auditor = self.lab.person("ann", ["auditor"], [])
        certificate = wait_until("the certificate", lambda: (lambda a: a if a.status == 200 else None)(
            auditor.get(f"/v1/recordings/{self.recording}/certificate")))
        smoke.verify_offline(self.lab, certificate.body)

    def test_who_played_it_does_not_erase_it(self):
        self.play(self.olivia, self.recording, "subject_request", case="case-5")
        asked = {"recordings": [self.recording], "ground": "unlawful", "case": "case-5"}
        self.expect(self.olivia.post("/v1/erasures", asked), 403)
        proposal = self.expect(self.peter.post("/v1/erasures", asked), 202).json()
        self.expect(self.olivia.post(f"/v1/proposals/{proposal['id']}/approval"), 403)

    def test_a_hold_forbids_erasure_until_two_release_it(self):
        hold = self.expect(self.olivia.post("/v1/holds", self.hold()), 201).json()
        asked = {"recordings": [self.recording], "ground": "unlawful", "case": "case-6"}
        self.expect(self.olivia.post("/v1/erasures", asked), 409)
        release = self.expect(self.olivia.post(f"/v1/holds/{hold['id']}/release", {"case": "case-6"}), 202).json()
        self.assertIn(self.olivia.post(f"/v1/proposals/{release['id']}/approval").status, (403, 409))
        self.expect(self.peter.post(f"/v1/proposals/{release['id']}/approval"), 200)
        wait_until("the release", lambda: self.expect(self.olivia.get(f"/v1/holds/{hold['id']}"), 200).json()["state"]
                   == "released")
        erase(self, self.recording)

    def test_a_hold_needs_matter_owner_and_a_review_within_six_months(self):
        good = self.hold()
        for name, value in (("matter", None), ("owner", None), ("review_on", self.lab.day(400).isoformat()),
                            ("review_on", self.lab.day(-1).isoformat()), ("recordings", []), ("recordings", ["x"])):
            asked = {key: said for key, said in {**good, name: value}.items() if said is not None}
            self.assertIn(self.olivia.post("/v1/holds", asked).status, (400, 422), name)

    def test_a_supervisor_asks_for_a_hold_and_a_privacy_officer_places_it(self):
        asked = self.expect(self.lab.person("sam", ["supervisor"]).post("/v1/holds", self.hold()), 202).json()
        self.assertEqual((asked["kind"], asked["state"]), ("hold", "open"))
        self.expect(self.alice.get(f"/v1/proposals/{asked['id']}"), 404)
        path = f"/v1/proposals/{asked['id']}/approval"
        approved = self.expect(self.olivia.post(path), 200).json()
        self.assertEqual(self.expect(self.olivia.post(path), 200).json(), approved)
        hold = self.expect(self.olivia.get(f"/v1/holds/{approved['hold_id']}"), 200).json()
        self.assertEqual((hold["matter"], hold["owner"], hold["recordings"]), ("matter-1", "legal", [self.recording]))

    def test_a_hold_is_reviewed_by_another_person(self):
        hold = self.expect(self.olivia.post("/v1/holds", self.hold()), 201).json()
        asked = {"review_on": self.lab.day(90).isoformat()}
        self.expect(self.olivia.post(f"/v1/holds/{hold['id']}/review", asked), 422, "invalid")
        reviewed = self.expect(self.peter.post(f"/v1/holds/{hold['id']}/review", asked), 200).json()
        self.assertEqual(reviewed["review_on"], asked["review_on"])

    def test_a_proposal_is_refused_by_another_person(self):
        asked = {"recordings": [self.recording], "ground": "unlawful", "case": "case-7"}
        path = f"/v1/proposals/{self.expect(self.olivia.post('/v1/erasures', asked), 202).json()['id']}"
        self.expect(self.olivia.request("DELETE", path), 403)
        self.expect(self.peter.request("DELETE", path), 204)
        self.assertEqual(self.expect(self.olivia.get(path), 200).json()["state"], "rejected")
        self.expect(self.peter.post(f"{path}/approval"), 409)
        self.expect(self.plays(), 201)

    def test_an_idempotency_key_gets_the_first_answer_again(self):
        key = {"Idempotency-Key": f"hold-{self.recording}"}
        first = self.expect(self.olivia.post("/v1/holds", self.hold(), key), 201).json()
        self.assertEqual(self.expect(self.olivia.post("/v1/holds", self.hold(), key), 201).json(), first)
        self.expect(self.olivia.post("/v1/holds", {**self.hold(), "owner": "other"}, key), 422, "idempotency-key-reused")
        self.assertEqual(self.lab.cluster.sql(f"select holds from recording where id = '{self.recording}'"), [["1"]])


class HeldPastTheDate(LabTest):
    """The deployment moves from the last zone of the world to the first: there it is a later day already."""

    @classmethod
    def setUpClass(cls):
        cls.due = datetime.datetime.now(zoneinfo.ZoneInfo(FIRST_ZONE)).date()
        cls.months, cls.recorded = calls.retention_that_ends_on(cls.due)
        cls.zone = LAST_ZONE
        cls.settings = {"deployment": {"retention_months": cls.months}}
        super().setUpClass()

    def due_tomorrow(self):
        return self.pushed(calls.metadata(calls.at(self.recorded, LAST_ZONE), channels=["mixed"]), VOICE)["id"]

    def test_a_held_recording_outlives_its_day_key_and_serves_its_claim_only(self):
        kept, gone = self.due_tomorrow(), self.due_tomorrow()
        olivia = self.lab.person("olivia", ["privacy_officer"])
        self.expect(olivia.post("/v1/holds", {"recordings": [kept], "matter": "m", "owner": "o",
                                              "review_on": self.lab.day(60).isoformat()}), 201)
        self.lab.configure(deployment={"time_zone": FIRST_ZONE})
        self.lab.zone = FIRST_ZONE
        self.lab.restart()
        late = {"recordings": [gone], "matter": "m2", "owner": "o", "review_on": self.lab.day(60).isoformat()}
        self.expect(olivia.post("/v1/holds", late), 410)
        run = smoke.purge_now(olivia)
        self.assertEqual((run["purged"], run["kept"]), (1, 1))
        self.assertFalse(smoke.traces(self.lab, gone))
        self.assertEqual(self.lab.cluster.sql(f"select state from day_key where purge_date = '{self.due}'"), [["destroyed"]])
        alice = self.lab.person("alice", ["qa"])
        self.assertIn(alice.post(f"/v1/recordings/{kept}/plays", {"purpose": "quality"}).status, (403, 410))
        play = self.play(olivia, kept, "legal_claim", case="matter-1")
        self.assertEqual(wav.samples(self.expect(olivia.get(play["media"]), 200).body), wav.samples(VOICE))


if __name__ == "__main__":
    main()
