"""A person's browser over http.client: cookies, redirects, forms, and what it tells about where a request comes from.

It is as strict as a real one where that protects people: prefixes and attributes of cookies, SameSite, form-action,
Referrer-Policy (a page with no-referrer posts its forms with `Origin: null`). It is stricter in one thing: a redirect
over another site counts as cross-site for SameSite even when the address was typed. It runs no scripts, but a page
whose script only submits its form is submitted.

Sites and ports. Cookies belong to a host, whatever the port, and a site is a scheme and a registrable domain, whatever
the port: a gateway and a provider that are both on `localhost` share cookies and are same-site, as in real browsers.
Two truly different sites on one machine are https://127.0.0.1:P and https://localhost:Q (Authority.server() is for
both). Or any name: Browser(..., addresses={"gateway.test": "127.0.0.1"}) with a certificate for it. `cross_site=True`
makes different ports different sites for SameSite and Sec-Fetch-Site, with cookies still shared.
"""

import email.utils
import html.parser
import http.client
import ipaddress
import json as json_module
import socket
import ssl
import time
import urllib.parse
from dataclasses import dataclass, field

from lab.client import Answer

_LONGEST_CHAIN = 20
_LONGEST_COOKIE = 4096


class BrowserError(RuntimeError):
    """A browser would not do this: a blocked form, redirects without end."""


def origin(url):
    """Scheme, host and port, as the Origin header writes them."""
    parts = urllib.parse.urlsplit(url)
    port = "" if parts.port in (None, 443) else f":{parts.port}"
    return f"{parts.scheme}://{parts.hostname}{port}"


# -- pages ------------------------------------------------------------------------------------------------------------

@dataclass
class Form:
    """A form: `fields` are pairs of name and value as a browser would send them now, `buttons` (name, value, text)."""

    id: str
    action: str
    method: str
    fields: list = field(default_factory=list)
    buttons: list = field(default_factory=list)


class _Document(html.parser.HTMLParser):
    """What of a document a browser without scripts acts upon."""

    def __init__(self, text):
        super().__init__()
        self.forms, self.links, self.metas, self.alert, self.script = [], [], {}, None, ""
        self._form, self._controls, self._catching = None, [], []
        self.feed(text)
        self.close()
        while self._catching:
            self._caught(*self._catching.pop())
        by_id = {form.id: form for form in self.forms if form.id}
        for owner, named, kind, value in self._controls:
            form = by_id.get(named) if named else owner
            if form is not None:
                (form.buttons if kind == "button" else form.fields).append(value)

    def handle_starttag(self, tag, attributes):
        said = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._form = Form(said.get("id", ""), said.get("action", ""), said.get("method", "get").upper())
            self.forms.append(self._form)
        elif tag == "meta":
            self.metas[(said.get("http-equiv") or said.get("name", "")).lower()] = said.get("content", "")
        elif tag == "input":
            self._input(said)
        elif tag in ("button", "textarea", "a", "script") or said.get("role") == "alert" or self._is_open(tag):
            self._catching.append((tag, said, self._form, []))
        if ".submit()" in said.get("onload", ""):
            self.script += said["onload"]

    def _is_open(self, tag):
        return any(caught[0] == tag for caught in self._catching)

    def _input(self, said):
        kind, name = said.get("type", "text").lower(), said.get("name", "")
        if kind == "submit":
            self._control("button", said, (name, said.get("value", ""), said.get("value", "")))
        elif name and kind not in ("button", "reset", "image", "file"):
            if kind not in ("checkbox", "radio") or "checked" in said:
                self._control("field", said, (name, said.get("value", "on" if kind == "checkbox" else "")))

    def _control(self, kind, said, value, form=None):
        self._controls.append((form or self._form, said.get("form", ""), kind, value))

    def handle_data(self, data):
        for _, _, _, text in self._catching:
            text.append(data)

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        closed = not self._is_open(tag)
        while not closed:
            caught = self._catching.pop()
            self._caught(*caught)
            closed = caught[0] == tag

    def _caught(self, tag, said, form, parts):
        text = "".join(parts).strip()
        if said.get("role") == "alert" and self.alert is None:
            self.alert = text
        if tag == "a" and "href" in said:
            self.links.append((text, said["href"]))
        elif tag == "script":
            self.script += text
        elif tag == "textarea" and said.get("name"):
            self._control("field", said, (said["name"], text), form)
        elif tag == "button" and said.get("type", "submit").lower() == "submit":
            self._control("button", said, (said.get("name", ""), said.get("value", ""), text), form)


