"""The outermost layers around every request, as plain ASGI so that streams pass through unbuffered."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dart_batch.entrypoints.api.access_log import AccessLog

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def request_id_of(scope: Scope) -> str:
    """The id this request has in answers and logs."""
    return str(scope.get("state", {}).get("request_id", ""))


@dataclass(slots=True)
class Edge:
    """Gives every request an id and every answer the security headers, and reports both when it is over."""

    app: ASGIApp
    observe: Callable[[Scope, int, float], None]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope.setdefault("state", {})["request_id"] = secrets.token_hex(8)
        started, answered = time.perf_counter(), Answered(scope, send)
        try:
            await self.app(scope, receive, answered)
        finally:
            elapsed = (time.perf_counter() - started) * 1000
            self.observe(scope, answered.status, elapsed)
            AccessLog.of(scope).request(scope, answered.status, elapsed)


@dataclass(slots=True)
class Answered:
    """Sends on, adds the headers, and remembers the status; 500 when nothing was answered."""

    scope: Scope
    send: Send
    status: int = 500

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(raw=message["headers"])
            headers.update(SECURITY_HEADERS)
            headers["X-Request-Id"] = request_id_of(self.scope)
            if self.scope["path"].startswith("/api/"):
                headers.setdefault("Cache-Control", "no-store")
        await self.send(message)


def host_of(scope: Scope) -> str:
    """Host name of the request in lower case, without port and brackets; empty when it names none."""
    named = Headers(scope=scope).get("host", "").lower()
    if named.startswith("["):
        return named[1:].partition("]")[0]
    return named.rpartition(":")[0] if ":" in named else named
