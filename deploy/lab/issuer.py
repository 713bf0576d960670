"""An issuer with a static key set: signs certificate-bound access tokens (RFC 9068, RFC 8705) with ES256.

Stands in for the organisation's OpenID provider. The gateway gets the public key as a JWKS file.
"""

import base64
import json
import pathlib
import secrets
import time

from lab.authority import openssl

NAME = "https://issuer.callvault.test"
AUDIENCE = "https://callvault.test"
MFA = "urn:callvault:acr:mfa"


def b64url(data):
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Issuer:
    """The key, the key set `jwks.json`, and tokens. Keys are made in `folder` when they are not there."""

    def __init__(self, folder, kid="demo-1"):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.kid = kid
        self.key = self.folder / f"{kid}.key"
        self.key_set = self.folder / "jwks.json"
        if not self.key.exists():
            openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", self.key)
            self.key.chmod(0o600)
        if not self.key_set.exists():
            self.key_set.write_text(json.dumps({"keys": [self.jwk()]}, indent=1) + "\n", encoding="ascii")

    def public_pem(self):
        """The public key, PEM: for tests that abuse it as an HMAC key."""
        return openssl("pkey", "-in", self.key, "-pubout")

    def jwk(self):
        """The public key as a JWK."""
        point = openssl("pkey", "-in", self.key, "-pubout", "-outform", "DER")[-64:]
        return {"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.kid,
                "x": b64url(point[:32]), "y": b64url(point[32:])}

    def claims(self, subject, roles, teams, certificate, *, mfa_age=0, lifetime=3600, session=None, acr=MFA, **changes):
        """What a token says. `mfa_age`: seconds since the second factor. `changes` replace; None removes."""
        now = int(time.time())
        said = {"iss": NAME, "aud": AUDIENCE, "sub": subject, "client_id": certificate.name, "iat": now, "nbf": now,
                "exp": now + lifetime, "jti": secrets.token_hex(8), "sid": session or secrets.token_hex(16),
                "acr": acr, "amr": ["pwd", "otp"], "auth_time": now - mfa_age, "roles": list(roles),
                "teams": list(teams), "cnf": {"x5t#S256": certificate.thumbprint()}}
        said.update(changes)
        return {name: value for name, value in said.items() if value is not None}

    def sign(self, claims, **header):
        """A JWS over `claims`. `header` replaces header fields; None removes."""
        head = {"typ": "at+jwt", "alg": "ES256", "kid": self.kid, **header}
        head = {name: value for name, value in head.items() if value is not None}
        signed = f"{b64url(json.dumps(head).encode())}.{b64url(json.dumps(claims).encode())}"
        der = openssl("dgst", "-sha256", "-sign", self.key, stdin=signed.encode())
        return f"{signed}.{b64url(raw_signature(der))}"

    def token(self, subject, roles, teams, certificate, **how):
        """A signed token; see claims()."""
        return self.sign(self.claims(subject, roles, teams, certificate, **how))


def raw_signature(der):
    """DER ECDSA-Sig-Value to the 64 bytes of JWS."""
    assert der[0] == 0x30 and der[2] == 0x02
    r_end = 4 + der[3]
    r, s = der[4:r_end], der[r_end + 2:r_end + 2 + der[r_end + 1]]
    return b"".join(part.lstrip(b"\0").rjust(32, b"\0") for part in (r, s))
