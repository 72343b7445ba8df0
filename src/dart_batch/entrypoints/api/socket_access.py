"""Who may open a web socket. Refused before the handshake ends, with the problem document that HTTP would answer."""

from urllib.parse import urlsplit

from starlette.responses import JSONResponse
from starlette.websockets import WebSocket

from dart_batch.domain.access.errors import NotAllowed
from dart_batch.domain.errors import DartBatchError
from dart_batch.entrypoints.api.callers import Caller, identified
from dart_batch.entrypoints.api.problems import problem, status_of


def caller_of(socket: WebSocket) -> Caller:
    """The holder of the key in the handshake; every role may listen. Raises NotAuthenticated or NotAllowed."""
    _refuse_foreign_page(socket)
    scheme, _, secret = socket.headers.get("authorization", "").partition(" ")
    return identified(socket, secret.strip() if scheme.lower() == "bearer" else None)


def refusal(socket: WebSocket, error: DartBatchError) -> JSONResponse:
    """The answer to a handshake that is refused."""
    return problem(socket, status_of(error), error.code, error.message, error.hint)


def _refuse_foreign_page(socket: WebSocket) -> None:
    origin = socket.headers.get("origin")
    if origin and urlsplit(origin).netloc != socket.headers.get("host"):
        raise NotAllowed(f"A page of {origin} may not open this socket.", hint="Open it from this server's own page.")
