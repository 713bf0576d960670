#!/usr/bin/env python3
"""Metadata that must not be admitted: each with the fault that names it, all faults at once, nothing stored."""

import datetime
import json

from support import LabTest, main
from lab import calls, wav

HOUR_AGO = calls.rfc3339(datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=1))
NOW = datetime.datetime.now(datetime.timezone.utc)
NOTICE = {"given": "before_recording", "how": "announcement", "version": "1", "agent_informed": True}
CONSENT = {"kind": "consent", "given_at": HOUR_AGO, "how": "verbal", "by": "caller", "text_version": "1"}
INTEREST = {"kind": "legitimate_interest", "assessment": "lia-2026-01"}

# (what is wrong, changes to good metadata, the (pointer, code) that must be among the faults)
TABLE = [
    ("no basis", {"basis": None}, ("/basis", "basis-missing")),
    ("an unknown basis", {"basis": {"kind": "because"}}, ("/basis/kind", "basis-unknown")),
    ("consent without evidence", {"basis": {"kind": "consent"}}, ("/basis/given_at", "field-missing")),
    ("stayed on the line", {"basis": {**CONSENT, "how": "stayed_on_line"}}, ("/basis/how", "consent-how")),
    ("consent after the start of the call", {"basis": {**CONSENT, "given_at": calls.rfc3339(NOW)}},
     ("/basis/given_at", "consent-after-start")),
    ("no assessment", {"basis": {"kind": "legitimate_interest"}}, ("/basis/assessment", "field-missing")),
    ("an unknown assessment", {"basis": {**INTEREST, "assessment": "lia-none"}}, ("/basis/assessment", "assessment-unknown")),
    ("an expired assessment", {"basis": {**INTEREST, "assessment": "lia-expired"}},
     ("/basis/assessment", "assessment-expired")),
    ("German quality on legitimate interest", {"basis": INTEREST, "caller": {"country": "DE"}},
     ("/basis/kind", "basis-against-profile")),
    ("no purpose", {"purposes": None}, ("/purposes", "purpose-missing")),
    ("empty purposes", {"purposes": []}, ("/purposes", "purpose-missing")),
    ("an unknown purpose", {"purposes": ["spying"]}, ("/purposes/0", "purpose-unknown")),
    ("a purpose that is not this sender's", {"purposes": ["statutory"]}, ("/purposes/0", "purpose-not-allowed")),
    ("an unknown team", {"team": {"id": "ghosts"}}, ("/team/id", "team-not-allowed")),
    ("no team", {"team": None}, ("/team", "field-missing")),
    ("an unknown field", {"colour": "blue"}, ("/colour", "field-unknown")),
    ("an unknown field inside", {"caller": {"shoe_size": 43}}, ("/caller/shoe_size", "field-unknown")),
    ("no notice", {"notice": None}, ("/notice", "notice-missing")),
    ("a notice after the start", {"notice": {**NOTICE, "given": "afterwards"}}, ("/notice/given", "notice-late")),
    ("an agent who was not told", {"notice": {**NOTICE, "agent_informed": False}},
     ("/notice/agent_informed", "agent-not-informed")),
    ("no reference", {"recording_ref": None}, ("/recording_ref", "field-missing")),
    ("a reference that is too long", {"recording_ref": "x" * 129}, ("/recording_ref", "field-too-long")),
    ("no time", {"started_at": None}, ("/started_at", "field-missing")),
    ("a time without offset", {"started_at": "2026-01-01T10:00:00"}, ("/started_at", "field-format")),
    ("a time that does not exist", {"started_at": "2026-02-30T10:00:00Z"}, ("/started_at", "field-format")),
    ("a call in the future", {"started_at": calls.rfc3339(NOW + datetime.timedelta(hours=1))},
     ("/started_at", "started-in-future")),
    ("a class that nobody cited", {"retention_class": "forever"}, ("/retention_class", "class-unknown")),
    ("a wrong type", {"direction": 7}, ("/direction", "field-type")),
    ("an unknown direction", {"direction": "sideways"}, ("/direction", "value-unknown")),
    ("a huge number", {"duration_ms": 10 ** 15}, ("/duration_ms", "field-out-of-range")),
    ("a mark outside", {"marks": [{"from_ms": 10, "to_ms": 5, "kind": "hold"}]}, ("/marks/0", None)),
    ("a country that is none", {"caller": {"country": "Holland"}}, ("/caller/country", "field-format")),
]