@dataclass
class Page(Answer):
    """An answer as a browser shows it. `history`: (status, url) of all that led here since the person's last act."""

    url: str = ""
    history: list = field(default_factory=list)

    def __post_init__(self):
        is_html = (self.headers.get("Content-Type") or "").startswith("text/html")
        self.document = _Document(self.text if is_html else "")

    @property
    def text(self):
        """The body as text."""
        return self.body.decode(errors="replace")

    @property
    def alert(self):
        """What the element with role=alert says; None without one."""
        return self.document.alert

    @property
    def forms(self):
        """The forms of the page."""
        return self.document.forms

    def form(self, *names):
        """The first form with fields of all these names, or None."""
        return next((one for one in self.forms if set(names) <= {name for name, _ in one.fields}), None)

    def referrer_policy(self):
        """What the page says about that, by header or by meta element."""
        return self.document.metas.get("referrer") or _policy_of(self.headers) or "strict-origin-when-cross-origin"

    def refresh(self):
        """Where the page's meta refresh leads at once; None when it has none."""
        seconds, _, where = self.document.metas.get("refresh", "").partition(";")
        where = where.strip()
        if not where.lower().startswith("url=") or seconds.strip() != "0":
            return None
        return urllib.parse.urljoin(self.url, where[4:].strip("'\" "))

    def submits_itself(self):
        """Whether the page's script does nothing but submit its form."""
        return ".submit()" in self.document.script and len(self.forms) == 1

    def lets_forms_go_to(self, url):
        """Whether every Content-Security-Policy of the page allows its forms to go there."""
        return all(self._allows(policy, url) for header in self.headers.get_all("Content-Security-Policy", [])
                   for policy in header.split(","))

    def _allows(self, policy, url):
        for directive in policy.split(";"):
            name, *sources = directive.split() or [""]
            if name.lower() == "form-action":
                return any(source in ("*", "https:") or origin(url) == (
                    origin(self.url) if source == "'self'" else origin(source)) for source in sources
                    if source != "'none'")
        return True


def _policy_of(headers):
    """The referrer policy of a header; empty without one."""
    return (headers.get("Referrer-Policy") or "").rpartition(",")[2].strip().lower()


# -- cookies ----------------------------------------------------------------------------------------------------------

@dataclass
class Cookie:
    """A cookie in the jar. `expires`: seconds since 1970; None ends with the browser."""

    name: str
    value: str
    host: str
    host_only: bool
    path: str
    http_only: bool
    same_site: str
    expires: float | None

    def belongs_to(self, url):
        """Whether it is for this URL."""
        parts = urllib.parse.urlsplit(url)
        path = parts.path or "/"
        at_host = parts.hostname == self.host or (not self.host_only and parts.hostname.endswith("." + self.host))
        return at_host and (path == self.path or path.startswith(self.path.rstrip("/") + "/")) and not self.over()

    def over(self):
        """Whether its time is over."""
        return self.expires is not None and self.expires <= time.time()


def parse_cookie(text, url):
    """The Cookie of one Set-Cookie header; None where a browser ignores it. Broken prefixes are an AssertionError."""
    pair, *attributes = text.split(";")
    name, _, value = (part.strip() for part in pair.partition("="))
    said = {}
    for attribute in attributes:
        key, _, content = attribute.partition("=")
        said[key.strip().lower()] = content.strip()
    if name.lower().startswith(("__host-", "__secure-")):
        assert "secure" in said, f"not Secure: {text}"
    if name.lower().startswith("__host-"):
        assert said.get("path") == "/" and "domain" not in said, f"not Path=/ without Domain: {text}"
    assert len(name) + len(value) <= _LONGEST_COOKIE, f"browsers drop a cookie this long: {name}"
    same_site = said.get("samesite", "").lower()
    same_site = same_site if same_site in ("strict", "lax", "none") else "lax"
    host, domain = urllib.parse.urlsplit(url).hostname, said.get("domain", "").lower().lstrip(".")
    if (same_site == "none" and "secure" not in said) or (domain and domain != host and not (
            host.endswith("." + domain) and "." in domain and not _is_address(host))):
        return None
    path = said.get("path", "")
    if not path.startswith("/"):
        path = urllib.parse.urlsplit(url).path.rpartition("/")[0] or "/"
    return Cookie(name, value, domain or host, not domain or _is_address(host), path, "httponly" in said, same_site,
                  _end_of(said))


