#!/usr/bin/env python3
"""Keys move from a folder to an HSM (SoftHSM2) and back while calls are pushed, heard, found and purged, and while the gateway
is killed at each step. The audio is not touched."""

import json
import os
import pwd
import signal
import time
import unittest

from support import LabTest, Traffic, has_crash_points, main
from lab import calls, privacy_search, smoke, wav
from lab.lab import wait_until
from lab.soft_token import Token

VOICE = wav.make(wav.tone(4, seed=81))
CALLS = 12
POINTS = ("keymove.key_made", "keymove.superseded", "keymove.rewrapped")


class KeyMove(LabTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.listener = cls.lab.person("alice", ["qa"])
        cls.officers = cls.lab.person("olivia", ["privacy_officer"]), cls.lab.person("otto", ["privacy_officer"])
        cls.lab.configure(deployment={"retention_months": cls.lab.months_due_today()}, local_user=[
            {"user": pwd.getpwuid(os.getuid()).pw_name, "roles": ["admin"], "second_factor": True}])
        cls.lab.restart()
        cls.token = Token(cls.lab.folder / "token")
        cls.token.make()
        cls.lab.environment.update(cls.token.environment)

    def push(self, said=None):
        return self.pushed(said or calls.metadata(channels=["mixed"]), VOICE)["id"]

    def heard(self, recording):
        return smoke.fetch_all(self.listener, recording)[44:]

    def found(self):
        """What a search for the caller's number finds, page by page."""
        asked = {"purpose": "quality", "from": self.lab.day(-1).isoformat() + "T00:00:00Z",
                 "to": self.lab.day(2).isoformat() + "T00:00:00Z", "number": calls.CALLER_NUMBER}
        found = set()
        while True:
            answer = self.expect(self.listener.post("/v1/searches", asked), 200).json()
            found.update(one["id"] for one in answer["recordings"])
            if not answer.get("next"):
                return found
            asked["after"] = answer["next"]

    def moved(self):
        """Waits for the end of a move; where it is then."""
        done = self.lab.callvault("key", "move", "--wait", "--wait-seconds", "240", "--json", check=False)
        self.assertEqual(done.returncode, 0, done.stdout)
        return json.loads(done.stdout.splitlines()[-1])

    def objects(self):
        """Every object of the store: name, size and bytes' own time."""
        return {str(path): (path.stat().st_size, path.stat().st_mtime_ns)
                for path in (self.lab.folder / "objects" / "recordings").rglob("*") if path.is_file()}

    def hanging_on_old_keys(self):
        return int(self.lab.cluster.sql(
            "select count(*) from recording r join former_key f on f.key_id = r.day_key "
            "where r.state = 'live' and r.keep_key is null")[0][0])

    def test_when_another_key_takes_over_during_a_push_it_is_sealed_again_under_that(self):
        first = self.pushed(calls.metadata(channels=["mixed"]), VOICE)
        date = first["purge_date"]

        def body():
            yield VOICE[:5000]
            time.sleep(1)  # the gateway has chosen its key by now
            self.lab.cluster.sql(
                "with spare as (delete from day_key where purge_date = (select max(purge_date) from day_key) returning key_id), "
                f"former as (insert into former_key (key_id, purge_date) select key_id, purge_date from day_key where purge_date = '{date}') "
                f"update day_key set key_id = (select key_id from spare) where purge_date = '{date}'")
            yield VOICE[5000:]

        said = self.pushed(calls.metadata(channels=["mixed"]), body(), chunked=True)
        self.assertEqual(said["purge_date"], date)
        self.assertEqual(self.heard(said["id"]), VOICE[44:])
        keys = self.lab.cluster.sql("select r.id, r.day_key = d.key_id from recording r join day_key d using (purge_date) "
                                    f"where purge_date = '{date}' and r.received_at > now() - interval '30 seconds'")
        self.assertEqual({row[0].replace("-", ""): row[1] for row in keys}[said["id"]], "t")
        self.assertIn(first["id"], self.found())

    def test_keys_move_to_a_token_and_back_while_the_service_runs(self):
        lab = self.lab
        kept = [self.push() for _ in range(CALLS)]
        due = [self.push(lab.due_today(channels=["mixed"])) for _ in range(2)]
        self.assertEqual(json.loads(lab.callvault("key", "move", "--json").stdout), {"done": True})
        folder = {"kind": "file", "folder": str(lab.folder / "vault"), "root_secret_file": str(lab.folder / "root-secret")}
        audio = self.objects()
        lab.configure(**{"vault": self.token.settings(), "vault.old": folder})
        kept.append(self.take_over())
        self.killed_at_each_step()

        traffic = Traffic(self, kept, VOICE[44:])
        try:
            said = self.moved()
        finally:
            kept += traffic.stop()
        self.assertGreater(traffic.heard, 0)
        self.assertEqual((said["done"], said["to_replace"], said["to_rewrap"]), (True, 0, 0))
        self.assertGreater(said["in_old_vault"]["day"], 180)
        self.assertEqual(said["in_old_vault"]["tombstone"], 1)
        self.assertIn("last_day", said)
        self.assertEqual(self.hanging_on_old_keys(), 0)
        self.assertEqual({name: facts for name, facts in self.objects().items() if name in audio}, audio)
        self.assertEqual(len(set(kept) - self.found()), 0)
        self.assertIn("vault.old", lab.callvault("doctor", check=False).stdout)
        self.assertIn('token "callvault"', lab.callvault("key", "list", "--offline").stdout)

        with self.subTest("what is due goes with its key, in the old vault"):
            files = len(list((lab.folder / "vault" / "keys").glob("*.key")))
            run = smoke.purge_past_the_brake(*self.officers, 180)
            self.assertEqual((run["state"], run["purged"]), ("done", len(due)))
            self.assertEqual(len(list((lab.folder / "vault" / "keys").glob("*.key"))), files - 1)
            for recording in due:
                certificate = self.certificate_of(recording, self.officers[0])
                self.assertIn(b"pkcs11-and-file", certificate)
                smoke.verify_offline(lab, certificate)
        with self.subTest("without the old vault, on whose keys the log and the tombstones hang"):
            lab.configure(**{"vault.old": {"kind": "none"}})
            lab.gateway.stop()
            lab.gateway.spawn(**lab.environment)
            wait_until("its end", lambda: lab.gateway.process.poll() is not None, 60)
            self.assertIn("it must be named as [vault.old]", lab.gateway.tail(1000))
            lab.configure(**{"vault.old": folder})
            lab.gateway.start(240, **lab.environment)

        self.turn_round(kept, folder)

    def killed_at_each_step(self):
        """The gateway dies at what it has just made durable, and another one goes on."""
        for point in POINTS if has_crash_points() else ():
            self.lab.gateway.stop()
            self.lab.gateway.spawn(**self.lab.environment, CALLVAULT_CRASH_AT=point)
            process = self.lab.gateway.process
            wait_until(f"its death at {point}", lambda: process.poll() is not None, 240)
            self.assertEqual(process.returncode, -signal.SIGKILL, point)
            self.lab.gateway.start(240, **self.lab.environment)

    def turn_round(self, kept, folder):
        """From the token to the folder: every date gets a third key, and the second one goes on its day."""
        lab = self.lab
        lab.configure(**{"vault": {"country": "NL", **folder}, "vault.old": self.token.settings()})
        lab.gateway.stop()
        lab.gateway.start(240, **lab.environment)
        said = self.moved()
        self.assertGreater(said["in_old_vault"]["day"], 180)
        self.assertEqual(self.hanging_on_old_keys(), 0)
        for recording in kept:
            self.assertEqual(self.heard(recording), VOICE[44:])
        self.assertEqual(len(set(kept) - self.found()), 0)
        needles = privacy_search.Needles()
        needles.add_plain(VOICE[44:])
        self.assertEqual(smoke.leaks(lab, needles), [])


if __name__ == "__main__":
    main()
