"""What the tests of signing in share: two real OpenID providers that behave differently, people, and their steps."""

import json
import re
import time
import urllib.parse

from support import LabTest
from lab import calls, wav
from lab.browser import Browser
from lab.lab import Lab
from lab.provider import ACR_MFA, Provider, ProviderUnavailable, new_secret, person, totp

VOICE = wav.make(wav.tone(4, seed=70))
SESSION = "__Host-callvault"
WELCOME, AGAIN = "Signed in", "Begin again"


def title(page):
    """The heading of one of our pages."""
    found = re.search("<h1>(.*?)</h1>", page.text)
    return found.group(1) if found else page.text[:200]


class SignInTest(LabTest):
    """A lab with two providers, a recording, and what a person does there."""

    @classmethod
    def setUpClass(cls):
        cls.lab = Lab()
        cls.addClassCleanup(cls.lab.close)
        cls.codes = {name: new_secret() for name in ("alice", "wouter", "petra", "odile")}
        users = [person("alice", cls.codes["alice"], name="Alice Achterberg", roles=["qa"], teams=["support"]),
                 person("wouter", cls.codes["wouter"], name="Wouter Wijnands", roles=["qa"], teams=["support"]),
                 person("petra", cls.codes["petra"], name="Petra Postma", roles=["privacy_officer"], teams=[]),
                 person("nobody", None, name="Nora Niemand", roles=["cook"], teams=["support"]),
                 person("both", None, name="Bo Beide", roles=["admin", "qa"], teams=["support"])]
        odd = [person("odile", cls.codes["odile"], name="Odile Oudkerk", realm_access={"roles": ["cc-quality"]},
                      departments="support sales")]
        try:
            cls.usual = Provider(cls.lab.folder / "usual", cls.lab.server, users)
            cls.addClassCleanup(cls.usual.close)
            cls.odd = Provider(cls.lab.folder / "odd", cls.lab.server, odd, "odd")
            cls.addClassCleanup(cls.odd.close)
        except ProviderUnavailable as missing:
            raise cls.skipTest(cls, str(missing)) from None
        cls.url = cls.lab.url
        cls.usual.set_clients([cls.lab.people_sign_in_at(
            cls.usual.url, "staff", "s/ecret+of staff", label="Staff", acr=[ACR_MFA], skew="1 s")])
        cls.odd.set_clients([cls.lab.people_sign_in_at(
            cls.odd.url, "partner", "s/ecret+of partner", registration={"id_token_signed_response_alg": "RS256"},
            label="Partner <b>&amp;</b> Co", amr=["mfa"], roles_claim="/realm_access/roles", roles=["cc-quality=qa"],
            teams_claim="departments")])
        cls.lab.start()
        cls.recording = cls.lab.recorder.push(calls.metadata(channels=["mixed"]), VOICE).json()["id"]

    def setUp(self):
        self.usual.fault("all", "none")
        self.usual.lie()

    def browser(self):
        return Browser(self.lab.authority.own.certificate)

    def address(self, name="staff", back="/v1/session", **more):
        return f"{self.url}/auth/sign-in?" + urllib.parse.urlencode({"issuer": name, "return": back, **more},
                                                                           quote_via=urllib.parse.quote)

    def signed_in(self, login="alice", name="staff", code=True, browser=None, **more):
        """A browser in which that person is signed in; its page is GET /v1/session."""
        browser = browser or self.browser()
        otp = totp(self.codes[login]) if code else None
        browser.sign_in(self.address(name, **more), login, f"{login}'s password", otp)
        self.assertEqual(browser.page.status, 200, browser.page.text[:900])
        self.assertTrue(browser.page.url.endswith("/v1/session"), (browser.page.url, browser.page.text[:900]))
        return browser

    def at_provider(self, login="alice", browser=None, **more):
        """A browser that stands before the provider's form."""
        browser = browser or self.browser()
        browser.open(self.address(**more))
        self.assertTrue(browser.page.form("login", "password"), browser.page.text[:600])
        return browser

    def callback_of(self, browser, login="alice"):
        """Fills in the form, but stops before our callback: its address with code and state."""
        stopped = []
        send = browser._send

        def hold(going):
            if "/auth/callback/" in going.url:
                stopped.append(going.url)
                going.chain[-1] = self.url + "/healthz"
            return send(going)
        browser._send = hold
        browser.submit({"login": login, "password": f"{login}'s password", "otp": totp(self.codes[login])})
        browser._send = send
        return stopped[0]

    def open_play(self, browser):
        return browser.fetch("POST", f"/v1/recordings/{self.recording}/plays", json={"purpose": "quality"})

    def signs_in_at(self, browser, login, **more):
        """Opens the sign-in and fills in the provider's form."""
        browser.open(self.address(**more))
        browser.submit({"login": login, "password": f"{login}'s password", "otp": totp(self.codes[login])})

    @staticmethod
    def forgotten_by_provider(browser):
        """Only our own cookies are left."""
        browser.cookies = [one for one in browser.cookies if one.host != "localhost"]

    def turned_back(self, page, status, heading):
        self.assertEqual((page.status, title(page)), (status, heading), page.text[:900])
        self.assertIn("text/html", page.headers["Content-Type"])
        for inside in ("postgres", "/tmp/", ".cpp", "std::", "openssl", "<script"):
            self.assertNotIn(inside, page.text)

    def logout_token(self, login, **more):
        """The claims by which the provider says that all logins of that person are over."""
        now = int(time.time())
        return {"iss": self.usual.url, "aud": "callvault", "iat": now, "exp": now + 120, "jti": "1",
                "sub": self.usual.subject(login),
                "events": {"http://schemas.openid.net/event/backchannel-logout": {}}, **more}

    def send(self, token, name="staff"):
        """A logout token, as that provider would; the status."""
        return self.lab.client().request(
            "POST", f"/auth/backchannel-logout/{name}", "logout_token=" + token,
            headers={"Content-Type": "application/x-www-form-urlencoded"}).status

    def log_out(self, login, **more):
        return self.send(self.usual.sign(self.logout_token(login, **more), typ="logout+jwt"))

    def entries(self, action, reason=None):
        """Entries of the audit log of that action."""
        rows = self.lab.cluster.sql("select convert_from(bytes, 'UTF8') from audit_entry order by id")
        found = [json.loads(row[0]) for row in rows]
        return [one for one in found if one["action"] == action and (reason is None or one.get("reason") == reason)]

    def other_session(self, browser):
        """GET /v1/session in a browser whose page may be elsewhere."""
        browser.open(self.url + "/healthz")
        return browser.fetch("GET", "/v1/session")
