"""The server in a thread of its own, while the main thread talks to the user."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socket import socket

from uvicorn import Server

from dart_batch.domain.errors import Fatal
from dart_batch.entrypoints.cli.serve import make_server

START_SECONDS = 30.0
_LOOK_SECONDS = 0.05


class ServerFailed(Fatal):
    """The server did not start, or ended by itself."""

    code = "server-failed"
    hint = "See the messages above, and `dart-batch doctor`."


@contextmanager
def served(sockets: list[socket], stop: threading.Event) -> Iterator[None]:
    """Serve until the block ends; `stop` is set when the server ends by itself. Raises ServerFailed."""
    server = make_server()
    thread = threading.Thread(target=_run, args=(server, sockets, stop), name="server", daemon=True)
    thread.start()
    _await_start(server, thread, stop)
    try:
        yield
    finally:
        wanted, server.should_exit = stop.is_set(), True
        thread.join()
    if not wanted:
        raise ServerFailed("The server ended.")


def _run(server: Server, sockets: list[socket], stop: threading.Event) -> None:
    try:
        server.run(sockets=sockets)
    finally:
        stop.set()


def _await_start(server: Server, thread: threading.Thread, stop: threading.Event) -> None:
    waited = 0.0
    while not server.started and thread.is_alive() and waited < START_SECONDS:
        thread.join(_LOOK_SECONDS)
        waited += _LOOK_SECONDS
    if not server.started and not stop.is_set():
        raise ServerFailed("The server did not start.")
