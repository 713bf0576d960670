#!/usr/bin/env python3
"""The audit log for outsiders: over HTTPS, read by two readers that share no code, and kept honest by witnesses."""

import base64
import hashlib
import json
import re
import shutil
import subprocess
import time

from support import LabTest, has_crash_points, main
from lab import calls, wav
from lab.lab import Lab, wait_until
from lab.witness import Witness

VOICE = wav.make(wav.tone(1, seed=41))


def checkpoint_of(note):
    """(origin, size, root, text, lines) of a checkpoint."""
    text, lines = note.split("\n\n", 1)
    origin, size, root = text.split("\n")
    return origin, int(size), base64.b64decode(root), text + "\n", lines.splitlines()


def tree_root(leaves):
    """RFC 6962, word for word."""
    if len(leaves) == 1:
        return leaves[0]
    left = 1
    while left * 2 < len(leaves):
        left *= 2
    return hashlib.sha256(b"\x01" + tree_root(leaves[:left]) + tree_root(leaves[left:])).digest()


def tile_path(kind, index, width):
    """As c2sp.org/tlog-tiles has it."""
    digits = f"{index:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[i:i + 3] for i in range(0, len(digits), 3)]
    return f"/log/tile/{kind}/" + "/".join(["x" + part for part in parts[:-1]] + parts[-1:]) + ("" if width == 256 else f".p/{width}")


