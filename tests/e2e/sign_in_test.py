#!/usr/bin/env python3
"""People sign in at real OpenID providers, two that behave differently, with one-time codes; sessions and their ends."""

import html
import json
import re
import subprocess
import time
import urllib.parse

from sign_in_site import SESSION, VOICE, WELCOME, SignInTest, title
from support import main
from lab.lab import wait_until
from lab.provider import totp


class SignIn(SignInTest):
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
        wait_until("the end of the session", lambda: self.other_session(browser).status == 401, 10)
        wait_until("the end of the play", lambda: self.lab.cluster.sql(
            f"select coalesce(close_reason, 'open') from play where id = '{play['id']}'")[0][0] == "logged_out", 10)
        self.expect(self.other_session(other), 200)
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
        self.expect(self.other_session(browser), 401, "session-revoked")
        self.expect(self.other_session(other), 200)

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
        self.expect(self.other_session(browser), 200)
        token = self.usual.sign(self.logout_token("wouter"), typ="logout+jwt")
        self.assertEqual(self.send(token), 200)
        self.expect(self.other_session(browser), 401, "session-revoked")
        time.sleep(2.2)
        later = self.signed_in("wouter")  # a repeated token ends nothing that began later
        self.assertEqual(self.send(token), 200)
        self.expect(self.other_session(later), 200)

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


if __name__ == "__main__":
    main()
