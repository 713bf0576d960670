#!/usr/bin/env python3
"""Everything moves from the file store to an S3 store and back while calls are pushed, heard and purged, and while the move is
killed again and again. Skipped (77) without Ceph."""

import concurrent.futures
import json
import os
import signal
import subprocess
import sys
import time

from support import LabTest, Traffic, has_crash_points, main
from lab import calls, object_store, smoke, wav
from lab.lab import wait_until

VOICE = wav.make(wav.tone(20, seed=79))
CALLS = 30


class StoreMove(LabTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.listener = cls.lab.person("alice", ["qa"])
        cls.officers = cls.lab.person("olivia", ["privacy_officer"]), cls.lab.person("otto", ["privacy_officer"])

    def push(self, said=None):
        return self.pushed(said or calls.metadata(channels=["mixed"]), VOICE)["id"]

    def heard(self, recording):
        return smoke.fetch_all(self.listener, recording)[44:]

    def files(self):
        """What lies in the file store, but for its own folder."""
        folder = self.lab.folder / "objects"
        return [str(path.relative_to(folder)) for path in folder.rglob("*")
                if path.is_file() and ".tmp" not in path.parts]

    def move(self, **environment):
        """callvault store move, in a process of its own."""
        return subprocess.Popen(
            [str(self.lab.programs / "callvault"), "store", "move", "--json", "--config", str(self.lab.configuration)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment})

    def moved(self, **environment):
        """Runs a move to its end; what it says."""
        done = self.move(**environment)
        out, err = done.communicate(timeout=180)
        self.assertEqual(done.returncode, 0, err)
        return json.loads(out)

    def killed_at_each_step(self):
        """Moves that die at every step that they make durable, and at random moments."""
        for point in ("move.page_begun", "move.page_copied", "move.page_cleared") if has_crash_points() else ():
            process = self.move(CALLVAULT_CRASH_AT=point)
            _, err = process.communicate(timeout=120)
            self.assertEqual(process.returncode, -signal.SIGKILL, f"{point}: {err}")
        for seconds in (0.3, 0.7):
            process = self.move()
            time.sleep(seconds)
            process.kill()
            process.communicate()

    def test_everything_moves_to_a_bucket_and_back_while_the_service_runs(self):
        lab = self.lab
        lab.configure(deployment={"retention_months": lab.months_due_today()})
        lab.restart()
        kept = [self.push() for _ in range(CALLS)]
        due = [self.push(lab.due_today(channels=["mixed"])) for _ in range(3)]
        self.all_measured()
        folder, bucket = {"kind": "file", "folder": str(lab.folder / "objects")}, lab.add_bucket()
        lab.configure(**{"objects": bucket, "objects.old": folder})

        with self.subTest("a gateway that does not know the new store yet"):
            early = lab.callvault("store", "move", check=False)
            self.assertEqual(early.returncode, 4, early.stdout)
            self.assertIn("a gateway runs with other stores or vaults in its configuration, on this host", early.stdout)
        self.take_over()
        with self.subTest("the new store alone"):
            lab.configure(**{"objects.old": {"kind": "none"}})
            alone = lab.callvault("doctor", check=False).stdout
            self.assertIn(f"recordings may still lie in {folder['folder']}", alone)
            self.assertEqual(lab.callvault("store", "move", check=False).returncode, 2)
            lab.configure(**{"objects.old": folder})
            self.assertIn("still holds objects", lab.callvault("doctor", check=False).stdout)

        traffic = Traffic(self, kept, VOICE[44:])
        self.killed_at_each_step()
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            purging = pool.submit(smoke.purge_past_the_brake, *self.officers, 180)
            said = self.moved()
            run = purging.result(180)
        self.assertEqual((run["state"], run["purged"]), ("done", len(due)))
        self.assertTrue(said["old_store_empty"], said)
        kept += traffic.stop()
        self.assertGreater(traffic.heard, 0)

        self.assertEqual(self.files(), [])
        self.assertEqual(smoke.objects_of(lab, lab.today()), [], "a copy outlived the purge")
        self.assertEqual(lab.store.names("callvault", "moving/"), [])
        self.assertIn("is empty: everything is in bucket callvault", lab.callvault("doctor", check=False).stdout)
        lab.configure(**{"objects.old": {"kind": "none"}})
        lab.restart()
        for recording in kept:
            self.assertEqual(self.heard(recording), VOICE[44:])
        for recording in due:
            smoke.verify_offline(lab, self.certificate_of(recording, self.officers[0]))

        self.turn_round(kept, folder, bucket)

    def turn_round(self, kept, folder, bucket):
        """From the bucket to the files, while a call is being heard."""
        lab = self.lab
        lab.configure(**{"objects": folder, "objects.old": bucket})
        lab.restart()
        play = smoke.open_play(self.listener, kept[0])
        first = self.expect(self.listener.get(play["media"], headers={"Range": "bytes=0-99999"}), 206).body
        said = self.moved()
        self.assertGreater(said["objects"], len(kept))
        rest = self.expect(self.listener.get(play["media"], headers={"Range": "bytes=100000-"}), 206).body
        self.assertEqual((first + rest)[44:], VOICE[44:])
        self.assertEqual(lab.store.names("callvault"), [])
        self.assertEqual(lab.cluster.sql("select distinct p.kind from sealed_object o left join place p on p.id = o.place"), [["file"]])
        self.assertFalse([name for name in self.files() if name.startswith("moving/")])
        lab.configure(**{"objects.old": {"kind": "none"}})
        lab.restart()
        for recording in kept:
            self.assertEqual(self.heard(recording), VOICE[44:])
        for how, least in (("begun", 2), ("ended", 2)):
            told = lab.cluster.sql("select count(*) from audit_entry where position('store.move' in convert_from(bytes, 'UTF8')) "
                                   f"> 0 and position('\"{how}\"' in convert_from(bytes, 'UTF8')) > 0")
            self.assertGreaterEqual(int(told[0][0]), least, how)


if __name__ == "__main__":
    if not object_store.installed():
        print("skipped: Ceph is not installed; deploy/install installs it")
        sys.exit(77)
    main()
