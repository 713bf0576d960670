"""Certificates of an authority of our own, EC P-256, by the openssl command. For demo and tests only."""

import base64
import hashlib
import pathlib
import subprocess
import tempfile

_SERVER = "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\n" \
          "subjectAltName=DNS:localhost,IP:127.0.0.1\n"
_CLIENT = "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n"
_AUTHORITY = "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\n"


def openssl(*arguments, stdin=None):
    """Runs openssl; returns its output as bytes; raises with its message."""
    done = subprocess.run(["openssl", *map(str, arguments)], input=stdin, capture_output=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"openssl {arguments[0]}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


class Certificate:
    """A certificate and its key, as PEM files `<name>.pem` and `<name>.key`."""

    def __init__(self, folder, name):
        self.name = name
        self.certificate = pathlib.Path(folder) / f"{name}.pem"
        self.key = pathlib.Path(folder) / f"{name}.key"

    def der(self):
        """The certificate, DER."""
        text = self.certificate.read_text(encoding="ascii")
        body = text.split("-----BEGIN CERTIFICATE-----")[1].split("-----END CERTIFICATE-----")[0]
        return base64.b64decode(body)

    def sha256(self):
        """SHA-256 of the DER certificate, lowercase hexadecimal: how a configuration names it."""
        return hashlib.sha256(self.der()).hexdigest()

    def thumbprint(self):
        """`x5t#S256` of RFC 8705: base64url of the same hash."""
        return base64.urlsafe_b64encode(hashlib.sha256(self.der()).digest()).rstrip(b"=").decode()


class Authority:
    """A certificate authority in `folder`. Issues what is asked for; keys are 0600."""

    def __init__(self, folder, name="callvault demo authority"):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.own = Certificate(self.folder, "authority")
        if not self.own.certificate.exists():
            self._new_key(self.own.key)
            self._sign_self(name)

    def server(self, name="server"):
        """For 127.0.0.1 and localhost."""
        return self.issue(name, _SERVER)

    def client(self, name):
        """For a program: extended key usage clientAuth."""
        return self.issue(name, _CLIENT)

    def server_usage_only(self, name):
        """Signed by us, but not for clients: a gateway must refuse it from a client."""
        return self.issue(name, _SERVER)

    def expired(self, name):
        """A client certificate whose time is over."""
        return self.issue(name, _CLIENT, days=-1)

    def issue(self, name, extensions, days=400):
        """The certificate `name`, made unless it is there."""
        made = Certificate(self.folder, name)
        if made.certificate.exists():
            return made
        self._new_key(made.key)
        with tempfile.TemporaryDirectory() as scratch:
            scratch = pathlib.Path(scratch)
            (scratch / "ext").write_text(extensions, encoding="ascii")
            openssl("req", "-new", "-key", made.key, "-subj", f"/O=callvault demo/CN={name}", "-out", scratch / "csr")
            if days > 0:
                openssl("x509", "-req", "-in", scratch / "csr", "-CA", self.own.certificate, "-CAkey", self.own.key,
                        "-days", days, "-sha256", "-extfile", scratch / "ext", "-out", made.certificate)
            else:
                self._issue_in_the_past(scratch, made.certificate)
        return made

    def _issue_in_the_past(self, scratch, certificate):
        # Only `openssl ca` takes both dates; it wants a small database.
        (scratch / "index").touch()
        (scratch / "config").write_text(
            "[ca]\ndefault_ca=own\n[own]\n"
            f"database={scratch}/index\nnew_certs_dir={scratch}\nrand_serial=yes\ndefault_md=sha256\npolicy=any\n"
            "[any]\norganizationName=optional\ncommonName=supplied\n", encoding="ascii")
        openssl("ca", "-batch", "-notext", "-config", scratch / "config", "-in", scratch / "csr", "-cert",
                self.own.certificate, "-keyfile", self.own.key, "-startdate", "20200101000000Z", "-enddate",
                "20200201000000Z", "-extfile", scratch / "ext", "-out", certificate)

    def _sign_self(self, name):
        with tempfile.TemporaryDirectory() as scratch:
            extensions = pathlib.Path(scratch) / "config"
            extensions.write_text(f"[req]\ndistinguished_name=dn\n[dn]\n[ext]\n{_AUTHORITY}"
                                  "subjectKeyIdentifier=hash\n", encoding="ascii")
            openssl("req", "-x509", "-new", "-key", self.own.key, "-sha256", "-days", 800, "-subj",
                    f"/O=callvault demo/CN={name}", "-config", extensions, "-extensions", "ext",
                    "-out", self.own.certificate)

    @staticmethod
    def _new_key(path):
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", path)
        path.chmod(0o600)