def _end_of(said):
    try:
        if "max-age" in said:
            return time.time() + int(said["max-age"]) if int(said["max-age"]) > 0 else 0
        if "expires" in said:
            return email.utils.parsedate_to_datetime(said["expires"]).timestamp()
    except ValueError:
        pass
    return None


def _is_address(host):
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


# -- the browser ------------------------------------------------------------------------------------------------------

@dataclass
class Request:
    """What was sent, and the status that came back."""

    method: str
    url: str
    headers: dict
    status: int = 0


@dataclass
class _Going:
    """A request on its way through redirects."""

    method: str
    chain: list
    initiator: Page | None
    mode: str
    by_person: bool
    policy: str
    body: bytes | None = None
    headers: dict = field(default_factory=dict)

    @property
    def url(self):
        return self.chain[-1]

    def source(self):
        """The origin it comes from; "null" for none, and after redirects that hide it."""
        if self.initiator is None:
            return "null"
        own = origin(self.initiator.url)
        for last, now in zip(self.chain, self.chain[1:]):
            if origin(last) not in (origin(now), own):
                return "null"
        return own

    def origin_header(self):
        """The Origin of a request that is not GET; by Referrer-Policy unless a script of the page sent it."""
        hidden = self.policy == "no-referrer" or (
            self.policy == "same-origin" and self.source() != origin(self.url))
        return "null" if self.mode != "cors" and hidden else self.source()

    def referer(self):
        """The Referer header; None is none."""
        if self.initiator is None or self.policy == "no-referrer":
            return None
        full, own = self.initiator.url.partition("#")[0], origin(self.initiator.url)
        same = own == origin(self.url)
        if self.policy in ("origin", "strict-origin"):
            return own + "/"
        if self.policy in ("unsafe-url", "no-referrer-when-downgrade") or same:
            return full
        return None if self.policy == "same-origin" else own + "/"


class _Connection(http.client.HTTPSConnection):
    """HTTPS to an address under a name."""

    def __init__(self, parts, address, tls, timeout):
        super().__init__(parts.hostname, parts.port or 443, context=tls, timeout=timeout)
        self._address, self._tls = address, tls

    def connect(self):
        plain = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)


