"""A small OpenID Connect provider on a port of its own, whose people log in without being asked."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "dart", "s3cret & more"


@dataclass
class Provider:
    """Knows one person at a time; `claims` go into the next token as they are, above what is right."""

    address: str = ""
    person: dict[str, Any] = field(
        default_factory=lambda: {"sub": "42", "preferred_username": "minji", "groups": ["desk"]}
    )
    claims: dict[str, Any] = field(default_factory=dict)
    described: dict[str, Any] = field(default_factory=dict)
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    signs_with: rsa.RSAPrivateKey | None = None
    key_name: str = "first"
    failing: int = 0
    asked: dict[str, dict[str, str]] = field(default_factory=dict)

    def description(self) -> dict[str, Any]:
        ends = {f"{name}_endpoint": f"{self.address}/{name}" for name in ("authorization", "token")}
        return {"issuer": self.address, "jwks_uri": f"{self.address}/keys", **ends, **self.described}

    def keys(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [public | {"kid": self.key_name, "use": "sig", "alg": "RS256"}]}

    def let_in(self, asked: dict[str, str]) -> str:
        """Where the browser goes back to."""
        code = f"code-{len(self.asked)}"
        self.asked[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        if self.failing:
            return self.failing, {}
        asked = self.asked.pop(form.get("code", ""), None)
        login = base64.b64encode(f"{CLIENT}:s3cret+%26+more".encode()).decode()
        proof = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if asked is None or authorization != f"Basic {login}" or proof != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        right = {"iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        payload = right | self.person | self.claims
        return 200, {"id_token": jwt.encode(payload, self.signs_with or self.key, "RS256", {"kid": self.key_name})}


@contextmanager
def running_provider() -> Iterator[Provider]:
    provider = Provider()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/authorization":
                self.send_response(302)
                self.send_header("Location", provider.let_in({n: v[0] for n, v in parse_qs(parts.query).items()}))
                self.end_headers()
            else:
                self._tell(200, provider.keys() if parts.path == "/keys" else provider.description())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._tell(*provider.token(form, self.headers.get("Authorization", "")))

        def _tell(self, status: int, body: dict[str, Any]) -> None:
            text = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_said: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    provider.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
