"""One complete callvault in one folder. What is started here is ended here.

    with Lab() as lab:
        receipt = lab.recorder.push(calls.metadata(), voice).json()
        listener = lab.person("alice", roles=["qa"], teams=["support"])
"""

import contextlib
import datetime
import os
import pathlib
import pwd
import secrets
import shutil
import subprocess
import tempfile
import time
import urllib.request
import zoneinfo

from lab import calls, issuer, provider
from lab.authority import Authority
from lab.client import Client
from lab.cluster import Cluster, programs, reachable_by_postgres
from lab.configuration import merged, toml, write_private
from lab.gateway import Gateway, free_ports
from lab.object_store import ObjectStore
from lab.soft_token import Token

TEAMS = ("support", "sales")
# No purge by the clock within this lab's life: the zone is one where it is early, and the purge is late.
PURGE_AT = "23:50"


def programs_folder():
    """Where callvault and callvault-verify lie: CALLVAULT_BIN."""
    return pathlib.Path(os.environ["CALLVAULT_BIN"]).resolve()


class Lab:
    """Cluster, authority, issuer, configuration and gateway in `folder` (temporary unless given)."""

    def __init__(self, binaries=None, folder=None, *, port=None, zone=None, settings=None, environment=None, keys="file",
                 store="file"):
        """`keys`: "file", or "pkcs11" for a token of SoftHSM2. `store`: "file", or "s3" for a bucket of a private Ceph."""
        self.programs = pathlib.Path(binaries or programs_folder())
        self._temporary = folder is None
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="callvault-lab-", dir=_short_temporary()))
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o711)  # PostgreSQL's own user passes through; every file with a secret is 0600
        self.zone = zone or calls.zone_where_it_is_morning()
        self._guardian = None
        self.settings, self.environment = settings or {}, dict(environment or {})
        self.token = Token(self.folder / "token") if keys == "pkcs11" else None
        if self.token:
            self.environment.update(self.token.environment)
        self.store = ObjectStore(self.folder / "store") if store == "s3" else None
        self._bucket = None
        self.cluster = Cluster(self.folder / "postgres")
        self.authority = Authority(self.folder / "pki")
        self.issuer = issuer.Issuer(self.folder / "issuer")
        self.pbx, self.workstation = self.authority.client("pbx"), self.authority.client("workstation")
        self.server = self.authority.server()
        ports = free_ports(2)
        self.port, self.metrics_port = port or ports[0], ports[1]
        self.configuration = self.folder / "callvault.toml"
        self.log = self.folder / "gateway.log"
        self.gateway = Gateway(self.programs / "callvault", self.configuration, self.log, self.port,
                               self.authority.own.certificate)

    # -- life ---------------------------------------------------------------------------------------------------------

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def prepare(self):
        """Everything but the gateway's start: cluster, vault, configuration."""
        if self.cluster.exists():
            self.cluster.start()
        else:
            self.cluster.create()
        if self.store and not self._bucket:
            self.store.start()
            self._bucket = self.store.make_bucket("callvault")
        self.configure()
        self.make_vault()

    def start(self):
        """All of it; returns when the gateway is ready."""
        if self._temporary:
            self._guardian = self._guard()
        self.prepare()
        # SoftHSM takes its time over the keys of half a year: a file each, flushed.
        self.gateway.start(240 if self.token else 60, **self.environment)

    def _guard(self):
        return guard(self.folder, [self.cluster])

    def close(self):
        """Ends the gateway and the cluster; a temporary folder goes, unless CALLVAULT_KEEP_LAB is set."""
        with contextlib.suppress(Exception):
            self.gateway.kill()
        if self.store:
            with contextlib.suppress(Exception):
                self.store.close()
        if not self._temporary:
            self.cluster.stop()
            return
        with contextlib.suppress(Exception):
            self.cluster.stop("immediate")
        if os.environ.get("CALLVAULT_KEEP_LAB"):
            print(f"kept: {self.folder}")
        else:
            with contextlib.suppress(Exception):
                self.cluster.remove()
            shutil.rmtree(self.folder, ignore_errors=True)
        if self._guardian:
            self._guardian.communicate("all is cleaned up\n")

    def restart(self, **environment):
        """Stops the gateway in order and starts it again."""
        self.gateway.stop()
        self.gateway.start(**{**self.environment, **environment})

    # -- configuration ------------------------------------------------------------------------------------------------

    def configure(self, **changes):
        """Writes the configuration file; `changes` are laid over for good (sections as in configuration.toml())."""
        self.settings = merged(self.settings, changes)
        (self.folder / "objects").mkdir(exist_ok=True, mode=0o700)
        write_private(self.configuration, self._text())

    def configured(self):
        """Whether the file says what configure() would write."""
        return self.configuration.exists() and self.configuration.read_text(encoding="utf-8") == self._text()

    def _text(self):
        return toml(merged(self._sections(), self.settings))

    def people_sign_in_at(self, url, name, secret=None, *, registration=None, **more):
        """Adds the OpenID provider at `url` to the configuration, as issuer `name`; `more` are settings of [[issuer]].
        Returns how the gateway is registered there. Its secret is made once, unless given."""
        file = self.folder / f"client-secret-{name}"
        if secret or not file.exists():
            write_private(file, (secret or secrets.token_urlsafe(32)) + "\n")
        issuers = self.settings.get("issuer") or self._sections()["issuer"]
        self.settings = merged(self.settings, {"server": {"url": self.url}, "issuer": [*issuers, {
            "url": url, "audience": "callvault-api", "name": name, "client_id": "callvault",
            "client_secret_file": str(file), "authorities": str(self.authority.own.certificate),
            "scope": ["openid", "roles"], **more}]})
        return provider.client(self.url, secret=file.read_text(encoding="utf-8").strip(),
                               callback=f"/auth/callback/{name}", logout=f"/auth/backchannel-logout/{name}",
                               **(registration or {}))

    def _sections(self):
        folder = self.folder
        return {
            "server": {"address": "127.0.0.1", "port": self.port, "certificate": str(self.server.certificate),
                       "key": str(self.server.key), "client_ca": str(self.authority.own.certificate),
                       "socket": str(self.socket), "metrics_address": "127.0.0.1", "metrics_port": self.metrics_port},
            "objects": self._bucket or {"folder": str(folder / "objects")},
            "vault": self.token.settings() if self.token else
                     {"folder": str(folder / "vault"), "root_secret_file": str(folder / "root-secret")},
            "database": {"url": self.cluster.connection()},
            "deployment": {"name": "demo", "origin": "callvault.test/demo", "country": "NL", "time_zone": self.zone,
                           "recording": True},
            "residency": {"stored_in": ["NL"]},
            "purge": {"at": PURGE_AT},
            "sender": [{"name": "pbx", "teams": list(TEAMS), "bases": ["consent", "legitimate_interest"],
                        "purposes": ["quality", "training", "complaint", "contract_evidence"]}],
            "certificate": [{"fingerprint": self.pbx.sha256(), "sender": "pbx"}],
            "issuer": [{"url": issuer.NAME, "audience": issuer.AUDIENCE, "keys": str(self.issuer.key_set),
                        "acr": [issuer.MFA]}],
            "local_user": [{"user": pwd.getpwuid(os.getuid()).pw_name, "roles": ["privacy_officer"],
                            "second_factor": True}],
            "assessment": [{"id": "lia-2026-01", "review_on": self.day(300).isoformat()},
                           {"id": "lia-expired", "review_on": self.day(-30).isoformat()}],
        }

    @property
    def url(self):
        """What browsers open: another site than a provider on localhost."""
        return f"https://127.0.0.1:{self.port}"

    @property
    def socket(self):
        """The Unix socket of the command line; under /tmp where the folder's path is too long for one."""
        own = self.folder / "callvault.sock"
        return own if len(os.fsencode(own)) < 100 else pathlib.Path(f"/tmp/callvault-{os.getpid()}-{self.port}.sock")

    def add_bucket(self):
        """A private Ceph beside the file store that this lab began with; the [objects] of a bucket there."""
        self.store = ObjectStore(self.folder / "store")
        self.store.start()
        return self.store.make_bucket("callvault")

    def make_vault(self):
        """An empty vault and its root secret, or an empty token, unless they are there."""
        if self.token:
            self.token.make()
        elif not (self.folder / "vault").exists():
            self.callvault("key", "init")

    # -- people and programs ------------------------------------------------------------------------------------------

    @property
    def recorder(self):
        """The telephony platform, by its certificate."""
        return self.client(self.pbx)

    def client(self, certificate=None, token=None, **how):
        """Anyone."""
        return Client(self.port, self.authority.own.certificate, certificate, token, **how)

    def person(self, subject, roles, teams=("support",), **how):
        """A person at the workstation with a token; `how` as Issuer.claims()."""
        return self.client(self.workstation, self.issuer.token(subject, roles, teams, self.workstation, **how))

    def callvault(self, *arguments, check=True):
        """Runs the command line with this lab's configuration."""
        return run_program(self.programs / "callvault", *arguments, "--config", self.configuration, check=check,
                           environment=self.environment)

    def verify(self, *arguments, check=True):
        """Runs callvault-verify; it gets neither server nor configuration."""
        return run_program(self.programs / "callvault-verify", *arguments, check=check)

    def metrics(self):
        """The text of /metrics, from its own listener."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics_port}/metrics", timeout=10) as answer:
            return answer.read().decode()

    def log_public_key(self):
        """The public key that checkpoints of the audit log are signed with, as callvault-verify reads it."""
        return self.callvault("audit", "key").stdout

    # -- time ---------------------------------------------------------------------------------------------------------

    def today(self):
        """The deployment's local date."""
        return datetime.datetime.now(zoneinfo.ZoneInfo(self.zone)).date()

    def day(self, ahead):
        """Days ahead of today."""
        return self.today() + datetime.timedelta(days=ahead)

    def due_today(self, **changes):
        """Metadata of a call whose retention ends today (the lab must run with months_due_today())."""
        _, recorded = calls.retention_that_ends_on(self.today())
        return calls.metadata(calls.at(recorded, self.zone), **changes)

    def months_due_today(self):
        """The retention that makes due_today() work: 3, but for the few days that end no three months."""
        return calls.retention_that_ends_on(self.today())[0]


