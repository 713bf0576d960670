"""signin: people who are signed in at their provider sign in here, one sign-in after the other, against a bare relying party
at the same provider that redeems the code and does nothing with it: no check, no session, no evidence."""

import base64
import concurrent.futures
import hashlib
import http.client
import secrets
import ssl
import time
import urllib.parse

from harness import CORES, cpu_seconds, pin
from lab.browser import Browser
from lab.lab import Lab
from lab.provider import ACR_MFA, Provider, client, new_secret, person, totp

PEOPLE = 8
BARE = "https://127.0.0.1:1"


class Person:
    """A browser that stays signed in at the provider; its lines stay open, as a browser's do."""

    def __init__(self, lab, provider, login, code):
        self.lab, self.provider = lab, provider
        browser = Browser(lab.authority.own.certificate)
        browser.sign_in(f"{lab.url}/auth/sign-in?issuer=staff&return=/v1/session", login, f"{login}'s password", totp(code))
        if not browser.page.url.endswith("/v1/session"):
            raise RuntimeError(f"not signed in: {browser.page.text[:500]}")
        self.there = {one.name: one.value for one in browser.cookies if one.host == "localhost"}
        tls = ssl.create_default_context(cafile=str(lab.authority.own.certificate))
        self.lines = {url: http.client.HTTPSConnection(urllib.parse.urlsplit(url).netloc, context=tls, timeout=30)
                      for url in (lab.url, provider.url)}

    def get(self, url, cookies):
        """Status, where it leads, the body. Cookies that are set go into `cookies`."""
        parts = urllib.parse.urlsplit(url)
        line = self.lines[f"{parts.scheme}://{parts.netloc}"]
        said = "; ".join(f"{name}={value}" for name, value in cookies.items())
        line.request("GET", f"{parts.path}?{parts.query}", headers={"Cookie": said} if said else {})
        answer = line.getresponse()
        body = answer.read()
        for one in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = one.partition(";")[0].partition("=")
            cookies[name] = value
        return answer.status, urllib.parse.urljoin(url, answer.headers.get("Location", "")), body

    def at_provider(self, url):
        """Lets the provider send us on until it sends us back."""
        while url.startswith(self.provider.url):
            status, url, body = self.get(url, self.there)
            if status not in (302, 303):
                raise RuntimeError(f"the provider wants more: {status} {body[:300]!r}")
        return url

    def signs_in(self):
        """At callvault."""
        cookies = {}
        _, there, _ = self.get(f"{self.lab.url}/auth/sign-in?issuer=staff&return=/v1/session", cookies)
        status, _, body = self.get(self.at_provider(there), cookies)
        if status != 200 or "__Host-callvault" not in cookies:
            raise RuntimeError(f"no session: {status} {body[-300:]!r}")

    def bare(self, secret):
        """At a relying party that is this very line of Python."""
        verifier = secrets.token_urlsafe(32)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        asked = {"client_id": "bare", "response_type": "code", "scope": "openid roles", "redirect_uri": BARE + "/callback",
                 "state": secrets.token_urlsafe(32), "nonce": secrets.token_urlsafe(32), "code_challenge": challenge,
                 "code_challenge_method": "S256", "acr_values": ACR_MFA}
        back = self.at_provider(f"{self.provider.url}/auth?{urllib.parse.urlencode(asked)}")
        code = urllib.parse.parse_qs(urllib.parse.urlsplit(back).query)["code"][0]
        line = self.lines[self.provider.url]
        line.request("POST", "/token", urllib.parse.urlencode(
            {"grant_type": "authorization_code", "code": code, "redirect_uri": BARE + "/callback", "code_verifier": verifier}),
            {"Content-Type": "application/x-www-form-urlencoded",
             "Authorization": "Basic " + base64.b64encode(f"bare:{secret}".encode()).decode()})
        answer = line.getresponse()
        if answer.status != 200 or b"id_token" not in answer.read():
            raise RuntimeError(f"no token: {answer.status}")


def run(bench):
    """All people at once, and one alone."""
    with Lab(bench.binaries, settings={"server": {"threads": 1}}) as lab:
        codes = {f"person{number}": new_secret() for number in range(PEOPLE)}
        users = [person(login, code, roles=["qa"], teams=["support"]) for login, code in codes.items()]
        with Provider(lab.folder / "provider", lab.server, users) as provider:
            bare = client(BARE, "bare", callback="/callback")
            provider.set_clients([lab.people_sign_in_at(provider.url, "staff", acr=[ACR_MFA]), bare])
            lab.configure()
            lab.restart()
            pin(lab.gateway.process.pid)
            pin(provider.process.pid, CORES[-1])  # beside the generator, not beside the gateway
            people = [Person(lab, provider, login, code) for login, code in codes.items()]
            for label, some in (("8 people", people), ("1 person", people[:1])):
                bench.compare("signin", label, {
                    "bare relying party": lambda: {**measured(bench, lab, some, lambda one: one.bare(bare["client_secret"])),
                                                    "cpu_ms": 0},  # not ours
                    "callvault": lambda: measured(bench, lab, some, Person.signs_in)},
                    ("signins_s", "ms", "cpu_ms"))


def measured(bench, lab, people, act):
    """As many as there are in the time of a round; `cpu_ms` is the gateway's, a sign-in."""
    before, begun = cpu_seconds(lab.gateway.process.pid), time.monotonic()
    ends = begun + bench.seconds

    def again(one):
        done = 0
        while time.monotonic() < ends:
            act(one)
            done += 1
        return done
    with concurrent.futures.ThreadPoolExecutor(len(people)) as pool:
        count = sum(pool.map(again, people))
    took = time.monotonic() - begun
    return {"signins_s": count / took, "ms": took * 1000 * len(people) / count,
            "cpu_ms": (cpu_seconds(lab.gateway.process.pid) - before) * 1000 / count}
