"""What the end-to-end tests share: one lab for each class, and words for what is expected."""

import concurrent.futures
import pathlib
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "deploy"))

from lab.lab import Lab, programs_folder, wait_until  # noqa: E402
from lab.provider import ProviderUnavailable, packages_folder  # noqa: E402


def has_crash_points():
    """Whether this build has crash points: the name of the variable is in the program."""
    return b"CALLVAULT_CRASH_AT" in (programs_folder() / "callvault").read_bytes()


class Traffic:
    """Pushes (test.push) and plays (test.heard, which must give `expected`) until it is stopped; every answer must be good."""

    def __init__(self, test, known, expected):
        self.test, self.known, self.expected, self.pushed, self.heard = test, known, expected, [], 0
        self._stop = threading.Event()
        self._pool = concurrent.futures.ThreadPoolExecutor(2)
        self._running = [self._pool.submit(self._push), self._pool.submit(self._play)]

    def _push(self):
        while not self._stop.is_set():
            self.pushed.append(self.test.push())
            time.sleep(0.05)

    def _play(self):
        while not self._stop.is_set():
            for recording in list(self.known):
                if self._stop.is_set():
                    break
                self.test.assertEqual(self.test.heard(recording), self.expected, "what is heard")
                self.heard += 1

    def stop(self):
        """The calls that were pushed; raises what went wrong."""
        self._stop.set()
        for one in self._running:
            one.result(60)
        return self.pushed


class LabTest(unittest.TestCase):
    """A test with a running callvault in `self.lab`: one for the class, ended whatever happens."""

    settings = {}
    environment = {}
    zone = None

    @classmethod
    def setUpClass(cls):
        cls.lab = Lab(settings=cls.settings, environment=cls.environment, zone=cls.zone)
        cls.addClassCleanup(cls.lab.close)
        cls.lab.start()

    def run(self, result=None):
        before = len(result.failures) + len(result.errors) if result else 0
        out = super().run(result)
        if result and len(result.failures) + len(result.errors) > before:
            print(f"--- the gateway's log ends with\n{self.lab.gateway.tail(3000)}---", file=sys.stderr)
        return out

    def expect(self, answer, status, problem=None):
        """The answer, if it has this status and problem type; a problem must have the shape that the API promises."""
        self.assertEqual((answer.status, problem or answer.problem), (status, answer.problem), answer.body[:600])
        if answer.status >= 400 and answer.body:
            said = answer.json()
            self.assertEqual(said["status"], answer.status)
            self.assertRegex(said["type"], "^urn:callvault:problem:[a-z0-9-]+$")
            self.assertRegex(said["request_id"], "^[0-9a-f]{32}$")
            self.assertTrue(said["title"])
            for inside in ("postgres", "libpq", "SELECT", "openssl", "/tmp/", ".cpp", "std::", "errno"):
                self.assertNotIn(inside, answer.body.decode(), "something internal leaks")
        return answer

    def take_over(self):
        """A gateway that writes to another store or vault waits until the one before has ended: they share log and ledger, and
        use each other's keys. Returns what was pushed meanwhile."""
        old = self.lab.gateway.process
        self.lab.gateway.spawn(**self.lab.environment)
        wait_until("the new gateway to wait", lambda: "gateways with another [objects] or [vault]" in self.lab.gateway.tail(20_000))
        self.assertIsNone(old.poll())
        pushed = self.push()
        old.terminate()
        self.assertEqual(old.wait(60), 0)
        self.lab.gateway.wait_ready()
        return pushed

    def certificate_of(self, recording, reader):
        """The certificate, once the log's next checkpoint has it."""
        return wait_until("the certificate", lambda: (
            (got := reader.get(f"/v1/recordings/{recording}/certificate")).status == 200 and got), 60).body

    def pushed(self, metadata, audio, **how):
        """The receipt of a push that is accepted."""
        return self.expect(self.lab.recorder.push(metadata, audio, **how), 201).json()

    def play(self, listener, recording, purpose="quality", **more):
        """An open play."""
        return self.expect(listener.post(f"/v1/recordings/{recording}/plays", {"purpose": purpose, **more}), 201).json()

    def recordings_in_catalogue(self):
        """How many rows there are."""
        return int(self.lab.cluster.sql("select count(*) from recording")[0][0])

    def objects(self):
        """Every file of the object store below recordings/."""
        folder = self.lab.folder / "objects" / "recordings"
        return sorted(path for path in folder.rglob("*") if path.is_file()) if folder.exists() else []

    def object_of(self, recording, rendition="original"):
        """The file of a recording's rendition."""
        ((name,),) = self.lab.cluster.sql("select name from sealed_object where rendition = "
                                          f"'{rendition}' and recording_id = '{recording}'")
        return self.lab.folder / "objects" / name

    def all_measured(self):
        """Waits until every call that was pushed has its outline (or no chance of one)."""
        wait_until("the measuring of calls", lambda: self.lab.cluster.sql(
            "select count(*) from job where kind in ('measure', 'prepare') and state <> 'dead'")[0][0] == "0")

    def assert_nothing_stored(self, do):
        """Runs `do`; afterwards there are as many rows and objects as before."""
        self.all_measured()
        before = (self.recordings_in_catalogue(), self.objects())
        out = do()
        self.assertEqual((self.recordings_in_catalogue(), self.objects()), before)
        return out


def main_with_provider():
    """As main(), for tests that need the OpenID provider: skipped (77) where its packages cannot be had."""
    try:
        packages_folder()
    except ProviderUnavailable as missing:
        print(f"skipped: {missing}")
        sys.exit(77)
    main()


main = unittest.main