class AuditLogForOutsiders(LabTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.auditor = cls.lab.person("ada", ["auditor"])
        cls.token = cls.lab.folder / "auditor-token"
        cls.token.write_text(cls.auditor.token + "\n", encoding="ascii")
        cls.key = cls.lab.folder / "log.pub"
        cls.key.write_text(cls.lab.log_public_key(), encoding="ascii")

    def tearDown(self):
        for witness in getattr(self, "witnesses", []):
            witness.stop()

    def push(self, count=1):
        for _ in range(count):
            self.pushed(calls.metadata(channels=["mixed"]), VOICE)

    def checked(self, *arguments, keys=(), by=None, code=0):
        """What callvault-verify says of the log at its address, as JSON."""
        told = [argument for key in keys for argument in ("--key", key)]
        who = ("--token-file", by or self.token, "--certificate", self.lab.workstation.certificate, "--certificate-key",
               self.lab.workstation.key)
        answer = self.lab.verify(*arguments, "--key", self.key, *told, "--authorities", self.lab.authority.own.certificate,
                                 *who, "--json", check=False)
        self.assertEqual(answer.returncode, code, answer.stdout)
        return json.loads(answer.stdout) if code < 2 else answer.stdout

    @property
    def address(self):
        return self.lab.url + "/log"

    def test_an_auditor_reads_and_verifies_it_over_https_and_nobody_else_does(self):
        self.push(3)
        wait_until("the checkpoint", lambda: self.published() > 3)
        report = self.checked("log", self.address)
        self.assertEqual(report["findings"], [])
        self.assertGreater(int(report["facts"]["size"]), 3)
        self.checked("entry", self.address, "0")
        qa = self.lab.folder / "qa-token"
        qa.write_text(self.lab.person("quirine", ["qa"]).token, encoding="ascii")
        self.assertIn("auditor", self.checked("log", self.address, by=qa, code=3))
        for path in ("/log/checkpoint", "/log/tile/0/000.p/1", "/log/tile/entries/000.p/1"):
            self.expect(self.lab.client().get(path), 401)
        for path in ("/log/tile/0/000.p/0", "/log/tile/0/1", "/log/tile/9/000", "/log/tile/entries/x001/000", "/log/tile/../x"):
            self.assertIn(self.auditor.get(path).status, (400, 404), path)

    def test_hash_tiles_may_be_cached_and_entries_may_not_and_each_reading_of_them_is_an_entry(self):
        self.push()
        size = wait_until("the checkpoint", self.published)
        tile = self.auditor.get(tile_path("0", 0, min(size, 256)))
        self.assertIn("immutable", tile.headers["Cache-Control"])
        bundle = self.auditor.get(tile_path("entries", 0, min(size, 256)))
        self.assertEqual(bundle.headers["Cache-Control"], "no-store")
        wait_until("the entry of the reading", lambda: any(
            one["entry"].get("detail", {}).get("what") == "bundle"
            for one in self.auditor.get(f"/v1/audit/entries?from={size}&limit=1000").json()["entries"]))
        for said in (b"+31", b"Jansen", b"support"):
            self.assertNotIn(said, bundle.body)

    @staticmethod
    def note_for(reader):
        """The checkpoint, once there is one."""
        return wait_until("the checkpoint", lambda: (got := reader.get("/log/checkpoint")).status == 200 and got).body.decode()

    def published(self):
        answer = self.auditor.get("/log/checkpoint")
        return checkpoint_of(answer.body.decode())[1] if answer.status == 200 else 0

    def test_a_reader_of_twenty_lines_comes_to_the_same_root_and_signature(self):
        self.push(2)
        note = self.note_for(self.auditor)
        origin, size, root, text, lines = checkpoint_of(note)
        leaves, hashes = [], []
        for index in range(-(-size // 256)):
            width = min(256, size - 256 * index)
            bundle = self.auditor.get(tile_path("entries", index, width)).body
            while bundle:
                length = int.from_bytes(bundle[:2], "big")
                leaves.append(hashlib.sha256(b"\x00" + bundle[2:2 + length]).digest())
                bundle = bundle[2 + length:]
            tile = self.auditor.get(tile_path("0", index, width)).body
            hashes += [tile[i:i + 32] for i in range(0, len(tile), 32)]
        self.assertEqual(leaves, hashes)
        self.assertEqual(tree_root(leaves), root)
        keys = [line.split("+", 2) for line in self.key.read_text(encoding="ascii").splitlines() if "+" in line]
        key = next(parts[2] for parts in keys if parts[0] == origin)
        self.assertTrue(self.signed_by(base64.b64decode(key)[1:], text.encode(), base64.b64decode(lines[0].split(" ")[2])[4:]))

    def signed_by(self, key, message, signature):
        """Ed25519 by openssl alone."""
        folder = self.lab.folder
        (folder / "m").write_bytes(message)
        (folder / "s").write_bytes(signature)
        (folder / "k").write_bytes(bytes.fromhex("302a300506032b6570032100") + key)
        return subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", folder / "k", "-keyform", "DER", "-rawin",
                               "-in", folder / "m", "-sigfile", folder / "s"], capture_output=True, check=False).returncode == 0

    def test_everyone_may_have_checkpoint_and_hashes_where_the_operator_says_so(self):
        self.push()
        self.lab.configure(log={"open": True})
        self.lab.restart()
        try:
            anyone = self.lab.client()
            size = checkpoint_of(self.note_for(anyone))[1]
            tile = anyone.get(tile_path("0", 0, min(size, 256)))
            self.assertEqual(tile.status, 200)
            self.assertIn("public", tile.headers["Cache-Control"])
            self.expect(anyone.get(tile_path("entries", 0, min(size, 256))), 401)
        finally:
            self.lab.configure(log={"open": False})
            self.lab.restart()

    # -- witnesses ----------------------------------------------------------------------------------------------------

    def watched_by(self, *names, quorum):
        """Witnesses of those names run, and the gateway asks them."""
        self.witnesses = []
        for name in names:
            witness = Witness(self.lab.programs, self.lab.folder / "witnesses" / f"{name}-{time.monotonic_ns()}", f"{name}.test/w",
                              self.lab.server, self.key)
            witness.start()
            self.witnesses.append(witness)
        self.lab.configure(log={"quorum": quorum},
                           witness=[one.settings(self.lab.authority) for one in self.witnesses])
        self.addCleanup(self.unwatched)
        self.lab.restart()
        return self.witnesses

    def unwatched(self):
        self.lab.configure(log={"quorum": 1}, witness=[])
        if self.lab.gateway.process and self.lab.gateway.process.poll() is None:
            self.lab.restart()
        else:
            self.lab.gateway.start(**self.lab.environment)

    def head(self):
        return int(self.lab.cluster.sql("select size from callvault.tree_head")[0][0])

    def cosigned(self):
        """The lines of the checkpoint that is given out."""
        answer = self.auditor.get("/log/checkpoint")
        return len(checkpoint_of(answer.body.decode())[4]) - 1 if answer.status == 200 else 0

    def gauge(self, name, witness):
        found = re.search(rf'^callvault_{name}\{{witness="{witness.name}"\}} (\d)$', self.lab.metrics(), re.M)
        return int(found[1]) if found else None

    def test_witnesses_cosign_and_one_that_is_silent_stops_nothing_and_catches_up(self):
        council, regulator = self.watched_by("council", "regulator", quorum=2)
        keys = [council.key, regulator.key]
        self.push(2)
        wait_until("both cosignatures", lambda: self.cosigned() == 2, 60)
        report = self.checked("log", self.address, "--quorum", "2", keys=keys)
        self.assertEqual(report["findings"], [])
        # Any of their lines by openssl alone (c2sp.org/tlog-cosignature).
        _, _, _, text, lines = checkpoint_of(self.auditor.get("/log/checkpoint").body.decode())
        line = base64.b64decode(next(one for one in lines if council.name in one).split(" ")[2])
        key = base64.b64decode(council.key.split("+", 2)[2])
        seconds = int.from_bytes(line[4:12], "big")
        self.assertLess(abs(seconds - time.time()), 300)
        self.assertEqual(hashlib.sha256(council.name.encode() + b"\n" + key).digest()[:4], line[:4])
        self.assertTrue(self.signed_by(key[1:], f"cosignature/v1\ntime {seconds}\n{text}".encode(), line[12:]))

        council.stop()
        before = self.published()
        self.push(3)  # the service waits for nobody
        wait_until("the silence", lambda: self.gauge("witness_answers", council) == 0, 60)
        self.assertEqual(self.gauge("witness_answers", regulator), 1)
        self.assertEqual(self.cosigned(), 2)  # an old one, but none that was not cosigned
        council.start()
        wait_until("both again", lambda: self.published() > before and self.cosigned() == 2, 90)
        self.assertEqual(self.gauge("witness_answers", council), 1)
        # Offline, from a copy of the store.
        copy = self.lab.folder / "copy"
        shutil.copytree(self.lab.folder / "objects" / "log", copy / "log")
        self.addCleanup(shutil.rmtree, copy)
        answer = self.lab.verify("log", copy, "--key", self.key, "--key", council.key, "--key", regulator.key, "--quorum", "2")
        self.assertIn("2 witnesses have seen this log", answer.stdout)

    def test_a_kill_between_note_and_catalogue_leaves_what_the_next_look_mends(self):
        if not has_crash_points():
            self.skipTest("this build has no crash points")
        council, = self.watched_by("council", quorum=1)
        wait_until("a cosignature", lambda: self.cosigned() == 1, 60)
        before = self.published()
        self.lab.gateway.stop()
        self.lab.gateway.spawn(**{**self.lab.environment, "CALLVAULT_CRASH_AT": "witness.note_durable"})
        wait_until("its end", lambda: self.lab.gateway.process.poll() is not None, 60)
        self.lab.gateway.start(**self.lab.environment)
        wait_until("the next cosignature", lambda: self.published() > before and self.cosigned() == 1, 60)
        self.assertEqual(self.gauge("witness_conflict", council), 0)

    def test_a_log_that_was_set_back_is_found_at_the_start_by_its_witness(self):
        lab = Lab()
        self.addCleanup(lab.close)
        lab.start()
        key = lab.folder / "log.pub"
        key.write_text(lab.log_public_key(), encoding="ascii")
        witness = Witness(lab.programs, lab.folder / "witness", "council.test/w", lab.server, key)
        witness.start()
        self.addCleanup(witness.stop)
        lab.configure(witness=[witness.settings(lab.authority)])
        lab.restart()
        lab.recorder.push(calls.metadata(channels=["mixed"]), VOICE)
        wait_until("a cosignature", witness.size, 60)
        # Database and store as they are now come back later: they agree with each other.
        lab.gateway.stop()
        lab.cluster.stop()
        for name in ("postgres", "objects"):
            shutil.copytree(lab.folder / name, lab.folder / f"{name}.old", symlinks=True)
            subprocess.run(["cp", "-a", "--no-target-directory", lab.folder / name, lab.folder / f"{name}.old"], check=True)
        lab.cluster.start()
        lab.gateway.start(**lab.environment)
        seen = witness.size()
        lab.recorder.push(calls.metadata(channels=["mixed"]), VOICE)
        wait_until("the next cosignature", lambda: witness.size() > seen, 60)
        lab.gateway.stop()
        lab.cluster.stop()
        for name in ("postgres", "objects"):
            shutil.rmtree(lab.folder / name)
            (lab.folder / f"{name}.old").rename(lab.folder / name)
        lab.cluster.start()
        lab.gateway.spawn(**lab.environment)
        wait_until("its end", lambda: lab.gateway.process.poll() is not None, 60)
        self.assertIn("which is more than this log has", lab.gateway.tail())
        self.assertIn("audit recover", lab.gateway.tail())
        # A witness that is silent at the start tells it once it is back, and goes on telling it.
        witness.stop()
        lab.gateway.start(**lab.environment)
        witness.start()
        conflict = 'callvault_witness_conflict{witness="council.test/w"} 1'
        wait_until("the alarm", lambda: conflict in lab.metrics(), 60)
        for _ in range(10):
            time.sleep(0.7)
            self.assertIn(conflict, lab.metrics())
        self.assertEqual(lab.recorder.push(calls.metadata(channels=["mixed"]), VOICE).status, 201)


if __name__ == "__main__":
    main()
