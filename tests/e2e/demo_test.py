#!/usr/bin/env python3
"""deploy/demo as a newcomer uses it: started, signed in to, started again when parts died, stopped, removed; and its smoke."""

import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import unittest

from support import main_with_provider
from lab.browser import Browser
from lab.client import Client
from lab.cluster import Cluster
from lab.demo_calls import COUNT
from lab.lab import programs_folder, wait_until

DEMO = pathlib.Path(__file__).resolve().parents[2] / "deploy" / "demo"


def run(*arguments, status=0, **environment):
    """Runs deploy/demo; what it printed."""
    done = subprocess.run([str(DEMO), *arguments], env={**os.environ, "CALLVAULT_BIN": str(programs_folder()), **environment},
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                          timeout=200)
    assert done.returncode == status, f"{arguments}: exit {done.returncode}\n{done.stdout}"
    return done.stdout


def runs(pid):
    """Whether that process lives: one that nobody waited for has no command line left."""
    try:
        return bool(pathlib.Path(f"/proc/{pid}/cmdline").read_bytes())
    except OSError:
        return False


class Demo(unittest.TestCase):
    """The demo of a folder of its own. The tests go on from each other's state, in any order."""

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="callvault-demo-test-", dir="/var/tmp"))
        cls.state = cls.folder / "state"
        cls.environment = {"CALLVAULT_DEMO_STATE": str(cls.state), "CALLVAULT_DEMO_PORT": ""}
        # When we are killed, the end of its input makes this process clean up, once a start that goes on has come to its end.
        guardian = subprocess.Popen(["sh", "-c", 'read said && exit 0; sleep 15; "$0" --reset; rm -rf "$1"', str(DEMO),
                                     str(cls.folder)],
                                    stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True,
                                    env={**os.environ, **cls.environment}, start_new_session=True)
        cls.addClassCleanup(guardian.communicate, "all is cleaned up\n")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.addClassCleanup(cls.demo, "--reset")
        cls.folder.chmod(0o711)

    @classmethod
    def demo(cls, *arguments, status=0):
        """Runs it in this folder; what it printed."""
        return run(*arguments, status=status, **cls.environment)

    def setUp(self):
        self.said = self.demo()

    def facts(self):
        return json.loads((self.state / "demo.json").read_text(encoding="utf-8"))

    def people(self):
        """The printed table: name: (password, roles and teams)."""
        rows = re.findall(r"^  (\w+) +(\w+-\w+-\w+-\d\d) +[A-Z2-7]{32} +(.*)$", self.said, re.MULTILINE)
        return {name: (password, rights.split()) for name, password, rights in rows}

    def sign_in(self, login):
        """The page after signing in as somebody of the table, at the printed address, with a printed code."""
        browser = Browser(self.state / "pki" / "authority.pem")
        address = re.search(r"^  open +(https:\S+)$", self.said, re.MULTILINE).group(1)
        # The page of the address is a program for real browsers (tests/web); this one has none: it is led on as that is.
        address += "auth/sign-in?return=/v1/session"
        return browser.sign_in(address, login, self.people()[login][0], self.demo("--code", login).strip()), browser

    def kill(self, name):
        """Kills one of its processes, and waits."""
        pid = self.facts()[name]
        os.kill(pid, signal.SIGKILL)
        wait_until("its end", lambda: not runs(pid))

    def calls(self):
        return int(Cluster(self.state / "postgres").sql("select count(*) from recording")[0][0])

    def test_people_sign_in_and_find_the_calls_of_their_teams(self):
        page, browser = self.sign_in("sam")
        self.assertEqual((page.status, page.json()["roles"], page.json()["second_factor"]), (200, ["supervisor"], True))
        period = {"purpose": "quality", "from": "2020-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z", "limit": 100}
        answer = browser.fetch("POST", "/v1/searches", json=period)
        found = answer.json()["recordings"]
        self.assertEqual(len(found), COUNT)
        self.assertEqual({one["team"]["id"] for one in found}, {"support", "sales", "claims", "investments"})
        self.assertEqual({one["basis"] for one in found}, {"consent", "legitimate_interest"})
        self.assertEqual({one["direction"] for one in found}, {"inbound", "outbound"})
        self.assertEqual({one["profile"] for one in found}, {"NL", "BE+NL", "DE+NL", "FR+NL"})
        self.assertGreater(len({one["purge_date"] for one in found}), 10)
        self.assertGreater(len({one["agent"]["id"] for one in found}), 5)
        page, _ = self.sign_in("nora")
        self.assertEqual(page.status, 403)
        self.assertEqual([rights for _, (_, rights) in sorted(self.people().items())][:2],
                         [["qa", "support"], ["auditor"]])

    def test_a_second_start_changes_nothing(self):
        facts, calls, people = self.facts(), self.calls(), self.people()
        self.said = self.demo()
        self.assertIn("it runs already", self.said)
        self.assertEqual((self.facts(), self.calls(), self.people()), (facts, calls, people))

    def test_what_died_is_started_again_and_nothing_else(self):
        keys = (self.state / "provider" / "keys.json").read_bytes()
        for died, other in (("provider_pid", "pid"), ("pid", "provider_pid")):
            before, people = self.facts(), self.people()
            _, browser = self.sign_in("alice")
            self.kill(died)
            self.said = self.demo()
            after = self.facts()
            self.assertNotEqual(after[died], before[died])
            self.assertEqual({**after, died: 0}, {**before, died: 0})
            self.assertEqual(after[other], before[other])
            self.assertEqual(self.people(), people)
            self.assertEqual(browser.fetch("GET", "/v1/session").status, 200)
            self.assertEqual(self.sign_in("alice")[0].status, 200)
        self.assertEqual((self.state / "provider" / "keys.json").read_bytes(), keys)

    def test_a_stop_ends_all_and_a_start_goes_on(self):
        before, people, calls = self.facts(), self.people(), self.calls()
        self.assertIn("stopped", self.demo("--stop"))
        for name in ("pid", "provider_pid"):
            self.assertFalse(runs(before[name]), name)
        self.assertFalse(Cluster(self.state / "postgres").running())
        self.assertIn("it was not running", self.demo("--stop"))
        self.said = self.demo()
        self.assertEqual((self.people(), self.calls()), (people, calls))
        self.assertEqual(self.sign_in("bob")[0].json()["teams"], ["sales", "claims"])

    def test_a_busy_port_is_named(self):
        for name in ("port", "provider_port"):
            self.demo("--stop")
            with socket.create_server(("127.0.0.1", self.facts()[name])) as other:
                said = self.demo(status=1)
                self.assertIn(f"another program listens on port {other.getsockname()[1]}", said)
                self.assertNotIn("Traceback", said)

    def test_a_reset_leaves_nothing_and_the_next_start_is_new(self):
        before, people = self.facts(), self.people()
        self.demo("--reset")
        self.assertFalse(self.state.exists())
        for name in ("pid", "provider_pid"):
            self.assertFalse(runs(before[name]), name)
        self.demo("--code", "alice", status=2)
        with socket.create_server(("127.0.0.1", 0)) as other:  # and takes the port that is asked for, or none
            port = other.getsockname()[1]
            self.environment["CALLVAULT_DEMO_PORT"] = str(port)
            self.addCleanup(self.environment.update, CALLVAULT_DEMO_PORT="")
            self.assertIn(f"port {port}", self.demo(status=1))
        self.said = self.demo()
        self.assertIn(f"https://127.0.0.1:{port}/", self.said)
        self.assertNotEqual(self.people(), people)

    def test_nobody_changes_its_provider_by_a_hook(self):
        provider = Client(self.facts()["provider_port"], self.state / "pki" / "authority.pem")
        self.assertEqual(provider.get("/.well-known/openid-configuration").status, 200)
        for path in ("/__admin/users", "/__admin/clients", "/__admin/rotate"):
            self.assertEqual(provider.get(path).status, 404)

    def test_its_log_and_that_of_the_provider_name_nobody(self):
        self.sign_in("alice")
        for file in ("gateway.log", "provider/provider.log"):
            text = (self.state / file).read_text(encoding="utf-8", errors="replace").lower()
            for name in ("alice", "achterberg", "quispel", "+3120765", "klant-"):
                self.assertNotIn(name, text, file)


class Smoke(unittest.TestCase):
    def test_it_passes(self):
        self.assertIn("steps passed", run("--smoke"))


if __name__ == "__main__":
    main_with_provider()