def run_program(program, *arguments, check=True, environment=None):
    """Runs a program of ours; its output as text. Raises with that output when it fails and `check`."""
    done = subprocess.run([str(program), *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False, timeout=120,
                          env={**os.environ, **(environment or {})})
    if check and done.returncode != 0:
        words = " ".join(map(str, arguments))
        raise RuntimeError(f"{pathlib.Path(program).name} {words}: exit {done.returncode}\n{done.stdout}")
    return done


def guard(folder, clusters):
    """A process that cleans up when we are killed before we could: its input ends then without a word."""
    script = ('read said && exit 0; cd /; [ -d "$1" ] || exit 0; folder=$1; pg_ctl=$2; as=; '
              '[ "$(id -u)" = 0 ] && as="runuser -u postgres --"; shift 2; '
              'for data in "$@"; do $as "$pg_ctl" -D "$data" -m immediate -w stop; done; rm -rf "$folder"')
    return subprocess.Popen(
        ["sh", "-c", script, "guardian", str(folder), str(programs() / "pg_ctl"), *(str(one.data) for one in clusters)],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True, start_new_session=True)


def wait_until(what, condition, seconds=30, pause=0.05):
    """Polls until `condition()` is true; its value. Raises with `what` when the time is over."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise TimeoutError(f"not within {seconds} s: {what}")
        time.sleep(pause)


def _short_temporary():
    """A folder for temporary labs that PostgreSQL's user reaches and whose sockets' paths stay short."""
    for folder in (os.environ.get("CALLVAULT_LAB_FOLDER"), tempfile.gettempdir(), "/var/tmp", "/tmp"):
        if folder and os.path.isdir(folder) and reachable_by_postgres(folder):
            return folder
    raise RuntimeError("no temporary folder that PostgreSQL's user can reach: set CALLVAULT_LAB_FOLDER")


def new_name(prefix):
    """A name that no other test uses."""
    return f"{prefix}-{secrets.token_hex(6)}"
