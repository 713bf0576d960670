#!/usr/bin/env python3
"""After a busy day nothing of what was said, and of who said it, is found outside the seal.

Searched: every file of the lab (objects, database files with their WAL, vault, state, logs), a dump, the metrics and all
entries of the audit log; while recordings live, after a crash, and after the purge.
"""

import re

from support import LabTest, main
from lab import calls, codecs, privacy_search, smoke, wav
from repeats_test import erase

REFERENCE = "ref-Zandvoort-88121-quispel"
CASE = "zaak-2026-Oudekerk-0042"


class Privacy(LabTest):
    settings = {"deployment": {"retention_months": calls.months_due_today()}}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.voices = calls.known_voices()
        cls.needles = privacy_search.Needles([cls.voices["two-party-call-27s.wav"]],
                                             [*calls.KNOWN_TEXTS, REFERENCE, CASE])
        for name in ("two-party-call-27s-alaw.wav", "two-party-call-27s-ulaw.wav"):
            cls.needles.add_plain(dict(wav.chunks(cls.voices[name]))[b"data"])

    def assert_nothing_found(self):
        found = smoke.leaks(self.lab, self.needles)
        for words, text in (("metrics", self.lab.metrics()), ("log", self.lab.log.read_text(errors="replace"))):
            hits = self.needles.search(text.encode())
            found += [(words, hits)] if hits else []
        self.assertEqual(found, [])

    def test_a_busy_day_leaves_no_trace(self):
        alice, olivia = self.lab.person("alice", ["qa"]), self.lab.person("olivia", ["privacy_officer"])
        ids = [self.pushed(calls.metadata(call_id=f"{REFERENCE}-{at}", recording_ref=f"{REFERENCE}-{at}"), voice)["id"]
               for at, voice in enumerate(self.voices.values())]
        due = self.pushed(self.lab.due_today(recording_ref=f"{REFERENCE}-due"), self.voices["two-party-call-27s.wav"])["id"]
        self.prepared_by_a_worker(alice)
        # what goes wrong is searched too: refusals, other bytes, a cut upload
        self.lab.recorder.push(calls.metadata(recording_ref=REFERENCE, extra=calls.CALLER_NAME), b"x")
        self.lab.recorder.push(calls.metadata(recording_ref=f"{REFERENCE}-0"), self.voices["two-party-call-27s.wav"][:-2])
        self.lab.recorder.get(f"/v1/recordings/{calls.CALLER_NUMBER}?number={calls.CALLER_NUMBER}")
        self.lab.recorder.get(f"/{CASE}")
        for recording in ids:
            smoke.fetch_all(alice, recording)
        period = {"from": "2020-01-01T00:00:00Z", "to": "2099-01-01T00:00:00Z"}
        for criteria in ({"number": calls.CALLER_NUMBER}, {"number": calls.CALLEE_NUMBER}, {"case": CASE}):
            alice.post("/v1/searches", {"purpose": "quality", **period, **criteria})
        olivia.post(f"/v1/recordings/{ids[0]}/restrictions", {"ground": "claims", "case": CASE})
        self.play(olivia, ids[1], "subject_request", case=CASE)
        self.assert_nothing_found()
        self.lab.gateway.kill()
        self.lab.cluster.stop("immediate")
        self.lab.cluster.start()
        self.lab.gateway.start()
        self.assert_nothing_found()
        erase(self, ids[2])
        smoke.purge_now(olivia)
        self.assertFalse(smoke.traces(self.lab, due))
        self.assert_nothing_found()
        self.lab.restart()
        self.assert_nothing_found()

    def prepared_by_a_worker(self, alice):
        """A call that took a media worker; what it was, became and looks like is searched for from here on."""
        tagged = b"ID3\x03\0\0\0\0\0" + bytes([11 + len(calls.CALLER_NAME)]) + b"TIT2\0\0\0" + bytes([
            1 + len(calls.CALLER_NAME)]) + b"\0\0\0" + calls.CALLER_NAME.encode()
        file = tagged + codecs.make("mp3", self.voices["two-party-call-27s.wav"])
        recording = self.pushed(calls.metadata(recording_ref=f"{REFERENCE}-mp3"), file)["id"]
        self.all_measured()
        play = self.play(alice, recording)
        for path in ("media", "peaks"):
            self.needles.add_plain(self.expect(alice.get(play[path]), 200).body)
        self.needles.add_plain(file)
        self.expect(alice.request("DELETE", f"/v1/plays/{play['id']}"), 204)

    def test_the_access_log_names_routes_and_nothing_else(self):
        self.lab.recorder.get(f"/v1/recordings/{'c' * 32}?caller_id={calls.CALLER_NUMBER}&name={calls.AGENT_NAME.split()[0]}")
        log = self.lab.log.read_text()
        self.assertNotIn("c" * 32, log)
        self.assertNotIn("caller_id", log)
        self.assertIsNone(re.search(r"eyJ[A-Za-z0-9_-]{20}", log), "a token or metadata header is in the log")


if __name__ == "__main__":
    main()
