#!/usr/bin/env python3
"""The OpenID provider and the browser of the lab, by themselves: a small relying party takes the gateway's place."""

import base64
import contextlib
import hashlib
import http.client
import http.server
import json
import pathlib
import secrets
import ssl
import tempfile
import threading
import time
import unittest
import urllib.parse

from support import main_with_provider
from lab.authority import Authority, openssl
from lab.browser import Browser, BrowserError, parse_cookie
from lab.issuer import b64url
from lab.provider import (ACR_MFA, ACR_PASSWORD, Provider, client, new_secret,
                          person, totp)

SECRET = new_secret()
PEOPLE = [person("alice", SECRET, roles=["qa"], teams=["support", "sales"]), person("bob", roles=["agent"], teams=[])]


def unb64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def der(tag, *parts):
    """A DER value."""
    inside = b"".join(parts)
    size = len(inside)
    head = bytes([size]) if size < 128 else bytes([0x82]) + size.to_bytes(2, "big")
    return bytes([tag]) + head + inside


def der_number(data):
    data = data.lstrip(b"\0") or b"\0"
    return der(2, (b"\0" if data[0] & 0x80 else b"") + data)


def public_key(jwk):
    """A JWK as DER SubjectPublicKeyInfo."""
    if jwk["kty"] == "EC":
        return bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004") + unb64url(jwk["x"]) + unb64url(
            jwk["y"])
    numbers = der(0x30, der_number(unb64url(jwk["n"])), der_number(unb64url(jwk["e"])))
    return der(0x30, bytes.fromhex("300d06092a864886f70d0101010500"), der(3, b"\0", numbers))


def verified(token, keys):
    """(header, claims) of a JWS that one of these keys signed; raises otherwise."""
    head, body, signature = token.split(".")
    header, signature = json.loads(unb64url(head)), unb64url(signature)
    jwk = next((key for key in keys if key["kid"] == header["kid"]), None)
    if jwk is None:
        raise LookupError(f"no key {header['kid']}")
    if header["alg"] == "ES256":
        signature = der(0x30, der_number(signature[:32]), der_number(signature[32:]))
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "key").write_bytes(public_key(jwk))
        (folder / "signature").write_bytes(signature)
        openssl("dgst", "-sha256", "-verify", folder / "key", "-keyform", "DER", "-signature", folder / "signature",
                stdin=f"{head}.{body}".encode())
    return header, json.loads(unb64url(body))


