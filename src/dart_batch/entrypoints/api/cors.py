"""Pages of other origins: none may call the API, but those that DART_CORS_ORIGINS names may, with a key."""

from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

METHODS = "GET, POST, PUT, PATCH, DELETE"
HEADERS = "Authorization, Content-Type, Idempotency-Key, Last-Event-ID"
TOLD = "Location, Retry-After, X-Request-Id"


@dataclass(slots=True)
class Cors:
    """Never allows credentials, so that the cookie of a session is of no use to another origin."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin = Headers(scope=scope).get("origin", "") if scope["type"] == "http" else ""
        if not origin or origin not in scope["app"].state.core.settings.cors_origins:
            await self.app(scope, receive, send)
        elif scope["method"] == "OPTIONS":
            await Response(status_code=204, headers=_preflight(origin))(scope, receive, send)
        else:
            await self.app(scope, receive, _Allowed(origin, send))


@dataclass(slots=True)
class _Allowed:
    origin: str
    send: Send

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message["headers"])
            headers.update({"Access-Control-Allow-Origin": self.origin, "Access-Control-Expose-Headers": TOLD})
            headers.add_vary_header("Origin")
        await self.send(message)


def _preflight(origin: str) -> dict[str, str]:
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Methods": METHODS,
        "Access-Control-Allow-Headers": HEADERS,
        "Access-Control-Max-Age": "600",
        "Vary": "Origin",
    }
