"""The gateway as a process of ours: started, awaited, stopped or killed by its pid, never by a name."""

import contextlib
import os
import pathlib
import signal
import random
import socket
import subprocess
import time

from lab.client import Client


class GatewayError(RuntimeError):
    """It did not start, or did not stop; the text ends with its log."""


def free_ports(count):
    """Ports of 127.0.0.1 that nothing listens on at this moment, and that no outgoing connection will be given: a gateway
    that is restarted finds its port again."""
    held = []
    try:
        while len(held) < count:
            with contextlib.suppress(OSError):
                held.append(socket.create_server(("127.0.0.1", random.randrange(20_000, 32_000))))
        return [one.getsockname()[1] for one in held]
    finally:
        for one in held:
            one.close()


class Gateway:
    """`callvault serve` with one configuration file. The log is appended to `log`."""

    def __init__(self, program, configuration, log, port, authority):
        self.program, self.configuration, self.log = pathlib.Path(program), pathlib.Path(configuration), pathlib.Path(log)
        self.port, self.authority = port, authority
        self.process = None

    def start(self, seconds=60, **environment):
        """Starts it and returns when /readyz says 200. `environment` adds variables (CALLVAULT_CRASH_AT)."""
        self.spawn(**environment)
        try:
            self.wait_ready(seconds)
        except BaseException:
            self.kill()
            raise

    def spawn(self, detached=False, **environment):
        """Starts it and returns at once. It dies with us, however we end, unless detached (the demo's)."""
        with open(self.log, "ab") as log:
            tied = [] if detached else ["setpriv", "--pdeathsig", "KILL"]  # replaces itself by the program
            self.process = subprocess.Popen(
                [*tied, str(self.program), "serve", "--config", str(self.configuration)], stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, env={**os.environ, **environment}, start_new_session=detached, cwd="/")
        return self.process.pid

    def wait_ready(self, seconds=60):
        """Returns when /readyz says 200; raises when the process ends or the time is over."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process and self.process.poll() is not None:
                raise GatewayError(f"the gateway ended with {self.process.returncode}\n{self.tail()}")
            if self.ready():
                return
            time.sleep(0.05)
        raise GatewayError(f"the gateway was not ready within {seconds} s\n{self.tail()}")

    def ready(self):
        """Whether /readyz says 200."""
        try:
            return Client(self.port, self.authority, timeout=5).get("/readyz").status == 200
        except OSError:
            return False

    def running(self):
        """Whether the process lives."""
        return self.process is not None and self.process.poll() is None

    def stop(self, seconds=40):
        """SIGTERM, and waits: the two-stage stop. Kills when the time is over, and raises."""
        if not self.running():
            return
        self.process.terminate()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise GatewayError(f"the gateway did not stop within {seconds} s\n{self.tail()}") from None

    def kill(self):
        """SIGKILL, and waits: what a power cut would do."""
        if self.running():
            self.process.send_signal(signal.SIGKILL)
        if self.process:
            self.process.wait()

    def wait_dead(self, seconds=30):
        """Waits for its end (at a crash point); returns the exit status."""
        return self.process.wait(seconds)

    def tail(self, size=4000):
        """The end of its log."""
        return self.log.read_text(errors="replace")[-size:] if self.log.exists() else ""
