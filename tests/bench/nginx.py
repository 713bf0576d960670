"""The peer: Debian's nginx, one process, TLS 1.3 with the same cipher and certificate, its files unencrypted."""

import shutil
import socket
import subprocess
import time

from harness import ROOT, pin

_CONFIGURATION = """
{user} daemon off; master_process off; pid {folder}/pid; error_log {folder}/log; worker_rlimit_nofile 20000;
events {{ worker_connections 10000; }}
http {{
  access_log off; keepalive_timeout 120s; keepalive_requests 1000000000; tcp_nopush on; client_max_body_size 1g;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/t1; fastcgi_temp_path {folder}/t2;
  uwsgi_temp_path {folder}/t3; scgi_temp_path {folder}/t4;
  ssl_certificate {certificate}; ssl_certificate_key {key}; ssl_protocols TLSv1.3;
  ssl_conf_command Ciphersuites TLS_AES_256_GCM_SHA384;
  server {{ listen 127.0.0.1:{port} ssl backlog=4096; root {folder}/files;
            location / {{ dav_methods PUT DELETE; create_full_put_path on; }} }}
}}
"""


def program():
    """The path of nginx, installed if it is missing."""
    if not shutil.which("nginx", path="/usr/sbin:/usr/bin"):
        subprocess.run([ROOT / "deploy" / "install", "nginx-light"], check=True, stdout=subprocess.DEVNULL)
    return shutil.which("nginx", path="/usr/sbin:/usr/bin")


class Nginx:
    """Serves and takes files in `folder`/files; ends with the `with` block."""

    def __init__(self, folder, port, server, root):
        self.folder, self.port = folder, port
        self.files = folder / "files"
        self.files.mkdir(parents=True)
        text = _CONFIGURATION.format(folder=folder, port=port, certificate=server.certificate, key=server.key,
                                     user="user root;" if root else "")
        (folder / "nginx.conf").write_text(text, encoding="ascii")

    def __enter__(self):
        self.process = subprocess.Popen([program(), "-c", str(self.folder / "nginx.conf"), "-e", str(self.folder / "log")])
        pin(self.process.pid)
        end = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                if time.monotonic() > end or self.process.poll() is not None:
                    self.__exit__()
                    raise RuntimeError(f"nginx did not start: {(self.folder / 'log').read_text()}") from None
                time.sleep(0.05)

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def empty(self):
        """Removes the files that were put; one of a request cut short may still come, and is the next one's."""
        for file in self.files.iterdir():
            file.unlink(missing_ok=True)