class BadMetadata(LabTest):
    voice = wav.make(wav.tone(1, seed=20))

    def push(self, said):
        return self.assert_nothing_stored(lambda: self.lab.recorder.push(said, self.voice))

    def test_table(self):
        for words, changes, (pointer, code) in TABLE:
            with self.subTest(words):
                said = calls.metadata(HOUR_AGO, channels=["mixed"], **{k: v for k, v in changes.items()
                                                                       if k not in ("started_at", "team")})
                for name in ("started_at", "team"):
                    if name in changes:
                        said[name] = changes[name]
                        if changes[name] is None:
                            del said[name]
                answer = self.expect(self.push(said), 422, "metadata-refused")
                found = [fault for fault in answer.faults() if fault[0].startswith(pointer)]
                self.assertTrue(found, answer.faults())
                if code:
                    self.assertIn((pointer, code), answer.faults())
                for fault in answer.json()["faults"]:
                    self.assertTrue(fault["sentence"].endswith("."), fault)

    def test_every_fault_at_once(self):
        said = calls.metadata(HOUR_AGO, channels=["mixed"], basis=None, purposes=["spying"], notice=None, extra=1)
        said["team"] = {"id": "ghosts"}
        faults = self.expect(self.push(said), 422, "metadata-refused").faults()
        for pointer in ("/basis", "/purposes/0", "/notice", "/extra", "/team/id"):
            self.assertIn(pointer, [fault[0] for fault in faults])

    def test_over_six_months_ago_is_over(self):
        said = calls.metadata("2024-01-15T10:00:00+01:00", channels=["mixed"])
        self.expect(self.push(said), 422, "retention-over")

    def test_json_that_is_not_sound(self):
        good = json.dumps(calls.metadata(HOUR_AGO, channels=["mixed"]))
        for words, text in (("duplicate key", good[:-1] + ', "direction": "inbound"}'),
                            ("duplicate key inside", good.replace('"team": {', '"team": {"id": "sales", ')),
                            ("deep", good[:-1] + ', "marks": ' + "[" * 2000 + "]" * 2000 + "}"),
                            ("huge number", good[:-1] + ', "duration_ms": 1e999}'),
                            ("number without end", good[:-1] + ', "duration_ms": ' + "9" * 4000 + "}"),
                            ("cut", good[:-5]), ("trailing", good + "{}"), ("array", "[]"), ("number", "7"), ("empty", " "),
                            ("comment", good[:-1] + "/* x */}"), ("NaN", good[:-1] + ', "duration_ms": NaN}'),
                            ("not UTF-8", good.encode()[:-1] + b', "call_id": "\xff\xfe"}'),
                            ("lone surrogate", good[:-1] + ', "call_id": "\\ud800"}'),
                            ("NUL", good[:-1] + ', "call_id": "a\\u0000b"}')):
            with self.subTest(words):
                answer = self.push(text)
                self.assertIn(answer.status, (400, 422), answer.body)
                self.expect(answer, answer.status)

    def test_a_header_that_is_not_base64url(self):
        for value in ("{}", "!!!!", "a", "", "YQ+/"):
            answer = self.assert_nothing_stored(lambda: self.lab.recorder.request(
                "PUT", "/v1/recordings", self.voice, {"Callvault-Metadata": value}))
            self.assertIn(answer.status, (400, 422))
            self.expect(answer, answer.status)
        self.assertIn(self.lab.recorder.request("PUT", "/v1/recordings", self.voice).status, (400, 422))

    def test_a_header_over_16_kib(self):
        said = calls.metadata(HOUR_AGO, channels=["mixed"], call_id="x" * 15_000)
        self.assertIn(self.push(said).status, (400, 422, 431))

    def test_numbers_are_no_reason_to_refuse(self):
        for number in ("anonymous", "sip:alice@example.org", "*31#0201234567", "112", "+", ""):
            said = calls.metadata(HOUR_AGO, channels=["mixed"], caller={"number": number})
            self.expect(self.lab.recorder.push(said, self.voice), 201)


class StatutoryClass(LabTest):
    """A class with a law behind it keeps longer; without one nothing does."""

    settings = {"class": [{"id": "mifid", "period": "P5Y", "extended": "P7Y", "citation": "2014/65/EU Art. 16(7)",
                           "owner": "compliance", "valid_until": "2099-12-31"}],
                "sender": [{"name": "pbx", "teams": ["support"], "bases": ["consent"], "purposes": ["quality", "statutory"],
                            "classes": ["mifid"]}]}

    def test_the_ordinary_purge_date_stays(self):
        said = calls.metadata(HOUR_AGO, channels=["mixed"], retention_class="mifid", purposes=["statutory"])
        receipt = self.pushed(said, wav.make(wav.tone(1, seed=21)))
        self.assertEqual(receipt["purge_date"], calls.add_months(self.lab.today(), 3).isoformat())


class RecordingOff(LabTest):
    """A new deployment records nothing (rule 50)."""

    settings = {"deployment": {"recording": False}}

    def test_refused(self):
        answer = self.lab.recorder.push(calls.metadata(channels=["mixed"]), wav.make(wav.tone(1)))
        self.assertIn("recording-disabled", [code for _, code in self.expect(answer, 422).faults()])


if __name__ == "__main__":
    main()
