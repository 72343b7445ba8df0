"""Requests that are refused before they reach a route: foreign host names and bodies that are too large."""

from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dart_batch.entrypoints.api.edge import host_of
from dart_batch.entrypoints.api.problems import problem

MAX_BODY = 1_048_576


@dataclass(slots=True)
class HostCheck:
    """Answers only to the names in DART_ALLOWED_HOSTS, so that a foreign page cannot reach it by DNS rebinding."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or _is_allowed(scope):
            await self.app(scope, receive, send)
            return
        said = f"This server does not answer to the host name '{host_of(scope)}'."
        hint = "Add the name to DART_ALLOWED_HOSTS (comma-separated; * allows every name)."
        await problem(HTTPConnection(scope), 400, "host-refused", said, hint)(scope, receive, send)


@dataclass(slots=True)
class BodyLimit:
    """Reads a request's body before anything else does, and refuses it beyond 1 MiB."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _has_body(Headers(scope=scope)):
            await self.app(scope, receive, send)
            return
        body = await _read(Headers(scope=scope), receive)
        if body is None:
            hint = "Split the request."
            refusal = problem(Request(scope), 413, "body-too-large", f"The body exceeds {MAX_BODY} bytes.", hint)
            await refusal(scope, receive, send)
            return
        await self.app(scope, Replay(body, receive), send)


@dataclass(slots=True)
class Replay:
    """Gives the body that was read once, then whatever the connection says."""

    body: bytes
    receive: Receive
    given: bool = False

    async def __call__(self) -> Message:
        if self.given:
            return await self.receive()
        self.given = True
        return {"type": "http.request", "body": self.body, "more_body": False}


def _is_allowed(scope: Scope) -> bool:
    allowed: frozenset[str] = scope["app"].state.core.settings.allowed_hosts
    return "*" in allowed or host_of(scope) in allowed | _own_address(scope)


def _own_address(scope: Scope) -> set[str]:
    """The address on which the request came in; a name that was bound to it by somebody else is not one."""
    server = scope.get("server")
    return {str(server[0])} if server and server[0] else set()


def _has_body(headers: Headers) -> bool:
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


async def _read(headers: Headers, receive: Receive) -> bytes | None:
    declared = headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > MAX_BODY:
        return None
    parts: list[bytes] = []
    while sum(map(len, parts)) <= MAX_BODY:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            body = b"".join(parts)
            return body if len(body) <= MAX_BODY else None
    return None
