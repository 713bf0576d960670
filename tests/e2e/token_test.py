#!/usr/bin/env python3
"""Keys in an HSM: a recording's whole life with a PKCS#11 token (SoftHSM2), and what happens when the token is gone."""

import concurrent.futures
import itertools
import pathlib
import shutil
import tempfile
import time

from support import LabTest, main
from lab import calls, smoke, wav
from lab.lab import Lab, programs_folder, wait_until

VOICE = wav.make(wav.tone(4, seed=77))
THREADS = 4


class TokenVault(LabTest):
    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, folder)
        cls.gone, cls.hangs = folder / "gone", folder / "hangs"
        # SoftHSM behind a module that says the token is gone, or does not come back, while such a file is there.
        module = programs_folder().parent / "tests" / "libfaulty_token_module.so"
        cls.lab = Lab(keys="pkcs11",
                      settings={"vault": {"module": str(module)},
                                "limits": {"request_time": "2 s", "blocking_threads": THREADS}},
                      environment={"CALLVAULT_TOKEN_GONE": str(cls.gone), "CALLVAULT_TOKEN_HANGS": str(cls.hangs)})
        cls.addClassCleanup(cls.lab.close)
        cls.lab.start()
        cls.listener = cls.lab.person("alice", ["qa"])
        cls.officers = cls.lab.person("olivia", ["privacy_officer"]), cls.lab.person("otto", ["privacy_officer"])

    def push(self, said=None):
        return self.pushed(said or calls.metadata(channels=["mixed"]), VOICE)["id"]

    def heard(self, recording):
        return smoke.fetch_all(self.listener, recording)

    def test_a_call_is_kept_heard_and_forgotten_and_its_certificate_names_the_token(self):
        months = self.lab.months_due_today()
        self.lab.configure(deployment={"retention_months": months})
        self.lab.restart()
        kept, due = self.push(), self.push(self.lab.due_today(channels=["mixed"]))
        self.lab.restart()  # and after a new login
        self.assertEqual(self.heard(kept)[44:], VOICE[44:])
        before = self.lab.token.objects()
        run = smoke.purge_past_the_brake(*self.officers, 60)
        self.assertEqual((run["state"], run["purged"]), ("done", 1))
        self.assertEqual(self.lab.token.objects(), before - 3)  # the day's key is gone from the token
        self.assertIn(b"pkcs11", self.certificate_of(due, self.officers[0]))
        self.assertEqual(self.heard(kept)[44:], VOICE[44:])

    def test_the_operator_sees_the_token(self):
        keys = self.lab.callvault("key", "list", "--offline").stdout
        self.assertIn("checkpoint", keys)
        found = self.lab.callvault("doctor", check=False).stdout
        self.assertIn('token "callvault" opens', found)
        self.assertIn("second_token", found)  # there is none, which it says
        for verb in (["rotate-root", "--new", "/nonexistent"], ["add-copy", "/nonexistent"]):
            refused = self.lab.callvault("key", *verb, check=False)
            self.assertEqual(refused.returncode, 2, refused.stdout)
            self.assertIn("file vault", refused.stdout)

    def test_without_the_token_nothing_is_admitted_or_lost_and_no_hand_is_needed_when_it_is_back(self):
        recording = self.push()
        self.lab.gateway.stop()
        self.gone.touch()
        try:
            self.lab.gateway.spawn(**self.lab.environment)
            wait_until("its end", lambda: self.lab.gateway.process.poll() is not None, 30)
            self.assertIn("CKR_DEVICE_REMOVED", self.lab.gateway.tail())
        finally:
            self.gone.unlink()
        self.lab.gateway.start(**self.lab.environment)
        self.assertEqual(self.heard(recording)[44:], VOICE[44:])

    def test_a_token_that_is_pulled_out_while_calls_come(self):
        recording = self.push()
        self.gone.touch()
        try:
            def refused():
                answer = self.lab.recorder.push(calls.metadata(channels=["mixed"]), VOICE)
                self.assertIn(answer.status, (201, 503), answer.body)
                return answer.status == 503
            wait_until("the push that is refused", refused, 30)
            self.expect(self.listener.post(f"/v1/recordings/{recording}/plays", {"purpose": "quality"}), 503)
        finally:
            self.gone.unlink()

        def back():
            answer = self.lab.recorder.push(calls.metadata(channels=["mixed"]), VOICE)
            self.assertIn(answer.status, (201, 503), answer.body)
            return answer.status == 201
        wait_until("the push that is taken", back, 30)
        self.assertEqual(self.heard(recording)[44:], VOICE[44:])
        self.assertNotIn("callvault_corrupt_objects_total 1", self.lab.metrics())

    def test_a_token_that_hangs_holds_no_more_calls_than_threads_and_loses_none(self):
        recording = self.push()
        with concurrent.futures.ThreadPoolExecutor(2 * THREADS) as callers:
            self.hangs.touch()
            try:
                said = [calls.metadata(channels=["mixed"]) for _ in range(2 * THREADS)]
                pushed = [callers.submit(self.lab.recorder.push, one, VOICE) for one in said]
                for answer in itertools.islice((done.result() for done in concurrent.futures.as_completed(pushed, 30)), 3):
                    self.assertEqual(answer.status, 503, answer.body)
                    self.assertTrue(answer.headers["Retry-After"])
                begun = time.monotonic()
                self.expect(self.listener.post(f"/v1/recordings/{recording}/plays", {"purpose": "quality"}), 503)
                self.assertLess(time.monotonic() - begun, 1.5)  # it is known by now
                self.assertFalse(self.lab.gateway.ready())
            finally:
                self.hangs.unlink()
            answers = [one.result(30) for one in pushed]
        self.assertEqual(sorted({answer.status for answer in answers}), [201, 503])
        for one in said:  # whoever was refused comes again, whoever was not gets the same receipt
            self.assertEqual(self.lab.recorder.push(one, VOICE).status, 201)
        self.assertEqual(self.heard(recording)[44:], VOICE[44:])


if __name__ == "__main__":
    main()
