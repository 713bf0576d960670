"""A private S3 store of one node: Ceph's monitor, disk and gateway on 127.0.0.1, with TLS, under one folder.

Debian's ceph-mon, ceph-osd, radosgw and ceph-common. The objects lie in the disk daemon's memory: a lab keeps nothing.
As a program (`object_store.py FOLDER REGION [SECONDS_OF_A_DAY]`) it prints how to reach the store as one line of JSON,
does what lines on its standard input say ("pause", "admin user create ..."), answers each with a line, and ends with
its input. Exit code 77: Ceph is not installed.
"""

import base64
import contextlib
import email.utils
import hmac
import json
import os
import pathlib
import secrets
import shutil
import signal
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from lab.authority import Authority  # noqa: E402
from lab.configuration import write_private  # noqa: E402
from lab.gateway import free_ports  # noqa: E402

_PROGRAMS = ("ceph", "ceph-mon", "ceph-osd", "monmaptool", "radosgw", "radosgw-admin")
_DISK_BYTES = 4 << 30
_REPLICATION = ("<ReplicationConfiguration><Role></Role><Rule><ID>out</ID><Status>Enabled</Status><Priority>1</Priority>"
                "<Filter><Prefix></Prefix></Filter><DeleteMarkerReplication><Status>Disabled</Status>"
                "</DeleteMarkerReplication><Destination><Bucket>{destination}</Bucket></Destination></Rule>"
                "</ReplicationConfiguration>")


class ObjectStoreError(RuntimeError):
    """A program of Ceph failed or did not become ready; the text ends with its own words."""


def installed():
    """Whether all of Ceph that is needed is there."""
    return all(shutil.which(program) for program in _PROGRAMS)


