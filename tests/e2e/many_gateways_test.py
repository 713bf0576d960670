#!/usr/bin/env python3
"""Several gateways on one database, store and vault: plays, purge and log are shared; restarts, a paused sequencer, a gateway
that is cut off, and a database that fails over. Skipped (77) without HAProxy."""

import os
import signal
import sys
import threading
import time

from support import LabTest, main
from lab import balancer, calls, cluster_smoke, smoke, wav
from lab.lab import wait_until
from lab.load import Load
from lab.many_gateways import ManyGateways
from lab.wire import Wire

# A sequencer leads for 5 s at a time: whoever sleeps for longer is a stranger when it wakes.
PAUSE = float(os.environ.get("CALLVAULT_PAUSE", "8"))
VOICE = wav.make(wav.tone(60, seed=90))
SESSION = "s" * 32  # alice's, at whatever gateway


class ManyTest(LabTest):
    """A test with several gateways in `self.lab`."""

    count, standby = 3, False

    @classmethod
    def setUpClass(cls):
        cls.lab = ManyGateways(cls.count, standby=cls.standby, settings=cls.settings)
        cls.addClassCleanup(cls.lab.close)
        cls.lab.start()

    def alice(self, number):
        return self.lab.at(number).person("alice", ["qa"], session=SESSION)

    def push(self, said=None, voice=VOICE, **how):
        return self.pushed(said or calls.metadata(channels=["mixed"]), voice, **how)["id"]

    def holder(self, role):
        """The process that leads."""
        return self.lab.cluster.sql(f"select holder from leadership where role = '{role}'")

    def assert_one_log(self):
        """The log in the store is whole, and nobody found it broken."""
        newest = self.lab.cluster.sql("select max(id) from audit_entry")[0][0]  # more come while calls are measured
        wait_until("the log's end", lambda: self.lab.cluster.sql(
            f"select not exists (select from audit_entry, tree_head where id <= {newest} and (idx is null or "
            "idx >= published_size))") == [["t"]])
        key = self.lab.folder / "log.pub"
        key.write_text(self.lab.log_public_key(), encoding="utf-8")
        self.lab.verify("log", self.lab.folder / "objects", "--key", key)
        for gateway in self.lab.gateways:
            self.assertNotIn("audit.corrupt", gateway.log.read_text(encoding="utf-8", errors="replace"))


class Shared(ManyTest):
    settings = {"deployment": {"retention_months": calls.months_due_today()}}

    def test_a_play_is_heard_everywhere_and_what_all_served_counts(self):
        play = self.play(self.alice(0), self.push())
        first, second = (self.expect(self.alice(number).get(play["media"], {"Range": f"bytes={at}-{at + 49_999}"}), 206)
                         for number, at in ((0, 0), (1, 400_000)))
        self.assertEqual(first.body + second.body, VOICE[:50_000] + VOICE[400_000:450_000])
        # The pace counts what all served, once they have renewed.
        wait_until("what the other served", lambda: [self.expect(self.alice(number).get(f"/v1/plays/{play['id']}"), 200)
                                                     .json()["served_bytes"] for number in (0, 1)] == [100_000, 100_000], 15)
        self.expect(self.alice(2).request("DELETE", f"/v1/plays/{play['id']}"), 204)
        cluster_smoke.assert_closed(self.lab, play, 100_000)
        for number in range(3):
            self.expect(self.alice(number).get(play["media"]), 410)

    def test_a_play_is_nobody_elses_at_any_gateway(self):
        play = self.play(self.alice(0), self.push())
        for number in (1, 2):
            for other in (self.lab.at(number).person("bob", ["qa"]), self.lab.at(number).person("alice", ["qa"], session="t" * 32)):
                self.expect(other.get(play["media"], {"Range": "bytes=0-9"}), 404)
        fewer = self.lab.at(1).person("alice", ["qa"], ["sales"], session=SESSION)
        self.expect(fewer.get(play["media"], {"Range": "bytes=0-9"}), 410)
        self.expect(self.alice(2).get(play["media"], {"Range": "bytes=0-9"}), 206)

    def test_a_logout_at_one_gateway_ends_the_play_at_the_others(self):
        session = "l" * 32
        people = [self.lab.at(number).person("alice", ["qa"], session=session) for number in range(2)]
        play = self.play(people[0], self.push())
        for one in people:
            self.expect(one.get(play["media"], {"Range": "bytes=0-9"}), 206)
        self.expect(people[0].request("DELETE", "/v1/session"), 204)
        wait_until("the end at the other", lambda: people[1].get(play["media"], {"Range": "bytes=0-9"}).status in (401, 410), 15)

    def test_two_gateways_that_are_asked_run_one_purge(self):
        due = [self.push(self.lab.due_today(channels=["mixed"]), wav.make(wav.tone(1, seed=at))) for at in range(4)]
        officers = [self.lab.at(number).person(name, ["privacy_officer"]) for number, name in ((0, "olivia"), (1, "otto"))]
        runs = []
        asking = [threading.Thread(target=lambda who=one: runs.append(smoke.purge_now(who))) for one in officers]
        for one in asking:
            one.start()
        for one in asking:
            one.join()
        self.assertEqual({run["state"] for run in runs}, {"done"}, runs)
        by_id = {run["id"]: run["purged"] for run in runs}
        self.assertEqual(sum(by_id.values()), len(due), runs)
        self.assertEqual(self.lab.cluster.sql("select sum(size) from purge_batch where ground = 'retention'"), [["4"]])
        destroyed = self.lab.cluster.sql(
            "select count(*) from audit_entry e, day_key k where k.purge_date = '" + self.lab.today().isoformat() +
            "' and convert_from(e.bytes, 'UTF8') like '%\"key.destroy%' and position(replace(k.key_id::text, '-', '') in "
            "convert_from(e.bytes, 'UTF8')) > 0")
        self.assertEqual(destroyed, [["1"]])
        for one in due:
            self.assertFalse(smoke.traces(self.lab, one))
        self.assert_one_log()

    def test_a_sequencer_that_sleeps_and_wakes_forks_nothing(self):
        leaders = set()
        with Load(self.lab, pushing=2, playing=1) as load:
            cluster_smoke.goes_on(load, "the first requests")
            for gateway in self.lab.gateways:  # one of them leads
                leaders.update(name for name, in self.holder("sequencer"))
                gateway.process.send_signal(signal.SIGSTOP)
                time.sleep(PAUSE)
                gateway.process.send_signal(signal.SIGCONT)
                wait_until("it is ready", gateway.ready, 30)
                self.lab.all_up()
                cluster_smoke.goes_on(load, "requests after the pause")
            leaders.update(name for name, in self.holder("sequencer"))
            load.stop()
            self.assertEqual(load.failed, [])
            self.assertFalse(load.missing())
        self.assertGreater(len(leaders), 1, "nobody took over: nothing was tried")
        self.assert_one_log()


