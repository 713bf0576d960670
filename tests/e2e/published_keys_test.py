#!/usr/bin/env python3
"""An issuer that publishes its keys: found, followed when they change, and outlived while it is down."""

import tempfile
import time

from support import LabTest, main
from lab import calls, issuer, wav
from lab.issuer import Issuer
from lab.lab import Lab, wait_until
from lab.publisher import Publisher

VOICE = wav.make(wav.tone(1, seed=60))


class PublishedKeys(LabTest):
    @classmethod
    def setUpClass(cls):
        cls.lab = Lab()
        cls.addClassCleanup(cls.lab.close)
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.first, cls.second, cls.unknown = (Issuer(folder, kid=kid) for kid in ("first", "second", "unknown"))
        cls.publisher = Publisher(cls.lab.server, [cls.first.jwk()])
        cls.addClassCleanup(cls.publisher.close)
        cls.lab.settings = {"issuer": [
            {"url": issuer.NAME, "audience": issuer.AUDIENCE, "keys": str(cls.lab.issuer.key_set), "acr": [issuer.MFA]},
            {"url": cls.publisher.url, "audience": issuer.AUDIENCE, "acr": [issuer.MFA],
             "authorities": str(cls.lab.authority.own.certificate)}]}
        cls.publisher.status = 503  # the gateway starts all the same
        cls.lab.start()
        cls.recording = cls.lab.recorder.push(calls.metadata(channels=["mixed"]), VOICE).json()["id"]

    def alice(self, signer):
        return self.lab.client(self.lab.workstation, signer.token("alice", ["qa"], ["support"], self.lab.workstation,
                                                                  iss=self.publisher.url))

    def looks_with(self, signer):
        return self.alice(signer).get(f"/v1/recordings/{self.recording}?purpose=quality")

    def until(self, status, signer, seconds=40):
        """The first answer of that status: a source is not asked oftener than every ten seconds."""
        end = time.monotonic() + seconds
        while True:
            answer = self.looks_with(signer)
            if answer.status == status or time.monotonic() > end:
                return self.expect(answer, status)
            self.looks_with(self.unknown)  # makes the gateway look
            time.sleep(0.5)

    def test_keys_are_found_followed_and_outlived(self):
        self.expect(self.looks_with(self.first), 503, "key-set-unavailable")
        bob = self.lab.person("bob", ["qa"])  # of the other issuer
        self.expect(bob.get(f"/v1/recordings/{self.recording}?purpose=quality"), 200)

        self.publisher.status = 200
        self.until(200, self.first)
        self.expect(self.looks_with(self.second), 401, "token-key")

        self.publisher.keys = [self.first.jwk(), self.second.jwk()]
        self.until(200, self.second)
        play = self.play(self.alice(self.second), self.recording)
        self.publisher.status = 503
        self.expect(self.looks_with(self.first), 200)

        # Taken back: what it signed counts no more, and every running play ends.
        self.publisher.status, self.publisher.keys = 200, [self.first.jwk()]
        self.until(401, self.second)
        wait_until("the end of the play", lambda: self.lab.cluster.sql(
            f"select coalesce(close_reason, 'open') from play where id = '{play['id']}'")[0][0] == "revoked")


if __name__ == "__main__":
    main()
