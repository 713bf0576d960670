"""HTTPS as programs speak it: TLS 1.3, client certificate, bearer token. Plus sockets for what http.client will not send."""

import base64
import hashlib
import http.client
import json
import socket
import ssl
from dataclasses import dataclass, field


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes = field(repr=False)

    def json(self):
        """The body as JSON; an empty one is None."""
        return json.loads(self.body) if self.body else None

    @property
    def problem(self):
        """The last part of a problem's type ("metadata-refused"); empty when it is none."""
        if not (self.headers.get("Content-Type") or "").startswith("application/problem+json"):
            return ""
        return self.json()["type"].rpartition(":")[2]

    def faults(self):
        """Pairs (pointer, code) of a problem's faults."""
        return [(fault["pointer"], fault["code"]) for fault in self.json().get("faults", [])]


def digest(data):
    """The RFC 9530 value."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"


def metadata_header(metadata):
    """The Callvault-Metadata header: base64url of JSON. A str goes as it is (tests of bad JSON)."""
    text = metadata if isinstance(metadata, (str, bytes)) else json.dumps(metadata, ensure_ascii=False)
    data = text if isinstance(text, bytes) else text.encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Client:
    """One caller: certificate and, for people, a token. Each request uses a connection of its own unless kept."""

    def __init__(self, port, authority, certificate=None, token=None, timeout=30):
        self.port, self.token, self.timeout = port, token, timeout
        self.tls = ssl.create_default_context(cafile=str(authority))
        self.tls.minimum_version = ssl.TLSVersion.TLSv1_3
        if certificate:
            self.tls.load_cert_chain(str(certificate.certificate), str(certificate.key))

    def connect(self):
        """A connection for several requests; the caller closes it."""
        return http.client.HTTPSConnection("127.0.0.1", self.port, context=self.tls, timeout=self.timeout)

    def raw(self):
        """A TLS socket, for requests that no library would send."""
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=self.timeout)
        return self.tls.wrap_socket(plain, server_hostname="127.0.0.1")

    def request(self, method, path, body=None, headers=None, *, connection=None, chunked=False):
        """Sends one request; returns the Answer. A dict body goes as JSON; an iterable of bytes goes chunked."""
        sent = dict(headers or {})
        if isinstance(body, dict):
            body, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
        if self.token and "Authorization" not in sent:
            sent["Authorization"] = f"Bearer {self.token}"
        own = connection is None
        connection = connection or self.connect()
        try:
            if chunked and isinstance(body, bytes):
                body = iter([body[at:at + 10_000] for at in range(0, len(body), 10_000)])
            connection.request(method, path, body=body, headers=sent, encode_chunked=chunked)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            if own:
                connection.close()

    def get(self, path, headers=None):
        """GET."""
        return self.request("GET", path, headers=headers)

    def post(self, path, body=None, headers=None):
        """POST of JSON; no body sends Content-Length: 0."""
        return self.request("POST", path, body if body is not None else b"", headers)

    def push(self, metadata, audio, *, headers=None, chunked=False, connection=None, query=""):
        """PUT /v1/recordings."""
        sent = {"Callvault-Metadata": metadata_header(metadata), "Content-Type": "audio/wav", **(headers or {})}
        if chunked:
            sent["Transfer-Encoding"] = "chunked"
        return self.request("PUT", f"/v1/recordings{query}", audio, sent, chunked=chunked, connection=connection)
