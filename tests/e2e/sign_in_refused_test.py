#!/usr/bin/env python3
"""Who is not let in: forged, crossed and replayed sign-ins, tokens that lie, other sites, cookies from elsewhere."""

import re
import time
import urllib.parse

from sign_in_site import AGAIN, SESSION, WELCOME, SignInTest, title
from support import main
from lab.browser import Cookie
from lab.provider import totp


class SignInRefused(SignInTest):
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


if __name__ == "__main__":
    main()
