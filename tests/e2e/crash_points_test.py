#!/usr/bin/env python3
"""kill -9 between every two durable steps: what was answered 201 plays, what was refused is not stored, what was purged
stays gone, log and certificates verify.

The points are those that the sources name: CALLVAULT_CRASH_POINT("..."). Each is run in a lab of its own, four at a time,
for most of a life is waiting for the lease of the dead; CALLVAULT_POINTS names some of them, with commas between. Needs a
build with crash points (presets dev and asan); elsewhere it says so and is skipped (exit 77).
"""

import concurrent.futures
import os
import pathlib
import re
import sys
import time
import traceback
import unittest

from support import has_crash_points, main
from lab import calls, smoke, wav
from lab.lab import Lab, wait_until

PROJECT = pathlib.Path(__file__).resolve().parents[2]
VOICE = wav.make(wav.tone(2, seed=90))

# Points of acts that no start, push, play, erasure or purge makes; each is killed at by the test named.
ELSEWHERE = {
    "keep.key_made": "a hold within two weeks of its date: rewraps are repeated, see tests/e2e/rights_test.py",
    "keymove.key_made": "tests/e2e/key_move_test.py",
    "keymove.rewrapped": "tests/e2e/key_move_test.py",
    "keymove.superseded": "tests/e2e/key_move_test.py",
    "move.page_begun": "tests/e2e/store_move_test.py",
    "move.page_cleared": "tests/e2e/store_move_test.py",
    "move.page_copied": "tests/e2e/store_move_test.py",
    "recover.imported": "tests/pg/sequencer_pgtest.cpp",
    "replay.key_closed": "tests/e2e/restore_test.py",
    "replay.key_destroyed": "tests/e2e/restore_test.py",
    "replay.purged": "tests/e2e/restore_test.py",
    "replay.right": "tests/e2e/restore_test.py",
    "vault.copy_added": "tests/unit/storage/keys/file_vault_crash_test.cpp",
    "vault.file_renamed": "tests/unit/storage/keys/file_vault_crash_test.cpp",
    "vault.key_resealed": "tests/unit/storage/keys/file_vault_crash_test.cpp",
    "vault.key_rewritten": "tests/unit/storage/keys/file_vault_crash_test.cpp",
    "vault.marker_written": "tests/unit/storage/keys/file_vault_crash_test.cpp",
    "vault.token_part_destroyed": "tests/unit/storage/keys/pkcs11_vault_crash_test.cpp",
    "vault.token_part_made": "tests/unit/storage/keys/pkcs11_vault_crash_test.cpp",
    "witness.note_durable": "tests/e2e/witness_test.py",
}
# Keys are made at the first start of a deployment.
AT_FIRST_START = {"key.made", "key.planned", "vault.key_durable", "vault.key_linked", "vault.key_written"}


def named_points():
    """All crash points of the sources."""
    found = set()
    for folder in ("storage", "gateway", "transcode"):
        for path in (PROJECT / folder).rglob("*.cpp"):
            found.update(re.findall(r'CALLVAULT_CRASH_POINT\("([^"]+)"\)', path.read_text(encoding="utf-8")))
    return sorted(found)