class Browser:
    """A browser with an empty jar that trusts `authority` (a PEM file). `certificate` identifies its machine; see
    Certificate. `addresses` maps names of hosts to addresses."""

    def __init__(self, authority, *, certificate=None, addresses=None, cross_site=False, timeout=30):
        self.tls = ssl.create_default_context(cafile=str(authority))
        if certificate:
            self.tls.load_cert_chain(str(certificate.certificate), str(certificate.key))
        self.addresses = {"localhost": "127.0.0.1", **(addresses or {})}
        self.cross_site, self.timeout = cross_site, timeout
        self.page, self.cookies, self.requests = None, [], []

    # -- what a person does -------------------------------------------------------------------------------------------

    def open(self, url):
        """Types an address. Returns the page where it leads, as all of these do; it is `self.page` then."""
        return self._navigate("GET", url, initiator=None)

    def follow(self, url):
        """Follows a link of the page, to a URL that may be relative."""
        return self._navigate("GET", urllib.parse.urljoin(self.page.url, url))

    def click(self, text):
        """Follows the page's link with this text."""
        return self.follow(dict(self.page.document.links)[text])

    def submit(self, fields=None, *, form=None, button=None):
        """Fills in fields and submits their form (or the one with this id or number) by its first button (or the one
        with this text, name or value). A field that is not there is an AssertionError."""
        fields = dict(fields or {})
        if form is None:
            chosen = self.page.form(*fields)
        else:
            chosen = next((one for at, one in enumerate(self.page.forms) if form in (at, one.id)), None)
        assert chosen, f"no form with {list(fields)} on {self.page.url}: {self.page.text[:600]}"
        buttons = [one for one in chosen.buttons if button is None or button in one]
        assert buttons or button is None, f"no button {button!r} on {self.page.url}"
        return self._submit(chosen, fields, buttons[0] if buttons else None)

    def sign_in(self, url, login, password, otp=None):
        """Opens `url`, signs in on the provider's page where it comes, and returns the last page. `otp`: the code."""
        self.open(url)
        if self.page.form("login", "password"):
            self.submit({"login": login, "password": password, "otp": otp or ""})
        return self.page

    def restart(self):
        """Ends the browser and starts it again: what has no end of its own is forgotten."""
        self.cookies = [cookie for cookie in self.cookies if cookie.expires is not None]
        self.page = None

    # -- what a page's script does ------------------------------------------------------------------------------------

    def fetch(self, method, url, *, json=None, body=None, headers=None):
        """fetch() by a script of the page, with credentials; returns the answer and leaves the page. To another origin
        it goes as mode no-cors, where a body can only be text/plain."""
        url = urllib.parse.urljoin(self.page.url, url)
        sent = dict(headers or {})
        if json is not None:
            body, sent["Content-Type"] = json_module.dumps(json).encode(), "application/json"
        mode = "cors"
        if origin(url) != origin(self.page.url):
            mode, sent = "no-cors", ({"Content-Type": "text/plain;charset=UTF-8"} if body else {})
        going = _Going(method, [url], self.page, mode, False, self.page.referrer_policy(), body, sent)
        answer, history = self._go(going)
        return Page(answer.status, answer.headers, answer.body, going.url, history)

    def script_cookies(self):
        """document.cookie of the page, as a dictionary: nothing that is HttpOnly."""
        return {cookie.name: cookie.value for cookie in self._jar_for(self.page.url) if not cookie.http_only}

    def cookie(self, name):
        """The cookie of this name at any host and path, or None."""
        return next((cookie for cookie in self.cookies if cookie.name == name and not cookie.over()), None)

    # -- how it does it -----------------------------------------------------------------------------------------------

    def _submit(self, form, fields, button, by_person=True):
        filled = [(name, fields.get(name, value)) for name, value in form.fields]
        if button and button[0]:
            filled.append(button[:2])
        encoded = urllib.parse.urlencode(filled)
        url = urllib.parse.urljoin(self.page.url, form.action or self.page.url)
        if form.method == "POST":
            return self._navigate("POST", url, body=encoded.encode(), form=True, by_person=by_person)
        url = urllib.parse.urlsplit(url)._replace(query=encoded, fragment="").geturl()
        return self._navigate("GET", url, form=True, by_person=by_person)

    def _navigate(self, method, url, *, body=None, initiator="page", form=False, by_person=True, history=()):
        """Top-level navigation, started by the page unless `initiator` is None."""
        page = self.page if initiator else None
        headers = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "Upgrade-Insecure-Requests": "1"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        policy = page.referrer_policy() if page else ""
        going = _Going(method, [url], page, "navigate", by_person, policy, body, headers)
        answer, seen = self._go(going, page if form else None)
        self.page = Page(answer.status, answer.headers, answer.body, going.url, [*history, *seen])
        if len(self.page.history) > _LONGEST_CHAIN:
            raise BrowserError(f"no end of it: {self.page.history}")
        onward = self.page.refresh()
        if onward:
            return self._navigate("GET", onward, by_person=False, history=self.page.history)
        if self.page.submits_itself():
            before = self.page.history
            self._submit(self.page.forms[0], {}, None, by_person=False)
            self.page.history[:0] = before
        return self.page

    def _go(self, going, form_page=None):
        """Sends it and follows redirects. The last answer, and (status, url) of each."""
        history = []
        while True:
            if form_page and not form_page.lets_forms_go_to(going.url):
                raise BrowserError(f"form-action of {form_page.url} does not let its form go to {going.url}")
            answer = self._send(going)
            history.append((answer.status, going.url))
            where = answer.headers.get("Location")
            if answer.status not in (301, 302, 303, 307, 308) or where is None:
                return answer, history
            self._redirect(going, answer, where)
            if len(history) > _LONGEST_CHAIN:
                raise BrowserError(f"redirects without end: {history}")

    @staticmethod
    def _redirect(going, answer, where):
        onward = urllib.parse.urljoin(going.url, where)
        if going.mode == "cors" and origin(onward) != origin(going.url):
            raise BrowserError(f"a script's request was redirected to another origin: {onward}")
        if (answer.status == 303 and going.method not in ("GET", "HEAD")) or (
                answer.status in (301, 302) and going.method == "POST"):
            going.method, going.body = "GET", None
            going.headers.pop("Content-Type", None)
        going.policy = _policy_of(answer.headers) or going.policy
        going.chain.append(onward)

    def _send(self, going):
        parts = urllib.parse.urlsplit(going.url)
        assert parts.scheme == "https", f"only https: {going.url}"
        navigation, same = going.mode == "navigate", self._is_same_site(going)
        headers = {"User-Agent": "Mozilla/5.0 (callvault lab)", **going.headers,
                   "Sec-Fetch-Site": self._fetch_site(going), "Sec-Fetch-Mode": going.mode,
                   "Sec-Fetch-Dest": "document" if navigation else "empty"}
        safe = going.method in ("GET", "HEAD")
        said = {"Sec-Fetch-User": "?1" if navigation and going.by_person else None, "Referer": going.referer(),
                "Origin": None if safe else going.origin_header(),
                "Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._jar_for(going.url)
                                    if same or cookie.same_site == "none" or
                                    (cookie.same_site == "lax" and navigation and safe)) or None}
        headers.update({name: value for name, value in said.items() if value is not None})
        record = Request(going.method, going.url, headers)
        self.requests.append(record)
        connection = _Connection(parts, self.addresses.get(parts.hostname, parts.hostname), self.tls, self.timeout)
        try:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request(going.method, target, body=going.body, headers=headers)
            came = connection.getresponse()
            answer = Answer(came.status, came.headers, came.read())
        finally:
            connection.close()
        record.status = answer.status
        self._keep_cookies(answer, going.url, same or navigation)
        return answer

    def _site(self, url):
        parts = urllib.parse.urlsplit(url)
        host = parts.hostname if _is_address(parts.hostname) else ".".join(parts.hostname.split(".")[-2:])
        return parts.scheme, host, parts.port if self.cross_site else None

    def _is_same_site(self, going):
        seen = [*going.chain, *([going.initiator.url] if going.initiator else [])]
        return all(self._site(url) == self._site(going.url) for url in seen)

    def _fetch_site(self, going):
        """Sec-Fetch-Site, as Fetch Metadata computes it over the whole chain."""
        if going.initiator is None:
            return "none"
        if any(self._site(url) != self._site(going.initiator.url) for url in going.chain):
            return "cross-site"
        same = all(origin(url) == origin(going.initiator.url) for url in going.chain)
        return "same-origin" if same else "same-site"

    def _jar_for(self, url):
        """The cookies for this URL, longest path first."""
        return sorted((cookie for cookie in self.cookies if cookie.belongs_to(url)), key=lambda one: -len(one.path))

    def _keep_cookies(self, answer, url, any_same_site):
        for text in answer.headers.get_all("Set-Cookie", []):
            cookie = parse_cookie(text, url)
            if cookie is None or not (any_same_site or cookie.same_site == "none"):
                continue
            same = (cookie.name, cookie.host, cookie.path)
            self.cookies = [one for one in self.cookies if (one.name, one.host, one.path) != same]
            if not cookie.over():
                self.cookies.append(cookie)
        if '"cookies"' in (answer.headers.get("Clear-Site-Data") or ""):
            self.cookies = [cookie for cookie in self.cookies if not cookie.belongs_to(
                urllib.parse.urlsplit(url)._replace(path=cookie.path).geturl())]
