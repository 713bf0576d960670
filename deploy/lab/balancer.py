"""HAProxy in front of several gateways, as deploy/docs/operations.md describes it: TLS ends at the gateway."""

import pathlib
import shutil
import socket
import subprocess
import time

_CONFIGURATION = """\
global
    stats socket {folder}/haproxy.sock mode 600 level admin

defaults
    mode tcp
    option redispatch 1
    retries 3
    timeout connect 2s
    timeout client 15m
    timeout server 15m
    timeout client-fin 30s
    timeout check 2s

listen callvault
    bind 127.0.0.1:{port}
    balance leastconn
    option httpchk
    http-check send meth GET uri /readyz ver HTTP/1.1 hdr Host localhost hdr Connection close
    http-check expect status 200
    default-server check check-ssl ca-file {authority} verify required verifyhost localhost inter 500ms fall 2 rise 1
{servers}
"""


def installed():
    """Whether HAProxy is there."""
    return _program() is not None


def _program():
    return shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin")


class Balancer:
    """One HAProxy on `port` of 127.0.0.1, for gateways on `ports` there. It dies with us; call close()."""

    def __init__(self, folder, port, ports, authority):
        self.folder, self.port, self.ports, self.authority = pathlib.Path(folder), port, list(ports), authority
        self.process = None

    def start(self):
        """Returns when it listens."""
        self.folder.mkdir(parents=True, exist_ok=True)
        servers = "\n".join(f"    server gateway-{number} 127.0.0.1:{port}"
                            for number, port in enumerate(self.ports, 1))
        file = self.folder / "haproxy.cfg"
        file.write_text(_CONFIGURATION.format(folder=self.folder, port=self.port, authority=self.authority,
                                              servers=servers), encoding="utf-8")
        with open(self.folder / "haproxy.log", "ab") as log:
            self.process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", _program(), "-db", "-f", str(file)],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/")
        end = time.monotonic() + 10
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("HAProxy did not start\n" + (self.folder / "haproxy.log").read_text(errors="replace"))
            time.sleep(0.05)

    def states(self):
        """{port of a gateway: "UP" or what its checks say else}."""
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(self.folder / "haproxy.sock"))
            line.sendall(b"show stat\n")
            text = b"".join(iter(lambda: line.recv(65536), b"")).decode()
        rows = [row.split(",") for row in text.splitlines() if row.startswith("callvault,gateway-")]
        return {self.ports[int(row[1].removeprefix("gateway-")) - 1]: row[17] for row in rows}

    def close(self):
        """Ends it."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def _answers(self):
        try:
            self.states()
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            return True
        except OSError:
            return False
