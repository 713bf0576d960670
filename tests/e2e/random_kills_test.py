#!/usr/bin/env python3
"""kill -9 at random moments under load, a hundred times (CALLVAULT_KILLS): every 201 plays, no reference is stored twice,
nothing purged returns, log and certificates verify."""

import os
import random
import threading
import time

from support import LabTest, main
from lab import calls, smoke, wav
from lab.lab import wait_until

VOICES = [wav.make(wav.tone(1 + at, seed=100 + at)) for at in range(4)]


class Load:
    """Pushes, repeats and plays until told to stop; remembers what was promised."""

    def __init__(self, lab, seed):
        self.lab, self.chance = lab, random.Random(seed)
        self.promised = {}  # recording_ref -> (receipt, metadata, voice)
        self.wrong = []
        self.stopping = threading.Event()
        self.lock = threading.Lock()

    def work(self):
        """One thread's life."""
        while not self.stopping.is_set():
            voice = self.chance.choice(VOICES)
            said = calls.metadata(channels=["mixed"])
            if self.chance.random() < 0.2:
                said = self.lab.due_today(channels=["mixed"])
            try:
                for _ in range(self.chance.choice((1, 1, 2))):
                    self.note(said, voice, self.lab.recorder.push(said, voice, chunked=self.chance.random() < 0.5))
            except Exception:  # the server died or is not back yet
                self.stopping.wait(0.05)

    def note(self, said, voice, answer):
        """What the answer obliges to."""
        with self.lock:
            if answer.status == 201:
                before = self.promised.setdefault(said["recording_ref"], (answer.json(), said, voice))
                if before[0] != answer.json():
                    self.wrong.append((before[0], answer.json()))
            elif answer.status not in (503, 504, 410):
                self.wrong.append((said["recording_ref"], answer.status, answer.body[:300]))


class RandomKills(LabTest):
    settings = {"deployment": {"retention_months": calls.months_due_today()}}

    def test_a_hundred(self):
        kills = int(os.environ.get("CALLVAULT_KILLS", "100"))
        seed = int(os.environ.get("CALLVAULT_SEED", str(int(time.time()))))
        print(f"CALLVAULT_SEED={seed}")
        chance = random.Random(seed)
        load = Load(self.lab, seed)
        threads = [threading.Thread(target=load.work, daemon=True) for _ in range(4)]
        for one in threads:
            one.start()
        try:
            for _ in range(kills):
                time.sleep(chance.random() * 0.5)
                self.lab.gateway.kill()
                self.lab.gateway.start()
        finally:
            load.stopping.set()
            for one in threads:
                one.join(60)
        self.assertEqual(load.wrong, [])
        self.assertGreater(len(load.promised), kills // 4)
        self.check(load)

    def check(self, load):
        """After the last start."""
        alice, officer = self.lab.person("alice", ["qa"]), self.lab.person("olivia", ["privacy_officer"])
        today = self.lab.today().isoformat()
        due = {name: one for name, one in load.promised.items() if one[0]["purge_date"] == today}
        for name, (receipt, said, voice) in load.promised.items():
            self.assertEqual(self.pushed(said, voice), receipt)
            if name not in due:
                self.assertEqual(wav.samples(smoke.fetch_all(alice, receipt["id"])), wav.samples(voice))
        self.assertEqual(self.lab.cluster.sql("select count(*) from recording r left join sealed_object o on o.recording_id "
                                              "= r.id left join secret s on s.recording_id = r.id where o.name is null or "
                                              "s.sealed is null"), [["0"]])
        run = smoke.purge_past_the_brake(officer, self.lab.person("peter", ["privacy_officer"]), 120)
        self.assertEqual(run["state"], "done", run)
        for receipt, said, voice in due.values():
            self.assertFalse(smoke.traces(self.lab, receipt["id"]))
            self.expect(self.lab.recorder.push(said, voice), 410, "gone")
        if due:
            receipt = next(iter(due.values()))[0]
            auditor = self.lab.person("ann", ["auditor"], [])
            certificate = wait_until("the certificate", lambda: (lambda a: a if a.status == 200 else None)(
                auditor.get(f"/v1/recordings/{receipt['id']}/certificate")))
            smoke.verify_offline(self.lab, certificate.body)


if __name__ == "__main__":
    main()