class CutOff(ManyTest):
    """One gateway loses the database, the other does not."""

    count = 2
    settings = {"play": {"pace_ahead": "10 s", "pace_rate": 1}, "database": {"timeout": "2 s"},
                "limits": {"request_time": "3 s"}}

    def test_it_sends_nothing_after_fifteen_seconds_and_the_play_goes_on_elsewhere(self):
        wire = Wire(self.lab.folder / "wire", self.lab.cluster.sockets)
        self.addCleanup(wire.close)
        lonely = self.lab.gateways[1]
        text = lonely.configuration.read_text(encoding="utf-8")
        lonely.configuration.write_text(text.replace(f"host={self.lab.cluster.sockets}", f"host={wire.folder}"), encoding="utf-8")
        lonely.stop(60)
        lonely.start()
        play = self.play(self.alice(1), self.push())
        listener = self.alice(1)
        connection = listener.connect()
        self.addCleanup(connection.close)
        connection.request("GET", play["media"], headers={"Authorization": f"Bearer {listener.token}"})
        answer, heard = connection.getresponse(), 0
        self.assertEqual(answer.status, 200)
        wire.cut()
        cut = last = time.monotonic()
        try:
            while piece := answer.read1(4096):
                heard, last = heard + len(piece), time.monotonic()
        except OSError:  # reset: what we want
            pass
        self.assertLess(heard, len(VOICE))
        self.assertGreater(last - cut, 5, "the lease was not used: nothing was tried")
        self.assertLess(last - cut, 15.5)
        refused = self.expect(listener.get(play["media"], {"Range": "bytes=0-9"}), 503)
        self.assertTrue(refused.headers["Retry-After"])
        self.assertEqual(self.expect(self.alice(0).get(play["media"], {"Range": "bytes=0-9"}), 206).body, VOICE[:10])
        wire.mend()
        wait_until("the play there again", lambda: listener.get(play["media"], {"Range": "bytes=0-9"}).status == 206, 20)


class WithStandby(ManyTest):
    standby = True
    settings = {"database": {"timeout": "3 s"}, "limits": {"request_time": "5 s"}}

    def test_a_rolling_restart_under_load_fails_no_request_and_cuts_none(self):
        recording = self.push()
        with Load(self.lab) as load:
            cluster_smoke.goes_on(load, "the first requests")
            play = self.play(self.alice(0), recording)
            self.expect(self.alice(0).get(play["media"], {"Range": "bytes=0-999"}), 206)
            for gateway in self.lab.gateways:
                slow = cluster_smoke.Slow(self.lab, recording, VOICE, channels=["mixed"])
                gateway.stop(60)
                part = self.expect(self.lab.person("alice", ["qa"], session=SESSION).get(play["media"], {"Range": "bytes=1000-1999"}), 206)
                self.assertEqual(part.body, VOICE[1000:2000])
                gateway.start()
                self.lab.all_up()
                slow.end()
            load.stop()
        self.assertEqual((load.failed, load.reasons), ([], {}))
        self.assertFalse(load.missing())
        self.expect(self.alice(1).request("DELETE", f"/v1/plays/{play['id']}"), 204)
        cluster_smoke.assert_closed(self.lab, play, 2000)

    def test_a_promoted_standby_has_every_promised_recording(self):
        self.assertRegex(self.doctor(), r"commits wait for one of 1")
        with Load(self.lab, pushing=4, playing=1) as load:
            cluster_smoke.goes_on(load, "the first requests", 10)
            for _ in range(2):
                self.lab.fail_over(behind=2)
                self.assertRegex(self.doctor(), "no standby is connected")
                cluster_smoke.goes_on(load, "requests after the failover", 10)
                self.assertEqual(load.missing(), [])
                self.lab.follow()
                cluster_smoke.goes_on(load, "requests with a standby again", 5)
            load.stop()
        print(load.words())
        self.assertEqual(load.failed, [])
        cluster_smoke.assert_nothing_lost(self.lab, load)
        self.assert_one_log()

    def test_the_doctor_finds_commits_that_wait_for_nobody(self):
        self.lab.cluster.commit_on_both(False)
        try:
            self.assertRegex(self.doctor(), "commits do not wait for the standby")
        finally:
            self.lab.cluster.commit_on_both(True)

    def doctor(self):
        return self.lab.callvault("doctor", check=False).stdout


if __name__ == "__main__":
    if not balancer.installed():
        print("skipped: HAProxy is not installed; deploy/install installs it")
        sys.exit(77)
    main()