class Party:
    """A relying party at https://127.0.0.1:PORT: another site than the provider's localhost."""

    def __init__(self, certificate, authority):
        self.tls = ssl.create_default_context(cafile=str(authority))
        self.provider, self.client = None, None
        self.flows, self.answers, self.logout_tokens, self.seen = {}, [], [], []
        party = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                party.answer(self, urllib.parse.urlsplit(self.path))

            def do_POST(self):
                form = self.rfile.read(int(self.headers["Content-Length"])).decode()
                party.logout_tokens.append((self.path, dict(urllib.parse.parse_qsl(form)), self.headers))
                party.say(self, 200)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate.certificate, certificate.key)
        self.server.socket = tls.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"https://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def ask(self, url, form=None, timeout=10, **headers):
        """(status, body) of a request to the provider."""
        parts = urllib.parse.urlsplit(url)
        connection = http.client.HTTPSConnection("127.0.0.1", parts.port, context=self.tls, timeout=timeout)
        with contextlib.closing(connection):
            body = form and urllib.parse.urlencode(form)
            headers = {**headers, **({"Content-Type": "application/x-www-form-urlencoded"} if form else {})}
            connection.request("POST" if form else "GET", parts.path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def discover(self):
        return json.loads(self.ask(f"{self.provider.url}/.well-known/openid-configuration")[1])

    def keys(self):
        return json.loads(self.ask(self.discover()["jwks_uri"])[1])["keys"]

    def say(self, request, status, text="", *headers):
        request.send_response(status)
        for name, value in (("Content-Type", "text/html"), ("Content-Length", str(len(text))), *headers):
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(text.encode())

    def answer(self, request, url):
        cookies = request.headers.get("Cookie") or ""
        self.seen.append((url.path, cookies, request.headers.get("Sec-Fetch-Site")))
        if url.path == "/login":
            state, verifier, nonce = (secrets.token_urlsafe(32) for _ in range(3))
            self.flows[state] = verifier, nonce
            where = self.discover()["authorization_endpoint"] + "?" + urllib.parse.urlencode({
                "client_id": self.client["client_id"], "response_type": "code", "scope": "openid roles",
                "redirect_uri": self.url + "/auth/callback", "state": state, "nonce": nonce,
                "code_challenge": b64url(hashlib.sha256(verifier.encode()).digest()), "code_challenge_method": "S256",
                **dict(urllib.parse.parse_qsl(url.query))})
            self.say(request, 303, "", ("Location", where),
                     ("Set-Cookie", f"__Host-flow={state}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=600"),
                     ("Set-Cookie", "__Host-own=1; Path=/; Secure; HttpOnly; SameSite=Strict"))
        elif url.path == "/auth/callback":
            came = dict(urllib.parse.parse_qsl(url.query))
            assert f"__Host-flow={came['state']}" in cookies
            verifier, nonce = self.flows.pop(came["state"])
            self.answers.append({"came": came, "nonce": nonce, **self.exchange(came.get("code"), verifier)})
            self.say(request, 200, '<meta http-equiv="refresh" content="0;url=/">')
        else:
            self.say(request, 200, "<h1>In</h1><form method=post action=/post><input name=a><button>Go</button></form>",
                     ("Referrer-Policy", "no-referrer"), ("Content-Security-Policy", "form-action 'self'"))

    def exchange(self, code, verifier):
        """What the token endpoint says: its status, and its JSON where it is some."""
        pair = f"{self.client['client_id']}:{self.client['client_secret']}".encode()
        status, body = self.ask(self.discover()["token_endpoint"], {
            "grant_type": "authorization_code", "code": code, "code_verifier": verifier,
            "redirect_uri": self.url + "/auth/callback"}, Authorization=f"Basic {base64.b64encode(pair).decode()}")
        with contextlib.suppress(ValueError):
            return {"status": status, **json.loads(body)}
        return {"status": status, "body": body}

    def last(self):
        """(header, claims) of the last ID token, which must be good."""
        answer = self.answers[-1]
        header, claims = verified(answer["id_token"], self.keys())
        assert (claims["nonce"], claims["iss"], claims["aud"]) == (
            answer["nonce"], self.provider.url, self.client["client_id"])
        assert claims["iat"] <= time.time() < claims["exp"]
        return header, claims


class ProviderTest(unittest.TestCase):
    behaviour = "usual"
    totp_replay = True

    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        authority = Authority(folder / "pki")
        cls.authority = authority.own.certificate
        cls.party = Party(authority.server(), cls.authority)
        cls.addClassCleanup(cls.party.close)
        cls.provider = Provider(folder / "provider", authority.server(), PEOPLE, cls.behaviour,
                                totp_replay=cls.totp_replay)
        cls.addClassCleanup(cls.provider.close)
        cls.party.provider, cls.party.client = cls.provider, client(cls.party.url)
        cls.provider.set_clients([cls.party.client])

    def setUp(self):
        self.browser = Browser(self.authority)

    def sign_in(self, login="alice", otp=None, **query):
        """(header, claims) after a login that leads to the party's first page."""
        url = f"{self.party.url}/login?{urllib.parse.urlencode(query)}"
        page = self.browser.sign_in(url, login, f"{login}'s password", otp)
        self.assertEqual((page.status, page.url), (200, self.party.url + "/"), page.text)
        return self.party.last()

    def asks(self, **query):
        """Whether the provider shows its login page."""
        self.browser.open(f"{self.party.url}/login?{urllib.parse.urlencode(query)}")
        return self.browser.page.form("login", "password", "otp") is not None


class Usual(ProviderTest):
    def test_two_factors(self):
        header, claims = self.sign_in(otp=totp(SECRET), acr_values=ACR_MFA)
        self.assertEqual((header["alg"], header.keys()), ("ES256", {"alg", "kid"}))
        self.assertEqual(claims.keys(), {"acr", "amr", "aud", "auth_time", "exp", "iat", "iss", "nonce", "sid", "sub",
                                         "roles", "teams"})
        self.assertEqual((claims["sub"], claims["acr"], claims["amr"]), ("alice", ACR_MFA, ["pwd", "otp", "mfa"]))
        self.assertEqual((claims["roles"], claims["teams"]), (["qa"], ["support", "sales"]))
        self.assertLess(abs(claims["auth_time"] - time.time()), 10)
        self.assertEqual(self.party.answers[-1]["came"]["iss"], self.provider.url)

    def test_acr_is_a_hint(self):
        for login in ("alice", "bob"):
            self.browser = Browser(self.authority)
            claims = self.sign_in(login, acr_values=ACR_MFA)[1]
            self.assertEqual((claims["acr"], claims["amr"]), (ACR_PASSWORD, ["pwd"]))

    def test_wrong_words_are_refused(self):
        for password, otp, says in (("wrong", None, "password"), ("alice's password", "000000", "code")):
            page = self.browser.sign_in(self.party.url + "/login", "alice", password, otp)
            self.assertEqual(page.status, 401)
            self.assertIn(says, page.alert)
        self.browser.submit({"login": "alice", "password": "alice's password", "otp": totp(SECRET)})
        self.assertEqual(self.browser.page.url, self.party.url + "/")

    def test_a_login_lasts_until_it_is_asked_again(self):
        first = self.sign_in()[1]
        self.assertFalse(self.asks())
        self.assertEqual(self.party.last()[1]["sid"], first["sid"])
        time.sleep(1.1)
        self.assertTrue(self.asks(prompt="login"))
        self.browser.submit({"login": "alice", "password": "alice's password", "otp": totp(SECRET)})
        claims = self.party.last()[1]
        self.assertEqual(claims["acr"], ACR_MFA)
        self.assertGreater(claims["auth_time"], first["auth_time"])
        self.assertTrue(self.asks(prompt="login"))  # and now it is somebody else
        self.browser.submit({"login": "bob", "password": "bob's password"})
        self.assertEqual(self.party.last()[1]["sub"], "bob")

    def test_keys_change(self):
        self.sign_in()
        old = self.party.keys()
        self.provider.rotate()
        self.assertFalse(self.asks(), "sessions stay")
        self.assertNotIn(self.party.last()[0]["kid"], [key["kid"] for key in old])
        self.assertEqual(len(self.party.keys()), 2 * len(old))
        self.provider.rotate(drop=True)
        with self.assertRaises(LookupError):
            self.party.last()
        self.assertEqual(len(self.party.keys()), len(old))

    def test_lies(self):
        self.addCleanup(self.provider.lie)
        self.sign_in()

        def told(**wrong):
            self.provider.lie(**wrong)
            self.assertFalse(self.asks())
            token = self.party.answers[-1]["id_token"]
            return token, json.loads(unb64url(token.split(".")[0])), json.loads(unb64url(token.split(".")[1]))

        for name in ("nonce", "aud", "iss"):
            self.assertEqual(told(**{name: ""})[2][name], f"wrong-{name}")
            verified(self.party.answers[-1]["id_token"], self.party.keys())
        self.assertLess(told(expired="")[2]["exp"], time.time())
        self.assertEqual(told(auth_time=0)[2]["auth_time"], 0)
        self.assertNotIn("auth_time", told(auth_time="missing")[2])
        self.assertEqual(told(alg="none")[0].rpartition(".")[2], "")
        token, header, _ = told(alg="HS256")
        self.assertEqual(header["alg"], "HS256")
        mac = openssl("dgst", "-sha256", "-hmac", self.party.client["client_secret"], "-binary",
                      stdin=token.rpartition(".")[0].encode())
        self.assertEqual(b64url(mac), token.rpartition(".")[2])
        with self.assertRaises(RuntimeError):
            verified(told(other_key="")[0], self.party.keys())
        with self.assertRaises(LookupError):
            verified(told(other_key="kid")[0], self.party.keys())
        self.provider.lie()
        self.assertFalse(self.asks())
        self.party.last()

    def test_faults(self):
        self.addCleanup(self.provider.fault, "all", "none")
        self.provider.fault("token", "503")
        self.browser.sign_in(self.party.url + "/login", "alice", "alice's password")
        self.assertEqual(self.party.answers[-1]["status"], 503)
        self.provider.fault("token", "none")
        self.provider.fault("jwks", "garbage")
        with self.assertRaises(json.JSONDecodeError):
            self.party.keys()
        self.provider.fault("jwks", "hang")
        with self.assertRaises(TimeoutError):
            self.party.ask(self.provider.url + "/jwks", timeout=0.5)
        self.provider.fault("all", "none")
        self.sign_in()

    def test_signing_out_there_tells_the_party(self):
        claims = self.sign_in(otp=totp(SECRET))[1]
        before = len(self.party.logout_tokens)
        self.browser.follow(self.party.discover()["end_session_endpoint"] + "?" + urllib.parse.urlencode({
            "id_token_hint": self.party.answers[-1]["id_token"], "state": "s",
            "post_logout_redirect_uri": self.party.url + "/"}))
        self.assertEqual(len(self.party.logout_tokens), before, "nothing happens before it is confirmed")
        self.browser.submit(button="yes")
        self.assertEqual(self.browser.page.url, self.party.url + "/?state=s")
        path, form, headers = self.party.logout_tokens[-1]
        self.assertEqual((path, form.keys(), headers["Content-Type"].partition(";")[0]), (
            "/auth/backchannel-logout", {"logout_token"}, "application/x-www-form-urlencoded"))
        header, said = verified(form["logout_token"], self.party.keys())
        self.assertEqual((header["typ"], header["alg"]), ("logout+jwt", "ES256"))
        self.assertEqual(said.keys(), {"aud", "events", "exp", "iat", "iss", "jti", "sid", "sub"})
        self.assertEqual((said["sid"], said["sub"], said["exp"] - said["iat"]), (claims["sid"], "alice", 120))
        self.assertEqual(said["events"], {"http://schemas.openid.net/event/backchannel-logout": {}})
        self.assertTrue(self.asks(), "the session is over")

    def test_other_claims_and_any_token(self):
        self.addCleanup(self.provider.set_users, PEOPLE)
        self.sign_in()
        self.provider.set_users([person("alice", SECRET, roles=["dpo"], desk="east")])
        self.assertFalse(self.asks())
        claims = self.party.last()[1]
        self.assertEqual((claims["roles"], claims["desk"], claims.get("teams")), (["dpo"], "east", None))
        header, claims = verified(self.provider.sign({"a": 1}, typ="logout+jwt"), self.party.keys())
        self.assertEqual((header["typ"], header["alg"], claims), ("logout+jwt", "ES256", {"a": 1}))

    def test_the_browser_keeps_to_the_rules(self):
        self.sign_in()
        self.party.seen.clear()
        self.assertFalse(self.asks())
        (_, typed, site), (_, back, _), (_, refreshed, after) = self.party.seen
        self.assertIn("__Host-own", typed)
        self.assertNotIn("__Host-own", back, "came over another site")
        self.assertIn("__Host-flow", back, "a navigation sends lax cookies")
        self.assertIn("__Host-own", refreshed, "the party's own page went on")
        self.assertEqual((site, after), ("none", "same-origin"))
        self.browser.submit({"a": "1"})
        self.assertEqual(self.party.logout_tokens[-1][2]["Origin"], "null", "no-referrer hides it")
        self.browser.open(self.party.url)
        self.browser.fetch("POST", "/post", json={"a": 1})
        headers = self.party.logout_tokens[-1][2]
        self.assertEqual((headers["Origin"], headers["Sec-Fetch-Site"], headers["Sec-Fetch-Mode"]),
                         (self.party.url, "same-origin", "cors"))
        self.browser.page.forms[0].action = self.provider.url
        with self.assertRaises(BrowserError):
            self.browser.submit()
        self.asks(prompt="login")  # a page of the other site
        self.browser.fetch("POST", self.party.url + "/post", json={"a": 1})
        headers = self.party.logout_tokens[-1][2]
        self.assertEqual((headers["Cookie"], headers["Sec-Fetch-Site"], headers["Content-Type"]),
                         (None, "cross-site", "text/plain;charset=UTF-8"))
        for broken in ("__Host-a=1; Path=/", "__Host-a=1; Secure", "__Host-a=1; Secure; Path=/; Domain=localhost"):
            with self.assertRaises(AssertionError):
                parse_cookie(broken, self.party.url)


class CodesCountOnce(ProviderTest):
    totp_replay = False

    def test_a_used_code_is_refused(self):
        self.sign_in(otp=totp(SECRET))
        code = totp(SECRET, time.time() - 30)  # older than the used one
        self.browser = Browser(self.authority)
        page = self.browser.sign_in(self.party.url + "/login", "alice", "alice's password", code)
        self.assertEqual((page.status, page.alert), (401, "Wrong one-time code."))


class Odd(ProviderTest):
    behaviour = "odd"

    def test_two_factors(self):
        header, claims = self.sign_in(otp=totp(SECRET), acr_values=ACR_MFA)
        self.assertEqual((header["alg"], header.keys()), ("RS256", {"alg", "kid"}))
        self.assertEqual(claims.keys(), {"amr", "aud", "exp", "iat", "iss", "nonce", "sid", "sub", "realm_access",
                                         "departments"})
        self.assertEqual((claims["amr"], claims["realm_access"], claims["departments"]),
                         (["pwd", "mfa"], {"roles": ["qa"]}, "support sales"))
        self.assertEqual(claims["sub"], self.provider.subject("alice"))
        self.assertGreater(len(claims["sub"]), 80)
        self.assertNotIn("iss", self.party.answers[-1]["came"])
        self.assertFalse(self.party.discover()["authorization_response_iss_parameter_supported"])
        self.assertNotIn("alg", self.party.keys()[0])

    def test_auth_time_comes_when_asked_for(self):
        self.assertEqual(self.sign_in("bob")[1]["amr"], ["pwd"])
        self.assertFalse(self.asks(max_age=600))
        self.assertIn("auth_time", self.party.last()[1])
        self.assertTrue(self.asks(prompt="login"))
        self.browser.submit({"login": "bob", "password": "bob's password"})
        self.assertIn("auth_time", self.party.last()[1])


class Codes(unittest.TestCase):
    def test_rfc_6238(self):
        secret = base64.b32encode(b"12345678901234567890").decode()
        self.assertEqual([totp(secret, at) for at in (59, 1111111109, 1234567890)], ["287082", "081804", "005924"])


if __name__ == "__main__":
    main_with_provider()