class Point:
    """One point: a lab that dies there, and what must hold afterwards."""

    def __init__(self, name, months):
        self.name = name
        store = "s3" if name.startswith("objects.s3_") else "file"
        self.lab = Lab(settings={"deployment": {"retention_months": months}}, store=store)

    def run(self):
        """What went wrong, as text; empty: nothing did."""
        began = time.monotonic()
        try:
            self.live()
            wrong = ""
        except Exception:
            wrong = f"{self.name}\n{traceback.format_exc()}\n{self.lab.gateway.tail()}"
        finally:
            self.lab.close()
        print(f"{'wrong' if wrong else 'ok   '} {self.name} ({time.monotonic() - began:.0f} s)", flush=True)
        return wrong

    def live(self):
        lab = self.lab
        if self.name in AT_FIRST_START:
            lab.prepare()
            self.spawn_to_die()
            self.expect_dead()
        lab.start()
        said_before = calls.metadata(channels=["mixed"])
        before = smoke.expect(lab.recorder.push(said_before, VOICE), 201).json()
        due_said = lab.due_today(channels=["mixed"])
        due = smoke.expect(lab.recorder.push(due_said, VOICE), 201).json()
        doomed = smoke.expect(lab.recorder.push(calls.metadata(channels=["mixed"]), VOICE), 201).json()["id"]
        if self.name in AT_FIRST_START:
            return
        # What a killed worker leaves belongs to nobody, and is the sweeper's: of the calls of before there is no such.
        wait_until("the measuring of calls", lambda: lab.cluster.sql("select count(*) from job")[0][0] == "0")
        lab.gateway.stop()
        self.spawn_to_die()
        said = calls.metadata(channels=["mixed"])
        asked = self.provoke(said, doomed)
        self.expect_dead()

        lab.gateway.start()
        if asked and not smoke.traces(lab, due["id"]):
            smoke.expect(lab.recorder.push(due_said, VOICE), 410)
        alice, officer = lab.person("alice", ["qa"]), lab.person("olivia", ["privacy_officer"])
        same(smoke.expect(lab.recorder.push(said_before, VOICE), 201).json(), before, "the receipt of before")
        again = smoke.expect(lab.recorder.push(said, VOICE), 201).json()
        for one in (before, again):
            same(wav.samples(smoke.fetch_all(alice, one["id"])), wav.samples(VOICE), "what is heard")
        same(lab.cluster.sql("select count(*) from reference"), [["4"]], "one reference for each call")
        self.finish(officer, due, due_said)

    def finish(self, officer, due, due_said):
        """The next purge leaves nothing of what was due, and its proof verifies."""
        lab = self.lab
        smoke.purge_now(officer)
        same(smoke.traces(lab, due["id"]), {}, "traces")
        same(smoke.objects_of(lab, lab.today()), [], "objects of today")
        smoke.expect(lab.recorder.push(due_said, VOICE), 410)
        auditor = lab.person("ann", ["auditor"], [])
        certificate = wait_until("the certificate", lambda: (lambda a: a if a.status == 200 else None)(
            auditor.get(f"/v1/recordings/{due['id']}/certificate")))
        smoke.verify_offline(lab, certificate.body)

    def spawn_to_die(self):
        self.lab.gateway.spawn(CALLVAULT_CRASH_AT=self.name)

    def expect_dead(self):
        """It died at the point, not otherwise."""
        same(self.lab.gateway.wait_dead(60), -9, "how it ended")

    def provoke(self, said, doomed):
        """Does everything once, until the process dies. Whether a purge was asked for before it did."""
        lab, asked = self.lab, False
        try:
            lab.gateway.wait_ready(30)
            lab.recorder.push(said, VOICE)
            alice, officer = lab.person("alice", ["qa"]), lab.person("olivia", ["privacy_officer"])
            question = {"purpose": "quality", "from": "2020-01-01T00:00:00Z", "to": "2099-01-01T00:00:00Z"}
            for one in alice.post("/v1/searches", question).json()["recordings"]:
                smoke.fetch_all(alice, one["id"])
            wanted = {"recordings": [doomed], "ground": "unlawful", "case": "case-1"}
            proposal = officer.post("/v1/erasures", wanted).json()["id"]
            lab.person("peter", ["privacy_officer"]).post(f"/v1/proposals/{proposal}/approval")
            wait_until("the erasure", lambda: not smoke.traces(lab, doomed), 10)
            asked = True
            smoke.purge_now(officer, 30)
        except Exception:  # the process died under us: that is the test
            pass
        return asked


def same(got, wanted, what):
    """Asserts, in few words: what is compared may be audio."""
    if got != wanted:
        raise AssertionError(f"{what}: {str(got)[:300]} instead of {str(wanted)[:300]}")


class CrashPoints(unittest.TestCase):
    def test_every_point(self):
        chosen = os.environ.get("CALLVAULT_POINTS")
        names = chosen.split(",") if chosen else [name for name in named_points() if name not in ELSEWHERE]
        self.assertEqual(set(names) - set(named_points()), set(), "the sources name no such points")
        months = calls.months_due_today()
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            wrong = [text for text in pool.map(lambda name: Point(name, months).run(), names) if text]
        self.assertEqual(wrong, [], "\n".join(wrong))


if __name__ == "__main__":
    if not has_crash_points():
        print("skipped: this build has no crash points (presets dev and asan have)")
        sys.exit(77)
    main()
