#!/usr/bin/env python3
"""Who is let in: certificates that are expired, unknown or for servers; tokens that are forged, stale or not bound."""

import base64
import hashlib
import hmac
import json
import ssl
import tempfile
import time

from support import LabTest, main
from lab import calls, issuer, wav
from lab.authority import Authority, openssl
from lab.client import Answer
from lab.issuer import Issuer, b64url

VOICE = wav.make(wav.tone(1, seed=50))


class Certificates(LabTest):
    def push_with(self, certificate):
        """The answer, or None when TLS itself refused."""
        try:
            return self.lab.client(certificate).push(calls.metadata(channels=["mixed"]), VOICE)
        except (ssl.SSLError, ConnectionError, BrokenPipeError):
            return None

    def assert_turned_away(self, answer):
        self.assertTrue(answer is None or answer.status in (401, 403), answer)
        if isinstance(answer, Answer):
            self.expect(answer, answer.status)

    def test_the_registered_one_is_let_in(self):
        self.assertEqual(self.push_with(self.lab.pbx).status, 201)

    def test_expired_unknown_wrong_usage_foreign_or_none(self):
        authority = self.lab.authority
        with tempfile.TemporaryDirectory() as folder:
            foreign = Authority(folder, name="another authority").client("pbx")
            for words, certificate in (("expired", authority.expired("old")), ("not registered", authority.client("stranger")),
                                       ("for servers", authority.server_usage_only("server-2")),
                                       ("of another authority", foreign), ("none", None)):
                with self.subTest(words):
                    self.assert_turned_away(self.assert_nothing_stored(lambda: self.push_with(certificate)))

    def test_tls_1_2_is_not_spoken(self):
        client = self.lab.client(self.lab.pbx)
        client.tls.minimum_version = ssl.TLSVersion.TLSv1_2
        client.tls.maximum_version = ssl.TLSVersion.TLSv1_2
        with self.assertRaises((ssl.SSLError, ConnectionError)):
            client.get("/readyz")

    def test_plain_http_is_not_spoken(self):
        import socket
        with socket.create_connection(("127.0.0.1", self.lab.port), timeout=15) as wire:
            wire.sendall(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            self.assertNotIn(b"200", wire.recv(4096))

    def test_probes_need_no_certificate_and_tell_nothing(self):
        for path in ("/healthz", "/readyz"):
            answer = self.expect(self.lab.client().get(path), 200)
            self.assertNotIn(str(self.lab.folder).encode(), answer.body)


class Tokens(LabTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.recording = cls.lab.recorder.push(calls.metadata(channels=["mixed"]), VOICE).json()["id"]

    def ask(self, token, certificate=None):
        who = self.lab.client(certificate or self.lab.workstation, token)
        return who.post(f"/v1/recordings/{self.recording}/plays", {"purpose": "quality"})

    def claims(self, **changes):
        return self.lab.issuer.claims("alice", ["qa"], ["support"], self.lab.workstation, **changes)

    def signed(self, header=None, **changes):
        return self.lab.issuer.sign(self.claims(**changes), **(header or {}))

    def assert_refused(self, token, certificate=None):
        answer = self.expect(self.ask(token, certificate), 401)
        self.assertIn("Bearer", answer.headers["WWW-Authenticate"])

    def test_a_good_one_is_let_in(self):
        self.expect(self.ask(self.signed()), 201)
        self.expect(self.ask(self.signed(aud=["https://other.test", issuer.AUDIENCE])), 201)

    def test_no_signature_and_other_algorithms(self):
        head, body, signature = self.signed().split(".")
        none = b64url(json.dumps({"typ": "at+jwt", "alg": "none", "kid": self.lab.issuer.kid}).encode())
        self.assert_refused(f"{none}.{body}.")
        self.assert_refused(f"{none}.{body}.{signature}")
        for key in (self.lab.issuer.public_pem(), self.lab.issuer.public_pem().strip(),
                    openssl("pkey", "-in", self.lab.issuer.key, "-pubout", "-outform", "DER")):
            for algorithm in ("HS256", "ES256"):
                hs = b64url(json.dumps({"typ": "at+jwt", "alg": algorithm, "kid": self.lab.issuer.kid}).encode())
                mac = b64url(hmac.new(key, f"{hs}.{body}".encode(), hashlib.sha256).digest())
                self.assert_refused(f"{hs}.{body}.{mac}")
        self.assert_refused(f"{head}.{body}.{signature[:-4]}AAAA")
        self.assert_refused(f"{head}.{body}.{b64url(bytes(64))}")

    def test_a_key_of_another_issuer_or_in_the_header(self):
        with tempfile.TemporaryDirectory() as folder:
            forger = Issuer(folder, kid=self.lab.issuer.kid)
            self.assert_refused(forger.sign(self.claims()))
            self.assert_refused(forger.sign(self.claims(), jwk=forger.jwk()))
            self.assert_refused(forger.sign(self.claims(), jku="https://127.0.0.1:1/keys", x5u="https://127.0.0.1:1/x"))

    def test_header_fields_that_must_be_right(self):
        for header in ({"kid": None}, {"kid": "unknown"}, {"typ": "JWT"}, {"typ": None}, {"crit": ["exp"]},
                       {"crit": ["b64"], "b64": False}):
            with self.subTest(header):
                self.assert_refused(self.signed(header))

    def test_claims_that_must_be_right(self):
        now = int(time.time())
        for changes in ({"aud": "https://other.test"}, {"aud": None}, {"iss": "https://other.test"}, {"iss": None},
                        {"exp": now - 300}, {"exp": None}, {"exp": "later"}, {"nbf": now + 3600}, {"sub": None},
                        {"exp": now + 10 ** 9}, {"exp": 10 ** 40}):
            with self.subTest(changes):
                self.assert_refused(self.signed(**changes))

    def test_a_token_without_binding_or_bound_to_another(self):
        self.assert_refused(self.signed(cnf=None))
        self.assert_refused(self.signed(cnf={}))
        self.assert_refused(self.signed(cnf={"x5t#S256": "A" * 43}))
        self.assert_refused(self.signed(), certificate=self.lab.pbx)
        self.expect(self.lab.client(None, self.signed()).get("/v1/proposals"), 401)

    def test_the_second_factor(self):
        now = int(time.time())
        for changes in ({"auth_time": now - 3600}, {"auth_time": None}, {"auth_time": 0}, {"auth_time": now + 3600},
                        {"acr": "urn:callvault:acr:password", "amr": ["pwd"]}, {"acr": None, "amr": None}):
            with self.subTest(changes):
                answer = self.expect(self.ask(self.signed(**changes)), 401)
                self.assertIn("insufficient_user_authentication", answer.headers["WWW-Authenticate"])
                self.assertIn("max_age", answer.headers["WWW-Authenticate"])

    def test_malformed_tokens(self):
        good = self.signed()
        for token in ("", "x", "a.b", "a.b.c.d", good + "=", good + ".x", "." + good, good.replace(".", ".."), good[:-1],
                      "é" * 3, good + "A" * 17_000):
            with self.subTest(token[:20]):
                try:
                    answer = self.lab.client(self.lab.workstation).post(
                        "/v1/searches", {}, {"Authorization": f"Bearer {token}".encode()})
                except (ConnectionError, ssl.SSLError):
                    continue
                self.assertIn(answer.status, (400, 401, 431))
        for scheme in (f"Basic {base64.b64encode(b'a:b').decode()}", "Bearer", f"DPoP {good}"):
            self.expect(self.lab.client(self.lab.workstation).post("/v1/searches", {}, {"Authorization": scheme}), 401)

    def test_a_bad_token_is_not_passed_over_for_a_good_certificate(self):
        answer = self.lab.recorder.push(calls.metadata(channels=["mixed"]), VOICE, headers={"Authorization": "Bearer x.y.z"})
        self.assertEqual(answer.status, 401)

    def test_duplicate_claims(self):
        claims = json.dumps(self.claims())[:-1] + ', "roles": ["privacy_officer"]}'
        head = b64url(json.dumps({"typ": "at+jwt", "alg": "ES256", "kid": self.lab.issuer.kid}).encode())
        signed = f"{head}.{b64url(claims.encode())}"
        der = openssl("dgst", "-sha256", "-sign", self.lab.issuer.key, stdin=signed.encode())
        self.assert_refused(f"{signed}.{b64url(issuer.raw_signature(der))}")

    def test_conflicting_roles_deny_all(self):
        path, asked = f"/v1/recordings/{self.recording}/plays", {"purpose": "quality"}
        for roles in (["qa", "admin"], ["qa", "recorder"], ["auditor", "qa"], ["auditor", "privacy_officer"], [],
                      ["wizard"]):
            with self.subTest(roles):
                self.assertIn(self.lab.person("mallory", roles).post(path, asked).status, (403, 404))


if __name__ == "__main__":
    main()