class ObjectStore:
    """One store in `folder`, whose S3 region is called `region`. `day`: how many seconds lifecycle rules count as a day
    (0: a real one). What it starts it also ends: call close(). The daemons die with this process, however it ends."""

    def __init__(self, folder, region="eu-lab", day=0):
        self.folder, self.region, self.day = pathlib.Path(folder), region, day
        self.access_key, self.secret_key = "LAB" + secrets.token_hex(8).upper(), secrets.token_urlsafe(30)
        self._monitor_port, self.port = free_ports(2)
        self._daemons = {}
        self._environment = {**os.environ, "CEPH_CONF": str(self.folder / "ceph.conf"), "CEPH_ARGS": ""}

    @property
    def endpoint(self):
        """Where the store answers."""
        return f"https://127.0.0.1:{self.port}"

    @property
    def authority(self):
        """The file with the certificate of who vouches for it."""
        return self._authority.own.certificate

    def start(self):
        """Returns when the store answers as S3 does."""
        if not installed():
            raise ObjectStoreError("Ceph is not installed: run deploy/install")
        for name in ("run", "log", "mon", "osd", "gateway"):
            (self.folder / name).mkdir(parents=True)
        self._authority = Authority(self.folder / "certificates", "callvault lab store authority")
        self._server = self._authority.server("store")
        disk = str(uuid.uuid4())
        (self.folder / "ceph.conf").write_text(self._configuration(str(uuid.uuid4())), encoding="ascii")
        self._start_monitor()
        self._run("ceph-osd", "--mkfs", "-i", "0", "--osd-uuid", disk)
        self._run("ceph", "osd", "new", disk, "0")
        self._spawn("disk", "ceph-osd", "-f", "-i", "0")
        self._make_zone()
        self.start_gateway()

    def start_gateway(self):
        """Starts the S3 daemon and waits for it."""
        self._spawn("gateway", "radosgw", "-f", "-n", "client.rgw")
        trust = ssl.create_default_context(cafile=self.authority)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            self._must_run("gateway")
            with contextlib.suppress(OSError):
                try:
                    urllib.request.urlopen(self.endpoint, context=trust, timeout=5).close()
                    return
                except urllib.error.HTTPError:
                    return
            time.sleep(0.05)
        raise ObjectStoreError(f"the S3 daemon does not answer\n{self._last_words('gateway')}")

    def make_bucket(self, name):
        """An empty bucket, and the [objects] of a configuration that keeps recordings in it."""
        credentials = self.folder / "credentials"
        write_private(credentials, f"[default]\naws_access_key_id = {self.access_key}\n"
                                   f"aws_secret_access_key = {self.secret_key}\n")
        self._ask("PUT", name)
        return {"kind": "s3", "endpoint": self.endpoint, "region": self.region, "bucket": name,
                "credentials_file": str(credentials), "authorities": str(self.authority),
                "country": "NL", "statement": "the lab's own word"}

    def replicate(self, bucket, destination):
        """Gives the bucket a rule that copies all of it to another one; None takes it away. One zone copies nothing."""
        rule = destination and _REPLICATION.format(destination=destination)
        self._ask("PUT" if rule else "DELETE", bucket, "?replication", rule)

    def guest(self, name, policy):
        """Another user, who may do what `policy` (a document of IAM) says and nothing else; the [objects] of a
        configuration that works as them."""
        secret = secrets.token_urlsafe(30)
        self.admin("user", "create", f"--uid={name}", f"--display-name={name}", f"--access-key={name}", f"--secret-key={secret}")
        self.admin("caps", "add", "--uid=callvault", "--caps=user-policy=*")
        self._ask("POST", "", "?" + urllib.parse.urlencode({
            "Action": "PutUserPolicy", "UserName": name, "PolicyName": "given", "PolicyDocument": json.dumps(policy)}))
        credentials = self.folder / f"credentials-{name}"
        write_private(credentials, f"[default]\naws_access_key_id = {name}\naws_secret_access_key = {secret}\n")
        return {"credentials_file": str(credentials)}

    def signed_path(self, method, path, seconds=3600):
        """Path and question of a request that needs no field of its own, for a program that cannot sign."""
        until = int(time.time()) + seconds
        question = urllib.parse.urlencode({"AWSAccessKeyId": self.access_key, "Expires": until,
                                           "Signature": self._mac(f"{method}\n\n\n{until}\n/{path}")})
        return f"/{path}?{question}"

    def remove_many(self, bucket, names):
        """DeleteObjects of up to 1000 names."""
        named = "".join(f"<Object><Key>{name}</Key></Object>" for name in names)
        answer = self._ask("POST", f"{bucket}?delete", body=f"<Delete><Quiet>true</Quiet>{named}</Delete>")
        if b"<Error>" in answer:
            raise ObjectStoreError(f"not all were removed: {answer[:500]!r}")

    def _mac(self, text):
        """S3's older signature, which Ceph still takes: short, and no code of what is tested."""
        return base64.b64encode(hmac.digest(self.secret_key.encode(), text.encode(), "sha1")).decode()

    def _ask(self, method, path, question="", body=None):
        """The body of an answer. `question`: parameters that are not signed."""
        now = email.utils.formatdate(usegmt=True)
        content = {"Content-Type": ""} if body else {}
        signed = f"{method}\n\n\n{now}\n/{path}"
        asked = urllib.request.Request(f"{self.endpoint}/{path}{question}", body and body.encode(), method=method, headers={
            **content, "Date": now, "Authorization": f"AWS {self.access_key}:{self._mac(signed)}"})
        with urllib.request.urlopen(asked, context=ssl.create_default_context(cafile=self.authority), timeout=30) as answer:
            return answer.read()

    def download(self, bucket, prefix, folder):
        """Objects of a bucket as files of a folder. Begins anew when one is gone that was there: others took its place."""
        for last in (False,) * 9 + (True,):
            try:
                for name in self.names(bucket, prefix):
                    path = pathlib.Path(folder) / name
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(self._ask("GET", f"{bucket}/{name}"))
                return
            except urllib.error.HTTPError as gone:
                if gone.code != 404 or last:
                    raise

    def names(self, bucket, prefix=""):
        """Of the objects in a bucket, as the store's own tool sees them."""
        rows = json.loads(self.admin("bucket", "list", f"--bucket={bucket}", "--max-entries=100000"))
        return [row["name"] for row in rows if row["name"].startswith(prefix)]

    def kill_gateway(self):
        """kill -9: connections break, and new ones are refused."""
        self._end("gateway", signal.SIGKILL)

    def pause(self):
        """Connections are taken, nothing answers."""
        self._daemons["gateway"].send_signal(signal.SIGSTOP)

    def resume(self):
        """After pause()."""
        self._daemons["gateway"].send_signal(signal.SIGCONT)

    def pause_disk(self):
        """TLS goes on, what needs the disk hangs."""
        self._daemons["disk"].send_signal(signal.SIGSTOP)

    def resume_disk(self):
        """After pause_disk()."""
        self._daemons["disk"].send_signal(signal.SIGCONT)

    def admin(self, *arguments):
        """radosgw-admin; its output."""
        return self._run("radosgw-admin", *arguments)

    def close(self):
        """Ends the daemons and removes the folder."""
        for name in ("gateway", "disk", "monitor"):
            self._end(name, signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)

    def facts(self):
        """How to reach it."""
        return {"port": self.port, "region": self.region, "access_key": self.access_key,
                "secret_key": self.secret_key, "authority": str(self.authority)}

    def _start_monitor(self):
        monmap = self.folder / "monmap"
        self._run("monmaptool", "--create", "--fsid", self._fsid, "--addv", "a",
                  f"[v2:127.0.0.1:{self._monitor_port}]", str(monmap))
        self._run("ceph-mon", "--mkfs", "-i", "a", "--monmap", str(monmap))
        self._spawn("monitor", "ceph-mon", "-f", "-i", "a")

    def _make_zone(self):
        zone = f"{self.region}-1"
        self.admin("realm", "create", "--rgw-realm=lab", "--default")
        self.admin("zonegroup", "create", f"--rgw-zonegroup={self.region}", f"--api-name={self.region}", "--master",
                   "--default")
        self.admin("zone", "create", f"--rgw-zonegroup={self.region}", f"--rgw-zone={zone}", "--master", "--default")
        # So that rules of replication are taken; with one zone nothing is copied.
        self.admin("sync", "group", "create", "--group-id=all", "--status=allowed")
        self.admin("sync", "group", "flow", "create", "--group-id=all", "--flow-id=all",
                   "--flow-type=symmetrical", f"--zones={zone}")
        self.admin("sync", "group", "pipe", "create", "--group-id=all", "--pipe-id=all", "--source-zones=*",
                   "--source-bucket=*", "--dest-zones=*", "--dest-bucket=*")
        self.admin("period", "update", "--commit")
        self.admin("user", "create", "--uid=callvault", "--display-name=callvault",
                   f"--access-key={self.access_key}", f"--secret-key={self.secret_key}")

    def _configuration(self, fsid):
        self._fsid = fsid
        here = self.folder
        everywhere = {
            "fsid": fsid, "mon host": f"v2:127.0.0.1:{self._monitor_port}", "public network": "127.0.0.0/8",
            "auth cluster required": "none", "auth service required": "none", "auth client required": "none",
            "ms bind msgr1": "false",
            "ms mon client mode": "crc",  # without it a gateway without keys waits five minutes and ends
            "run dir": here / "run", "pid file": "", "admin socket": "", "crash dir": here / "log",
            "log file": here / "log/$name.log", "log to stderr": "false", "err to stderr": "true",
            "mon cluster log file": here / "log/cluster.log",
            "osd pool default size": 1, "osd pool default min size": 1, "osd pool default pg num": 1,
            "osd pool default pgp num": 1, "osd pool default pg autoscale mode": "off",
            "osd crush chooseleaf type": 0, "rgw rados pool pg num min": 1, "rgw rados pool autoscale bias": 1}
        monitor = {
            "mon data": here / "mon", "mon allow pool size one": "true", "mon warn on pool no redundancy": "false",
            "mon data avail crit": 1, "mon data avail warn": 2, "mon max pg per osd": 1000,
            "paxos propose interval": 0.01, "paxos min wait": 0.01, "mgr initial modules": ""}
        disk = {
            "osd data": here / "osd", "osd objectstore": "memstore", "memstore device bytes": _DISK_BYTES,
            "osd op num shards": 2, "osd op num threads per shard": 1, "osd heartbeat grace": 3600,
            "osd client watch timeout": 4,  # or bucket creation hangs for half a minute after a killed gateway
            "osd max object name len": 2048, "osd class update on start": "false"}
        gateway = {
            "rgw data": here / "gateway",
            "rgw frontends": f"beast tcp_nodelay=1 ssl_endpoint=127.0.0.1:{self.port} "
                             f"ssl_certificate={self._server.certificate} ssl_private_key={self._server.key}",
            "rgw zonegroup": self.region, "rgw zone": f"{self.region}-1", "rgw thread pool size": 32,
            "rgw override bucket index max shards": 1, "rgw dynamic resharding": "false",
            "rgw enable quota threads": "false", "rgw run sync thread": "false", "objecter tick interval": 1,
            "rgw gc obj min wait": 2, "rgw gc processor period": 2}
        if self.day:
            gateway["rgw lc debug interval"] = self.day
        sections = {"global": everywhere, "mon": monitor, "osd": disk, "client.rgw": gateway}
        return "".join(f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in section.items())
                       for name, section in sections.items())

    def _spawn(self, name, *command):
        with open(self.folder / "log" / f"{name}.out", "ab") as log:
            self._daemons[name] = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *command], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=self._environment, cwd="/", start_new_session=True)

    def _end(self, name, number):
        daemon = self._daemons.pop(name, None)
        if daemon:
            daemon.send_signal(number)
            daemon.wait()

    def _must_run(self, name):
        if self._daemons[name].poll() is not None:
            raise ObjectStoreError(f"Ceph's {name} ended\n{self._last_words(name)}")

    def _last_words(self, name):
        log = self.folder / "log" / f"{name}.out"
        return log.read_text(errors="replace")[-2000:] if log.exists() else ""

    def _run(self, *command):
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
                                  env=self._environment, check=False, cwd="/")
        except subprocess.TimeoutExpired as late:
            raise ObjectStoreError(f"{' '.join(command[:3])} does not end") from late
        if done.returncode != 0:
            raise ObjectStoreError(f"{' '.join(command[:3])} failed\n{done.stdout}{done.stderr}"[-2000:])
        return done.stdout


def _obey(store, line):
    word, *rest = line.split()
    if word == "admin":
        return store.admin(*rest)
    {"pause": store.pause, "resume": store.resume, "pause-disk": store.pause_disk, "resume-disk": store.resume_disk,
     "kill-gateway": store.kill_gateway, "start-gateway": store.start_gateway}[word]()
    return ""


def main(arguments):
    """See the module's text."""
    if not installed():
        return 77
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the end of the input ends us, also when a test is killed
    store = ObjectStore(arguments[0], arguments[1], int(arguments[2]) if len(arguments) > 2 else 0)
    try:
        store.start()
        print(json.dumps(store.facts()), flush=True)
        for line in sys.stdin:
            try:
                print(json.dumps({"said": _obey(store, line)}), flush=True)
            except (ObjectStoreError, KeyError, ValueError) as error:
                print(json.dumps({"failed": str(error)}), flush=True)
    except ObjectStoreError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
