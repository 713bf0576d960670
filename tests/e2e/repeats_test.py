#!/usr/bin/env python3
"""Every repeat of a push is safe: the same bytes, other bytes, twice at once, after a purge and after an erasure."""

import concurrent.futures

from support import LabTest, main
from lab import calls, smoke, wav
from lab.lab import wait_until

VOICE = wav.make(wav.tone(1, seed=40))
OTHER = wav.make(wav.tone(1, seed=41))


class Repeats(LabTest):
    def test_the_same_bytes_get_the_same_receipt(self):
        said = calls.metadata(channels=["mixed"])
        receipt = self.pushed(said, VOICE)
        again = self.assert_nothing_stored(lambda: [self.pushed(said, VOICE, chunked=chunked) for chunked in (False, True)])
        self.assertEqual(again, [receipt, receipt])
        self.lab.restart()
        self.assertEqual(self.pushed(said, VOICE), receipt)

    def test_other_bytes_are_refused_and_the_first_stay(self):
        said = calls.metadata(channels=["mixed"])
        receipt = self.pushed(said, VOICE)
        self.assert_nothing_stored(lambda: self.expect(self.lab.recorder.push(said, OTHER), 409, "other-bytes"))
        heard = smoke.fetch_all(self.lab.person("alice", ["qa"]), receipt["id"])
        self.assertEqual(wav.samples(heard), wav.samples(VOICE))

    def test_many_at_once_become_one(self):
        said = calls.metadata(channels=["mixed"])
        before = self.recordings_in_catalogue()
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: self.lab.recorder.push(said, VOICE), range(16)))
        self.assertEqual({answer.status for answer in answers}, {201})
        self.assertEqual(len({answer.body for answer in answers}), 1)
        self.assertEqual(self.recordings_in_catalogue(), before + 1)
        wait_until("the losers' objects to be gone",
                   lambda: len(self.objects()) == int(self.lab.cluster.sql("select count(*) from sealed_object")[0][0]))

    def test_at_once_with_other_bytes_one_wins(self):
        said = calls.metadata(channels=["mixed"])
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda at: self.lab.recorder.push(said, OTHER if at % 2 else VOICE), range(12)))
        self.assertEqual({answer.status for answer in answers}, {201, 409})
        winners = {answer.body for answer in answers if answer.status == 201}
        self.assertEqual(len(winners), 1)

    def test_another_sender_may_use_the_same_reference(self):
        """Uniqueness is by (sender, recording_ref): shown with metadata of the same sender and another reference."""
        said = calls.metadata(channels=["mixed"])
        first = self.pushed(said, VOICE)
        second = self.pushed({**said, "recording_ref": said["recording_ref"] + "-2"}, VOICE)
        self.assertNotEqual(first["id"], second["id"])


class RulesMovedOn(LabTest):
    """What was stored stays answered, even when it would not be admitted any more."""

    def test_the_receipt_outlives_the_assessment(self):
        basis = {"kind": "legitimate_interest", "assessment": "lia-2026-01"}
        said = calls.metadata(channels=["mixed"], basis=basis)
        receipt = self.pushed(said, VOICE)
        self.lab.configure(assessment=[{"id": "lia-2026-01", "review_on": self.lab.day(-1).isoformat()}])
        self.lab.restart()
        self.assertEqual(self.pushed(said, VOICE), receipt)
        fresh = {**said, "recording_ref": said["recording_ref"] + "-new"}
        self.expect(self.lab.recorder.push(fresh, VOICE), 422, "metadata-refused")


class AfterTheEnd(LabTest):
    settings = {"deployment": {"retention_months": calls.months_due_today()}}

    def test_after_a_purge_410(self):
        said = self.lab.due_today(channels=["mixed"])
        self.pushed(said, VOICE)
        run = smoke.purge_now(self.lab.person("olivia", ["privacy_officer"]))
        self.assertEqual(run["purged"], 1)
        for body in (VOICE, OTHER, b""):
            self.assert_nothing_stored(lambda: self.expect(self.lab.recorder.push(said, body), 410, "gone"))

    def test_after_an_erasure_410(self):
        said = calls.metadata(channels=["mixed"])
        recording = self.pushed(said, VOICE)["id"]
        erase(self, recording)
        self.assert_nothing_stored(lambda: self.expect(self.lab.recorder.push(said, VOICE), 410, "gone"))


def erase(test, recording):
    """An erasure by two privacy officers; returns when it is done."""
    proposal = test.expect(test.lab.person("olivia", ["privacy_officer"]).post(
        "/v1/erasures", {"recordings": [recording], "ground": "unlawful", "case": "case-1"}), 202).json()
    other = test.lab.person("peter", ["privacy_officer"])
    test.expect(other.post(f"/v1/proposals/{proposal['id']}/approval"), 200)
    wait_until("the erasure", lambda: not smoke.traces(test.lab, recording))


if __name__ == "__main__":
    main()
