"""A witness of the audit log: callvault-verify witness, in a process of its own."""

import subprocess
import threading

from lab.lab import run_program


class Witness:
    """Made in `folder`; watches the log whose key is in the file `log_key`. `server`: its certificate (lab.authority)."""

    def __init__(self, programs, folder, name, server, log_key):
        self.program, self.folder, self.name, self.server, self.log_key = programs / "callvault-verify", folder, name, server, log_key
        self.key = run_program(self.program, "witness", "init", folder, "--name", name).stdout.strip()
        self.process, self.port, self.lines = None, 0, []

    def start(self):
        """Serves, on the port that it had before."""
        self.process = subprocess.Popen(
            [self.program, "witness", "serve", self.folder, "--key", self.log_key, "--port", str(self.port),
             "--certificate", self.server.certificate, "--certificate-key", self.server.key],
            stdout=subprocess.PIPE, text=True)
        first = self.process.stdout.readline()
        if " on port " not in first:
            raise RuntimeError(f"the witness did not start: {first}")
        self.port = int(first.rsplit(" ", 1)[1])
        threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True).start()

    def _read(self, out):
        for line in out:
            self.lines.append(line.strip())

    def size(self):
        """The largest that it has said to have signed; 0: none yet."""
        return max((int(line.rsplit(" ", 1)[1]) for line in list(self.lines) if line.startswith("200 ")), default=0)

    def stop(self):
        """Ends it; its folder stays."""
        if self.process:
            self.process.terminate()
            self.process.wait(10)
            self.process.stdout.close()
            self.process = None

    def settings(self, authority):
        """Its [[witness]]."""
        return {"url": f"https://127.0.0.1:{self.port}", "key": self.key, "authorities": str(authority.own.certificate)}
