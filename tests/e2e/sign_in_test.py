#!/usr/bin/env python3
"""People sign in at real OpenID providers, two that behave differently, with one-time codes, in a browser that is strict."""

import html
import json
import re
import subprocess
import time
import urllib.parse

from support import LabTest, main
from lab import calls, wav
from lab.browser import Browser, Cookie
from lab.lab import Lab, wait_until
from lab.provider import ACR_MFA, Provider, ProviderUnavailable, new_secret, person, totp

VOICE = wav.make(wav.tone(4, seed=70))
SESSION = "__Host-callvault"
WELCOME, AGAIN = "Signed in", "Begin again"


def title(page):
    """The heading of one of our pages."""
    found = re.search("<h1>(.*?)</h1>", page.text)
    return found.group(1) if found else page.text[:200]


class SignIn(LabTest):
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

    # -- steps --------------------------------------------------------------------------------------------------------

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

    # -- the good way -------------------------------------------------------------------------------------------------

    def test_a_person_signs_in_hears_a_call_and_signs_out(self):
        browser = self.signed_in()
        said = browser.page.json()
        self.assertEqual((said["kind"], said["roles"], said["teams"], said["second_factor"], said["issuer"]),
                         ("browser", ["qa"], ["support"], True, "staff"))
        self.assertNotIn("alice", browser.page.text.lower())
        cookie = browser.cookie(SESSION)
        self.assertEqual((cookie.same_site, cookie.http_only, cookie.expires), ("strict", True, None))
        self.assertEqual([one.name for one in browser.cookies if "login" in one.name], [])
        self.assertEqual(browser.script_cookies(), {})
        welcome = [url for _, url in browser.page.history if "/auth/callback/" in url]
        self.assertEqual(len(welcome), 1)

        play = self.expect(self.open_play(browser), 201).json()
        sound = browser.fetch("GET", play["media"], headers={"Range": "bytes=0-1023"})
        self.assertEqual((sound.status, len(sound.body)), (206, 1024))
        self.expect(browser.fetch("GET", f"/v1/plays/{play['id']}"), 200)
        opened = self.entries("session.open", "signed_in")
        self.assertTrue(opened)

        stolen = cookie.value
        self.expect(browser.fetch("DELETE", "/v1/session"), 204)
        self.assertIsNone(browser.cookie(SESSION))
        self.expect(browser.fetch("GET", "/v1/session"), 401, "no-credentials")  # the back button finds nothing
        thief = self.browser()
        thief.open(self.url + "/healthz")
        for path in ("/v1/session", play["media"], f"/v1/plays/{play['id']}"):
            answer = thief.fetch("GET", path, headers={"Cookie": f"{SESSION}={stolen}"})
            self.assertIn(answer.status, (401, 404, 410), path)

    def test_two_providers_are_offered_and_each_in_its_own_way_lets_in(self):
        browser = self.browser()
        browser.open(self.url + "/auth/sign-in?return=/v1/session")
        self.turned_back(browser.page, 200, "Sign in")
        self.assertIn("Partner &lt;b&gt;&amp;amp;&lt;/b&gt; Co", browser.page.text)
        browser.follow(dict(browser.page.document.links)["Partner <b>&amp;</b> Co"])
        browser.submit({"login": "odile", "password": "odile's password", "otp": totp(self.codes["odile"])})
        said = browser.page.json()
        self.assertEqual((said["roles"], said["teams"], said["second_factor"], said["issuer"]),
                         (["qa"], ["support", "sales"], True, "partner"))
        # This provider does not say when: so it must be asked again before anything is played.
        self.expect(self.open_play(browser), 401, "insufficient-user-authentication")
        self.signed_in("odile", "partner", browser=browser, step_up=1)
        self.expect(self.open_play(browser), 201)

    def test_playing_needs_a_second_factor_that_was_really_used(self):
        browser = self.signed_in(code=False)
        self.assertFalse(browser.page.json()["second_factor"])
        self.expect(self.open_play(browser), 401, "insufficient-user-authentication")
        before = browser.cookie(SESSION).value
        # The provider is asked for it and lets the person in without: acr_values is only a hint.
        browser.open(self.address(step_up=1))
        browser.submit({"login": "alice", "password": "alice's password", "otp": ""})
        self.turned_back(browser.page, 403, "Second factor needed")
        self.assertTrue(self.entries("session.open", "second_factor_missing"))
        self.assertEqual(browser.cookie(SESSION).value, before)
        browser.click("Sign in again")
        browser.submit({"login": "alice", "password": "alice's password", "otp": totp(self.codes["alice"])})
        self.expect(self.open_play(browser), 201)
        self.assertNotEqual(browser.cookie(SESSION).value, before)
        self.assertTrue(self.entries("session.open", "renewed"))

    def test_a_step_up_keeps_the_session_and_its_plays_and_gives_it_a_new_cookie(self):
        browser = self.signed_in()
        play = self.expect(self.open_play(browser), 201).json()
        old = browser.cookie(SESSION).value
        self.signed_in(browser=browser, step_up=1)
        self.assertEqual(browser.fetch("GET", play["media"], headers={"Range": "bytes=0-9"}).status, 206)
        self.assertEqual(self.expect(browser.fetch("GET", f"/v1/plays/{play['id']}"), 200).json()["state"], "open")
        browser.cookies = [one for one in browser.cookies if one.name != SESSION]
        answer = browser.fetch("GET", "/v1/session", headers={"Cookie": f"{SESSION}={old}"})
        self.expect(answer, 401, "session-over")
        sound = browser.fetch("GET", play["media"], headers={"Range": "bytes=0-9", "Cookie": f"{SESSION}={old}"})
        self.expect(sound, 401, "session-over")

    def test_a_step_up_as_somebody_else_changes_nothing(self):
        browser = self.signed_in()
        before = browser.cookie(SESSION).value
        self.forgotten_by_provider(browser)
        self.signs_in_at(browser, "wouter", step_up=1)
        self.turned_back(browser.page, 403, "Somebody else")
        self.assertEqual(browser.cookie(SESSION).value, before)
        self.assertTrue(self.entries("session.open", "other_person"))
        self.expect(self.open_play(browser), 201)

    def test_a_provider_that_ends_the_first_login_with_the_second_leaves_the_second(self):
        browser = self.signed_in()
        play = self.expect(self.open_play(browser), 201).json()
        self.signs_in_at(browser, "wouter", step_up=1)  # it has one person a browser, and tells us that alice is out
        self.assertTrue(browser.page.url.endswith("/v1/session"), browser.page.text[:400])
        self.assertTrue(self.entries("session.close", "provider_logout"))
        self.expect(browser.fetch("GET", f"/v1/plays/{play['id']}"), 404)

    def test_another_person_at_the_same_browser_ends_the_session_before(self):
        browser = self.signed_in()
        play = self.expect(self.open_play(browser), 201).json()
        stolen = browser.cookie(SESSION).value
        self.forgotten_by_provider(browser)
        self.signed_in("wouter", browser=browser)
        self.expect(browser.fetch("GET", f"/v1/plays/{play['id']}"), 404)
        browser.cookies = [one for one in browser.cookies if one.name != SESSION]
        self.assertEqual(browser.fetch("GET", "/v1/session", headers={"Cookie": f"{SESSION}={stolen}"}).status, 401)

    def test_sign_out_leads_on_to_the_providers_own(self):
        browser = self.signed_in()
        answer = browser._navigate("POST", self.url + "/auth/sign-out", body=b"", form=True)
        self.assertIsNone(browser.cookie(SESSION))
        where = [url for _, url in answer.history][1]
        self.assertTrue(where.startswith(self.usual.url), where)
        self.assertIn("post_logout_redirect_uri=" + urllib.parse.quote(self.url + "/", safe=""), where)

    def test_curl_signs_in_and_hears_a_call(self):
        jar, authority = self.lab.folder / "jar", str(self.lab.authority.own.certificate)

        def curl(*more, text=True):
            done = subprocess.run(["curl", "-sS", "--cacert", authority, "-b", str(jar), "-c", str(jar), "-w",
                                   "\n%{http_code} %{url_effective}", *more], capture_output=True, check=True)
            body, _, last = done.stdout.rpartition(b"\n")
            return (body.decode() if text else body), last.decode().split()
        form, (_, there) = curl("-L", self.address())
        action = re.search('action="([^"]*)"', form)
        where = urllib.parse.urljoin(there, html.unescape(action.group(1))) if action else there
        filled = {"login": "alice", "password": "alice's password", "otp": totp(self.codes["alice"])}
        hidden = dict(re.findall('<input type="hidden" name="([^"]*)" value="([^"]*)"', form))
        welcome, (status, _) = curl("-L", *(word for name, value in {**hidden, **filled}.items()
                                            for word in ("--data-urlencode", f"{name}={value}")), where)
        self.assertEqual(status, "200", welcome)
        self.assertIn(WELCOME, welcome)
        said, _ = curl(self.url + "/v1/session")
        self.assertEqual((json.loads(said)["roles"], json.loads(said)["second_factor"]), (["qa"], True))
        ours = ["-H", "Origin: " + self.url]
        play, (status, _) = curl(*ours, "--json", '{"purpose": "quality"}', f"{self.url}/v1/recordings/{self.recording}/plays")
        self.assertEqual(status, "201", play)
        sound, (status, _) = curl(self.url + json.loads(play)["media"], text=False)
        self.assertEqual((status, sound[44:]), ("200", VOICE[44:]))

    def test_in_dutch_too(self):
        browser = self.browser()
        browser.open(self.url + "/healthz")
        page = browser.fetch("GET", "/auth/sign-in", headers={"Accept-Language": "nl-NL,nl;q=0.9,en;q=0.8"})
        self.assertEqual((title(page), page.headers["Content-Language"]), ("Inloggen", "nl"))
        self.assertIn('<html lang="nl">', page.text)

    # -- who is not let in --------------------------------------------------------------------------------------------

    def test_no_role_or_roles_that_exclude_each_other_is_no_access(self):
        for login, reason in (("nobody", "no_role"), ("both", "conflicting_roles")):
            browser = self.browser()
            browser.sign_in(self.address(), login, f"{login}'s password")
            self.turned_back(browser.page, 403, "No access")
            self.assertIsNone(browser.cookie(SESSION))
            self.assertTrue(self.entries("session.open", reason))

    def test_forged_crossed_and_replayed_states(self):
        browser = self.at_provider()
        good = self.callback_of(browser)
        other = self.at_provider()
        stranger = self.browser()
        stranger.open(good)  # the link of another browser
        self.turned_back(stranger.page, 400, AGAIN)
        other.open(good)  # a browser that began one of its own
        self.turned_back(other.page, 400, AGAIN)
        state = urllib.parse.parse_qs(urllib.parse.urlsplit(good).query)["state"][0]
        for wrong in (state[:-1] + ("A" if state[-1] != "A" else "B"), "", "x" * 43, "%00"):
            browser.open(good.replace(state, wrong))
            self.turned_back(browser.page, 400, AGAIN)
        browser.open(re.sub("state=[^&]*&?", "", good))
        self.turned_back(browser.page, 400, AGAIN)
        browser.open(good)  # typed: the cookie comes along, as from the provider
        self.assertEqual(title(browser.page) if "html" in browser.page.headers["Content-Type"] else WELCOME, WELCOME)
        browser.open(good)  # the back button
        self.turned_back(browser.page, 400, AGAIN)

    def test_a_code_of_another_sign_in_is_worth_nothing(self):
        victim = self.at_provider()
        code = urllib.parse.parse_qs(urllib.parse.urlsplit(self.callback_of(victim)).query)["code"][0]
        thief = self.at_provider()
        own = self.callback_of(thief, "wouter")
        thief.open(re.sub("code=[^&]*", f"code={code}", own))
        self.turned_back(thief.page, 403, "Not signed in")
        self.assertIsNone(thief.cookie(SESSION))

    def test_tokens_that_lie_are_not_believed(self):
        for lie in ({"nonce": ""}, {"nonce": "missing"}, {"aud": ""}, {"aud": ["callvault", "other"]}, {"iss": ""},
                    {"expired": ""}, {"alg": "HS256"}, {"alg": "none"}, {"other_key": ""}, {"other_key": "kid"},
                    {"azp": "other"}, {"sub": "missing"}, {"exp": "missing"}):
            with self.subTest(**lie):
                self.usual.lie(**lie)
                browser = self.browser()
                browser.sign_in(self.address(), "alice", "alice's password", totp(self.codes["alice"]))
                self.turned_back(browser.page, 403, "Not signed in")
                self.assertIsNone(browser.cookie(SESSION))

    def test_a_step_up_that_the_provider_answers_with_an_old_login_is_none(self):
        for lie in ({"auth_time": 0}, {"auth_time": "missing"}, {"auth_time": int(time.time()) - 120},
                    {"auth_time": int(time.time()) + 3600}):
            with self.subTest(**lie):
                self.usual.lie()
                browser = self.signed_in(code=False)
                self.usual.lie(**lie)
                browser.open(self.address(step_up=1))
                browser.submit({"login": "alice", "password": "alice's password", "otp": totp(self.codes["alice"])})
                self.turned_back(browser.page, 403, "Second factor needed")

    def test_one_issuers_answer_does_not_count_as_the_others(self):
        browser = self.at_provider()
        good = self.callback_of(browser)
        browser.open(good.replace("/auth/callback/staff", "/auth/callback/partner"))
        self.turned_back(browser.page, 400, AGAIN)
        mixed = re.sub("iss=[^&]*", "iss=" + urllib.parse.quote(self.odd.url, safe=""), good)
        self.assertNotEqual(mixed, good)
        browser.open(mixed)
        self.turned_back(browser.page, 403, "Not signed in")
        browser = self.at_provider()
        browser.open(re.sub("&?iss=[^&]*", "", self.callback_of(browser)))  # this issuer always names itself
        self.turned_back(browser.page, 403, "Not signed in")
        browser.open(self.url + "/auth/callback/nowhere?state=x&code=y")
        self.turned_back(browser.page, 404, "Nobody signs in here")

    def test_nobody_is_led_to_another_site(self):
        for back in ("//evil.test", "https://evil.test/", "/\\evil.test", "/a b", "javascript:alert(1)", "", "x",
                     "/" + "a" * 600, "/ok\r\nSet-Cookie: a=b"):
            with self.subTest(back=back):
                browser = self.browser()
                browser.sign_in(self.address(back=back), "alice", "alice's password", totp(self.codes["alice"]))
                self.assertEqual(browser.page.url, self.url + "/")
        browser = self.browser()
        browser.sign_in(self.address(back='/v1/session?"><script>alert(1)</script>'), "alice", "alice's password",
                        totp(self.codes["alice"]))
        self.assertEqual(browser.page.status, 200)

    def test_other_sites_change_nothing_here(self):
        browser = self.signed_in()
        cookie = {"Cookie": f"{SESSION}={browser.cookie(SESSION).value}"}
        path = f"/v1/recordings/{self.recording}/plays"
        bare = self.lab.client()
        for headers in ({}, {"Origin": "https://evil.test"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
                        {"Sec-Fetch-Site": "same-site", "Origin": self.url}, {"Sec-Fetch-Site": "none"},
                        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.test"}):
            with self.subTest(**headers):
                answer = bare.request("POST", path, {"purpose": "quality"}, headers={**cookie, **headers})
                self.expect(answer, 403, "foreign-origin")
        answer = bare.request("GET", "/v1/session", headers={**cookie, "Sec-Fetch-Site": "cross-site"})
        self.expect(answer, 403, "foreign-origin")
        answer = bare.request("POST", "/auth/sign-out", "", headers={**cookie, "Origin": "https://evil.test"})
        self.expect(answer, 403, "foreign-origin")
        # Without the cookie, as browsers really send it, it must not take the cookie away.
        answer = bare.request("POST", "/auth/sign-out", "", headers={"Origin": "https://evil.test"})
        self.expect(answer, 403, "foreign-origin")
        self.assertIsNone(answer.headers["Set-Cookie"])
        self.expect(browser.fetch("GET", "/v1/session"), 200)
        # A link of another site begins no sign-in by itself.
        page = bare.request("GET", "/auth/sign-in?issuer=staff", headers={"Sec-Fetch-Site": "cross-site"})
        self.assertEqual((page.status, page.headers["Set-Cookie"]), (200, None))

    def test_a_cookie_from_elsewhere_is_no_session(self):
        for value in ("", "x", "A" * 43, "A" * 3000):
            with self.subTest(value=value[:50]):
                answer = self.lab.client().request("GET", "/v1/session", headers={"Cookie": f"{SESSION}={value}"})
                self.expect(answer, 401, "session-over")
        browser = self.browser()  # fixation: what was there before is not what counts after
        fixed = "A" * 43
        browser.open(self.url + "/healthz")
        browser.cookies.append(Cookie(SESSION, fixed, "127.0.0.1", True, "/", True, "strict", None))
        good = self.signed_in(browser=browser).cookie(SESSION).value
        self.assertNotEqual(good, fixed)
        twice = self.lab.client().request("GET", "/v1/session", headers={"Cookie": f"{SESSION}={good}; {SESSION}={fixed}"})
        self.expect(twice, 401, "session-over")

    # -- time and failures --------------------------------------------------------------------------------------------

    def test_ten_tabs_sign_in_at_once(self):
        browser = self.at_provider()
        addresses = []
        for _ in range(10):
            self.at_provider(browser=browser)
            addresses.append(self.callback_of(browser))
            self.forgotten_by_provider(browser)
        for address in reversed(addresses):
            browser.open(address)
            self.assertEqual(browser.page.status, 200, browser.page.text[:400])
            self.assertTrue(browser.page.url.endswith("/v1/session"), browser.page.text[:400])
        self.assertEqual([one.name for one in browser.cookies if "login" in one.name and one.host == "127.0.0.1"],
                         [one.name for one in browser.cookies if "login" in one.name and one.host == "127.0.0.1"][:1])

    def test_sessions_end_when_they_are_idle_and_after_eight_hours(self):
        browser = self.signed_in()
        self.lab.cluster.sql("update browser_session set seen_at = seen_at - interval '14 minutes'")
        self.expect(browser.fetch("GET", "/v1/session"), 200)  # and this was seen
        self.lab.cluster.sql("update browser_session set seen_at = seen_at - interval '14 minutes'")
        self.expect(browser.fetch("GET", "/v1/session"), 200)
        self.lab.cluster.sql("update browser_session set seen_at = seen_at - interval '16 minutes'")
        self.expect(browser.fetch("GET", "/v1/session"), 401, "session-over")
        browser = self.signed_in()
        hours = self.lab.cluster.sql("select extract(epoch from expires_at - opened_at) / 3600 from browser_session")
        self.assertEqual({float(row[0]) for row in hours}, {8.0})
        self.lab.cluster.sql("update browser_session set expires_at = now() - interval '1 second'")
        self.expect(browser.fetch("GET", "/v1/session"), 401, "session-over")

    def test_a_provider_that_is_down_keeps_out_nobody_who_is_in(self):
        running = self.signed_in()
        for what, mode in (("discovery", "503"), ("discovery", "garbage"), ("discovery", "hang")):
            with self.subTest(what=what, mode=mode):
                self.usual.fault(what, mode)
                browser = self.browser()  # what it said last counts for a few seconds
                wait_until("a page of ours", lambda: browser.open(self.address()).url.startswith(self.url), 15)
                self.turned_back(browser.page, 503, "Sign-in does not answer")
                self.expect(self.open_play(running), 201)
                self.usual.fault(what, "none")
                wait_until("the provider", lambda: browser.open(self.address()).url.startswith(self.usual.url), 15)
        browser = self.at_provider()  # and in the middle
        self.usual.fault("token", "503")
        browser.submit({"login": "alice", "password": "alice's password", "otp": totp(self.codes["alice"])})
        self.turned_back(browser.page, 503, "Sign-in does not answer")
        self.usual.fault("token", "none")
        browser.click("Sign in again")
        self.assertTrue(browser.page.url.endswith("/v1/session"), browser.page.text[:400])

    def test_without_a_database_nobody_comes_in_and_nobody_is_told_that_they_are_out(self):
        running, browser = self.signed_in(), self.at_provider("wouter")
        self.lab.cluster.stop()
        try:
            browser.submit({"login": "wouter", "password": "wouter's password", "otp": totp(self.codes["wouter"])})
            self.turned_back(browser.page, 503, "Try again later")
            self.assertIsNone(browser.cookie(SESSION))
            self.expect(running.fetch("GET", "/v1/session"), 503, "sessions-unavailable")
            self.assertIsNotNone(running.cookie(SESSION))
        finally:
            self.lab.cluster.start()
        wait_until("the database", lambda: running.fetch("GET", "/v1/session").status == 200, 20)
        browser.click("Sign in again")
        self.assertTrue(browser.page.url.endswith("/v1/session"), browser.page.text[:400])

    def test_keys_change_during_a_sign_in(self):
        browser = self.at_provider()
        self.usual.rotate(drop=True)
        good = self.callback_of(browser)

        def let_in():
            fresh = self.browser()
            fresh.sign_in(self.address(), "alice", "alice's password", totp(self.codes["alice"]))
            return fresh.page.url.endswith("/v1/session")
        wait_until("the new keys", let_in, 25)  # a provider is not asked oftener than every ten seconds
        # A key that is taken back ends every play; what comes after this test is not to meet that.
        wait_until("the end of the plays", lambda: '"keys.taken_back"' in self.lab.log.read_text(), 25)
        browser.open(good)  # begun before, ended after
        self.assertTrue(browser.page.url.endswith("/v1/session"), browser.page.text[:400])

    def test_the_provider_ends_a_session_from_behind(self):
        browser = self.signed_in()
        play = self.expect(self.open_play(browser), 201).json()
        other = self.signed_in("wouter")
        # Its own logout page: the provider tells us by itself.
        browser.open(self.usual.url + "/session/end")
        browser.submit({}, form=0, button="logout") if browser.page.forms else None
        wait_until("the end of the session", lambda: browser_status(self, browser) == 401, 10)
        wait_until("the end of the play", lambda: self.lab.cluster.sql(
            f"select coalesce(close_reason, 'open') from play where id = '{play['id']}'")[0][0] == "logged_out", 10)
        self.expect(other_session(self, other), 200)
        whose = self.entries("session.close", "provider_logout")[-1]["refs"]["subject"]
        self.assertEqual(whose, self.lab.cluster.sql(f"select subject from play where id = '{play['id']}'")[0][0])

    def test_who_was_signed_out_on_the_way_is_told_so_and_comes_in_anew(self):
        browser = self.at_provider("wouter")
        held = self.callback_of(browser, "wouter")
        self.assertEqual(self.log_out("wouter"), 200)
        browser.open(held)
        self.turned_back(browser.page, 403, "Signed out meanwhile")
        self.assertIsNone(browser.cookie(SESSION))
        self.assertTrue(self.entries("session.open", "login_over"))
        time.sleep(2.2)
        browser.click("Sign in again")
        self.assertTrue(browser.page.url.endswith("/v1/session"), browser.page.text[:400])

    def test_a_session_whose_login_has_no_name_ends_with_any_login_of_that_person(self):
        self.usual.lie(sid="missing")
        browser, other = self.signed_in("wouter"), self.signed_in("petra")
        self.assertEqual(self.log_out("wouter", sid="some login"), 200)
        self.expect(other_session(self, browser), 401, "session-revoked")
        self.expect(other_session(self, other), 200)

    def test_logout_tokens_that_are_none_end_nothing(self):
        browser = self.signed_in("wouter")
        now = int(time.time())
        good = self.logout_token("wouter")
        wrong = [{**good, "nonce": "x"}, {**good, "aud": "other"}, {**good, "events": {}}, {**good, "iss": "https://x.test"},
                 {key: value for key, value in good.items() if key != "sub"}, {**good, "exp": now - 600},
                 {key: value for key, value in good.items() if key != "iat"}, {**good, "sub": ""}]

        for claims in wrong:
            with self.subTest(claims=claims):
                self.assertEqual(self.send(self.usual.sign(claims, typ="logout+jwt")), 400)
        token = self.usual.sign(good, typ="logout+jwt")
        self.assertEqual(self.send(token, "partner"), 400)
        self.assertEqual(self.send(token, "nowhere"), 404)
        self.assertEqual(self.send(token[:-3] + "AAA"), 400)
        self.assertEqual(self.send(self.usual.sign(good, typ="at+jwt")), 400)
        self.expect(other_session(self, browser), 200)
        token = self.usual.sign(self.logout_token("wouter"), typ="logout+jwt")
        self.assertEqual(self.send(token), 200)
        self.expect(other_session(self, browser), 401, "session-revoked")
        time.sleep(2.2)
        later = self.signed_in("wouter")  # a repeated token ends nothing that began later
        self.assertEqual(self.send(token), 200)
        self.expect(other_session(self, later), 200)

    # -- what is left behind ------------------------------------------------------------------------------------------

    def test_nothing_of_a_sign_in_is_kept_but_a_hash_and_pseudonyms(self):
        browser = self.signed_in("petra")
        secrets = [browser.cookie(SESSION).value, "petra", "Petra", "Postma", self.usual.subject("petra"),
                   "s/ecret+of staff"]
        for request in browser.requests:
            query = urllib.parse.parse_qs(urllib.parse.urlsplit(request.url).query)
            secrets += [value for name in ("code", "state", "nonce") for value in query.get(name, [])]
        places = {"log": self.lab.log.read_text(encoding="utf-8", errors="replace"), "database": self.lab.cluster.dump().decode(errors="replace"),
                  "metrics": self.lab.metrics()}
        for where, text in places.items():
            for secret in secrets:
                self.assertNotIn(secret, text, where)


def other_session(test, browser):
    """GET /v1/session in a browser whose page may be elsewhere."""
    browser.open(test.url + "/healthz")
    return browser.fetch("GET", "/v1/session")


def browser_status(test, browser):
    """Its status."""
    return other_session(test, browser).status


if __name__ == "__main__":
    main()
