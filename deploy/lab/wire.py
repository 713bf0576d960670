"""A Unix socket of PostgreSQL that leads to another one, until it is cut: a gateway that is cut off from the database."""

import contextlib
import os
import pathlib
import socket
import threading

_NAME = ".s.PGSQL.5432"


class Wire:
    """Listens in `folder` and leads to the socket in `target`. cut(): what was sent stays on its way, new connections
    are taken and hear nothing; mend() breaks those and leads on."""

    def __init__(self, folder, target):
        self.folder, self._target = pathlib.Path(folder), pathlib.Path(target) / _NAME
        self.folder.mkdir(mode=0o700)
        self._whole = threading.Event()
        self._whole.set()
        self._held, self._lock = [], threading.Lock()
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(os.fspath(self.folder / _NAME))
        self._server.listen(64)
        threading.Thread(target=self._take, daemon=True).start()

    def cut(self):
        """From now on nothing comes through."""
        self._whole.clear()

    def mend(self):
        """Connections of before break; new ones come through."""
        with self._lock:
            held, self._held = self._held, []
        for line in held:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        self._whole.set()

    def close(self):
        """Ends it."""
        self._server.close()
        self.mend()

    def _take(self):
        while True:
            try:
                line, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._lead, args=(line,), daemon=True).start()

    def _lead(self, line):
        with self._lock:
            self._held.append(line)
        self._whole.wait()
        far = socket.socket(socket.AF_UNIX)
        with contextlib.suppress(OSError):
            far.connect(os.fspath(self._target))
            with self._lock:
                self._held.append(far)
            for source, sink in ((line, far), (far, line)):
                threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source, sink):
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                self._whole.wait()
                sink.sendall(piece)
        for line in (source, sink):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
