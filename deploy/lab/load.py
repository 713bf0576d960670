"""Pushes and plays as platforms and people make them, through whatever port a lab has, and a count of what came of them.

A request is sent again where the protocol allows it, and only there: pushes (the same call under the same reference),
reading, and what carries an Idempotency-Key, when the connection broke or the answer says so (Retry-After, still-running).
"""

import http.client
import secrets
import threading
import time

from lab import calls, wav

PATIENCE = 90  # seconds: no request waits longer for a good answer
VOICES = [wav.make(wav.tone(2 + at, seed=40 + at)) for at in range(3)]


class Wrong(AssertionError):
    """An answer that none may be."""


class Load:
    """`pushing` and `playing` threads, until stop()."""

    def __init__(self, lab, pushing=2, playing=2):
        self.lab = lab
        self.sent = self.answered = self.retried = self.pushed = self.plays = 0
        self.promised = {}  # recording_ref -> (id, voice): answered with 201
        self.failed = []
        self.reasons = {}  # why something was sent again: how often
        self._stopping, self._lock, self._own = threading.Event(), threading.Lock(), threading.local()
        self._threads = [threading.Thread(target=self._live, args=(what, number), daemon=True)
                         for what, count in ((self._push, pushing), (self._play, playing)) for number in range(count)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """Lets what runs come to its end."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(PATIENCE + 30)

    def words(self):
        """The count in one line."""
        return (f"{self.sent} requests sent, {self.answered} answered, {self.retried} sent again, {len(self.failed)} failed; "
                f"{self.pushed} calls pushed, {self.plays} plays heard to their end")

    def progress(self):
        """Rises while all goes on."""
        return min(self.pushed, self.plays)

    def missing(self):
        """References that were answered with 201 and that the catalogue does not have under that id."""
        with self._lock:  # before the question: what comes meanwhile may not be in its answer
            promised = dict(self.promised)
        rows = self.lab.cluster.sql("select replace(id::text, '-', '') from recording")
        there = {row[0] for row in rows}
        return [name for name, (recording, _) in promised.items() if recording not in there]

    def ask(self, what, connection, request):
        """The answer of `request()` over `connection`, sent again for as long as the protocol allows it."""
        end = time.monotonic() + PATIENCE
        while True:
            with self._lock:
                self.sent += 1
            try:
                answer = request()
                again = answer.headers["Retry-After"] or answer.problem == "still-running"
                why = f"{answer.status} {answer.problem}" if again else ""
            except (OSError, http.client.HTTPException) as broken:
                answer, why = None, type(broken).__name__
                connection.close()  # the next request opens it anew
            if answer and not why:
                with self._lock:
                    self.answered += 1
                return answer
            if time.monotonic() > end:
                raise Wrong(f"{what}: no good answer in {PATIENCE} s: {why}")
            with self._lock:
                self.retried += 1
                self.reasons[f"{what}: {why}"] = self.reasons.get(f"{what}: {why}", 0) + 1
            time.sleep(0.2)

    def _live(self, what, number):
        while not self._stopping.is_set():
            try:
                what(number)
            except Exception as error:  # pylint: disable=broad-except  # counted, and told at the end
                with self._lock:
                    self.failed.append(f"{type(error).__name__}: {error}")
                time.sleep(0.2)

    def _line(self, certificate):
        """This thread's kept connection, as platforms and browsers have one."""
        if not hasattr(self._own, "line"):
            self._own.line = self.lab.client(certificate).connect()
        return self._own.line

    def _push(self, number):
        voice = VOICES[number % len(VOICES)]
        said = calls.metadata(channels=["mixed"])
        recorder, connection = self.lab.recorder, self._line(self.lab.pbx)
        answer = self.ask("push", connection, lambda: recorder.push(said, voice, connection=connection))
        if answer.status != 201:
            raise Wrong(f"a push was answered {answer.status} {answer.body[:300]!r}")
        with self._lock:
            self.pushed += 1
            self.promised[said["recording_ref"]] = (answer.json()["id"], voice)

    def _play(self, number):
        with self._lock:
            chosen = list(self.promised.values())[-20:]
        if not chosen:
            time.sleep(0.1)
            return
        recording, voice = chosen[number % len(chosen)]
        person = self.lab.person(f"listener-{number}", ["qa"])
        connection = self._line(self.lab.workstation)

        def ask(what, method, path, body=b"", headers=None):
            return self.ask(what, connection, lambda: person.request(method, path, body, headers, connection=connection))
        opened = ask("open a play", "POST", f"/v1/recordings/{recording}/plays", {"purpose": "quality"},
                     {"Idempotency-Key": secrets.token_hex(8)})
        if opened.status != 201:
            raise Wrong(f"a play was answered {opened.status} {opened.body[:300]!r}")
        play = opened.json()
        for first in range(0, len(voice), 20_000):
            last = min(first + 20_000, len(voice)) - 1
            part = ask("hear", "GET", play["media"], None, {"Range": f"bytes={first}-{last}"})
            if part.status != 206 or part.body != voice[first:last + 1]:
                raise Wrong(f"a range was answered {part.status}, {len(part.body)} bytes {part.body[:200]!r}")
            time.sleep(0.15)
        closed = ask("close a play", "DELETE", f"/v1/plays/{play['id']}", None)
        if closed.status != 204:
            raise Wrong(f"a play's end was answered {closed.status}")
        with self._lock:
            self.plays += 1
