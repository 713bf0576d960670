"""The HTTPS server of an issuer: its discovery document and its key set, as OpenID providers publish them."""

import http.server
import json
import ssl
import threading


class Publisher:
    """Serves on 127.0.0.1 under `certificate` what `keys` says now; `status` other than 200 is an outage."""

    def __init__(self, certificate, keys):
        self.keys, self.status, self.asked = list(keys), 200, 0
        publisher = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                publisher.answer(self)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate.certificate, certificate.key)
        self.server.socket = tls.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"https://localhost:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def answer(self, request):
        """One request."""
        known = {"/.well-known/openid-configuration": {"issuer": self.url, "jwks_uri": self.url + "/keys"},
                 "/keys": {"keys": self.keys}}
        if request.path == "/keys":
            self.asked += 1
        found = known.get(request.path)
        status = self.status if found is not None else 404
        body = json.dumps(found).encode() if status == 200 else b""
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def close(self):
        """Ends it."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
