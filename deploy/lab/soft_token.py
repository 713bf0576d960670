"""A token of SoftHSM2, for labs whose keys lie in an HSM: a real PKCS#11 module that keeps its objects in files."""

import os
import pathlib
import secrets
import subprocess

from lab.configuration import write_private

LABEL = "callvault"
MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so")


class Token:
    """A token in `folder`. `environment` is what a program needs to find it."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.pin_file = self.folder / "pin"
        self.environment = {"SOFTHSM2_CONF": str(self.folder / "softhsm2.conf")}
        # SoftHSM 2.6.1 leaks a few bytes of every signing key; leaks of ours are looked for in every other lab.
        self.environment["ASAN_OPTIONS"] = "detect_leaks=0"

    def make(self):
        """Makes it, unless it is there."""
        if self.pin_file.exists():
            return
        objects = self.folder / "objects"
        objects.mkdir(parents=True, mode=0o700)
        (self.folder / "softhsm2.conf").write_text(
            f"directories.tokendir = {objects}\nobjectstore.backend = file\nlog.level = ERROR\n", encoding="utf-8")
        pin, officers = secrets.token_hex(8), secrets.token_hex(8)
        subprocess.run(["softhsm2-util", "--init-token", "--free", "--label", LABEL, "--pin", pin, "--so-pin", officers],
                       env={**os.environ, **self.environment}, check=True, stdin=subprocess.DEVNULL, capture_output=True)
        write_private(self.pin_file, pin + "\n")

    def settings(self):
        """The [vault] of a configuration."""
        return {"kind": "pkcs11", "module": next(path for path in MODULES if os.path.exists(path)), "token": LABEL,
                "pin_file": str(self.pin_file), "country": "NL"}

    def objects(self):
        """How many objects it holds: keys, and one that is the token itself."""
        return len(list((self.folder / "objects").rglob("*.object")))
