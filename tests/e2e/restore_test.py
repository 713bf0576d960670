#!/usr/bin/env python3
"""Database, vault or both are restored to yesterday: nothing that was purged or erased since comes back, no destroyed key
stays, holds and restrictions stand as they did (rule 36)."""

import json
import subprocess
import unittest

from support import has_crash_points, main
from lab import calls, smoke, wav
from lab.lab import Lab, wait_until

VOICE = wav.make(wav.tone(2, seed=91))


def copy(source, target):
    """A folder with all that belongs to its files; what stood at `target` goes."""
    subprocess.run(["rm", "-rf", str(target)], check=True)
    subprocess.run(["cp", "-a", str(source), str(target)], check=True)


class Restore(unittest.TestCase):
    def setUp(self):
        self.lab = Lab(settings={"deployment": {"retention_months": calls.months_due_today()}})
        self.addCleanup(self.lab.close)
        self.lab.start()
        self.olivia = self.lab.person("olivia", ["privacy_officer"])
        self.peter = self.lab.person("peter", ["privacy_officer"])
        self.said, self.ids = {}, {}
        for name in ("due", "erased", "held", "released", "restricted", "lifted", "ordinary"):
            self.push(name, self.lab.due_today(channels=["mixed"]) if name == "due" else None)
        self.restriction = self.restrict("lifted")
        self.other = self.restrict("lifted")
        self.release = self.hold("released")
        self.key = self.lab.cluster.sql(
            f"select replace(key_id::text, '-', '') from day_key where purge_date = '{self.lab.today()}'")[0][0]

    def push(self, name, said=None):
        self.said[name] = said or calls.metadata(channels=["mixed"])
        self.ids[name] = smoke.expect(self.lab.recorder.push(self.said[name], VOICE), 201).json()["id"]

    # -- acts ---------------------------------------------------------------------------------------------------------

    def restrict(self, name):
        path = f"/v1/recordings/{self.ids[name]}/restrictions"
        return smoke.expect(self.olivia.post(path, {"ground": "accuracy", "case": "case-1"}), 201).json()["id"]

    def hold(self, name):
        asked = {"recordings": [self.ids[name]], "matter": "matter-1", "owner": "Legal", "review_on": self.lab.day(60).isoformat()}
        return smoke.expect(self.olivia.post("/v1/holds", asked), 201).json()["id"]

    def by_two(self, path, asked):
        proposal = smoke.expect(self.olivia.post(path, asked), 202).json()["id"]
        smoke.expect(self.peter.post(f"/v1/proposals/{proposal}/approval"), 200)

    def a_day_passes(self):
        """What happens after the backup."""
        self.hold("held")
        self.by_two(f"/v1/holds/{self.release}/release", {"case": "case-2"})
        self.restrict("restricted")
        path = f"/v1/recordings/{self.ids['lifted']}/restrictions/{self.restriction}?notice=letter-1"
        smoke.expect(self.olivia.request("DELETE", path), 204)
        self.by_two("/v1/erasures", {"recordings": [self.ids["erased"]], "ground": "unlawful", "case": "case-3"})
        wait_until("the erasure", lambda: not smoke.traces(self.lab, self.ids["erased"]), 30)
        self.push("came and went")
        self.by_two("/v1/erasures", {"recordings": [self.ids["came and went"]], "ground": "unlawful", "case": "case-4"})
        wait_until("the erasure", lambda: not smoke.traces(self.lab, self.ids["came and went"]), 30)
        self.assertEqual(smoke.purge_now(self.olivia)["state"], "done")
        self.certificate()

    def certificate(self):
        auditor = self.lab.person("ann", ["auditor"], [])
        return wait_until("the certificate", lambda: (lambda a: a if a.status == 200 else None)(
            auditor.get(f"/v1/recordings/{self.ids['due']}/certificate"))).body

    # -- backups ------------------------------------------------------------------------------------------------------

    def parts(self, names):
        folders = {"database": self.lab.cluster.data, "vault": self.lab.folder / "vault"}
        return [(folders[name], folders[name].with_name(f"{name}-of-yesterday")) for name in names]

    def stopped(self, do):
        """Runs `do` while nothing runs."""
        self.lab.gateway.stop()
        self.lab.cluster.stop()
        do()
        self.lab.cluster.start()

    def restore(self, *names, killed_at=()):
        self.stopped(lambda: [copy(live, kept) for live, kept in self.parts(("database", "vault"))])
        self.lab.gateway.start()
        self.a_day_passes()
        self.stopped(lambda: [copy(kept, live) for live, kept in self.parts(names)])
        if "database" in names:
            self.lab.gateway.spawn()
            self.assertNotEqual(self.lab.gateway.wait_dead(60), 0, "a database that lacks entries opens nothing")
            self.lab.callvault("audit", "recover")
        for point in killed_at if has_crash_points() else ():
            self.lab.gateway.spawn(CALLVAULT_CRASH_AT=point)
            self.assertEqual(self.lab.gateway.wait_dead(60), -9, point)
        self.lab.gateway.start()

    # -- what must hold -----------------------------------------------------------------------------------------------

    def count(self, column, name):
        return self.lab.cluster.sql(f"select {column} from recording where id = '{self.ids[name]}'")[0][0]

    def replayed(self):
        """The counts of the newest start, as the log line and the audit entry have them."""
        lines = [json.loads(line) for line in self.lab.log.read_text(errors="replace").splitlines() if '"ledger.replayed"' in line]
        return lines[-1]

    def check(self):
        lab = self.lab
        alice = lab.person("alice", ["qa"])
        for name in ("due", "erased", "came and went"):
            self.assertEqual(smoke.traces(lab, self.ids[name]), {}, name)
            self.assertIn(alice.post(f"/v1/recordings/{self.ids[name]}/plays", {"purpose": "quality"}).status, (404, 410))
            smoke.expect(lab.recorder.push(self.said[name], VOICE), 410)
        self.assertEqual([path for path in (lab.folder / "vault").rglob("*") if self.key in path.name and path.parent.name != "destroyed"], [],
                         "the destroyed key is in the vault")
        self.assertEqual([self.count("holds", name) for name in ("held", "released", "ordinary")], ["1", "0", "0"])
        self.assertEqual([self.count("restrictions", name) for name in ("restricted", "lifted", "ordinary")], ["1", "1", "0"])
        open_ones = lab.cluster.sql(f"select replace(id::text, '-', '') from restriction where recording_id = '{self.ids['lifted']}' "
                                    "and lifted_at is null")
        self.assertEqual(open_ones, [[self.other]], "the very restriction that was lifted is lifted")
        smoke.expect(alice.post(f"/v1/recordings/{self.ids['restricted']}/plays", {"purpose": "quality"}), 403)
        self.assertEqual(wav.samples(smoke.fetch_all(alice, self.ids["ordinary"])), wav.samples(VOICE))
        smoke.verify_offline(lab, self.certificate())

    def entries(self):
        auditor = self.lab.person("ann", ["auditor"], [])
        wait_until("numbers for all entries", lambda: self.lab.cluster.sql("select count(*) from audit_entry where idx is null") == [["0"]])
        out, at = [], 0
        while page := smoke.expect(auditor.get(f"/v1/audit/entries?from={at}&limit=1000"), 200).json()["entries"]:
            out += [one["entry"] for one in page]
            at += len(page)
        return [json.loads(one) if isinstance(one, str) else one for one in out]

    def test_the_database(self):
        self.restore("database")
        self.check()
        counts = self.replayed()
        self.assertEqual([counts[name] for name in ("holds_set", "holds_lifted", "restrictions_set", "restrictions_lifted")],
                         [1, 1, 1, 1])
        self.assertEqual((counts["erased"], counts["purged"], counts["forbidden"], counts["refused"], counts["keys_missing"]),
                         (1, 2, 1, 0, 0))
        told = [entry for entry in self.entries() if entry["action"] == "ledger.replay" and entry["detail"]["applied"] > 0]
        self.assertEqual([entry["detail"]["holds_set"] for entry in told], [1])
        self.lab.restart()
        self.check()
        self.assertEqual(self.replayed()["applied"], 0, "once is enough")

    def test_the_vault(self):
        self.restore("vault")
        self.check()
        self.assertGreaterEqual(self.replayed()["keys_destroyed"], 1)

    def test_both_and_killed_between_the_steps(self):
        self.restore("database", "vault", killed_at=("replay.right", "replay.rights", "replay.key_closed", "replay.key_destroyed", "replay.purged"))
        self.check()
        self.assertEqual(self.replayed()["lost"], 0)

    def test_both(self):
        self.restore("database", "vault")
        self.check()
        counts = self.replayed()
        self.assertEqual((counts["erased"], counts["lost"], counts["refused"]), (1, 0, 0))
        self.assertGreaterEqual(counts["keys_destroyed"], 1)

    def test_neither(self):
        self.restore()
        self.check()
        self.assertEqual(self.replayed()["applied"], 0)


if __name__ == "__main__":
    main()
