"""Runs the server: in the main thread, or in one of its own while the main thread talks to the user."""

import importlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socket import socket
from typing import Any

from uvicorn import Config, Server

from dart_batch.domain.errors import Fatal
from dart_batch.entrypoints.cli.stopping import stop_on_signals
from dart_batch.settings import load_settings

APPLICATION = "dart_batch.entrypoints.api.app"
START_SECONDS = 30.0
_LOOK_SECONDS = 0.05


class ServerFailed(Fatal):
    """The server did not start, or ended by itself."""

    code = "server-failed"
    hint = "See the messages above, and `dart-batch doctor`."


def serve_until_stopped(sockets: list[socket]) -> None:
    """Serve in this thread until SIGTERM or Ctrl-C. Raises ServerFailed."""
    server = server_of(_application())
    with stop_on_signals():
        server.run(sockets=sockets)
    if not server.started:
        raise ServerFailed("The server did not start.")


@contextmanager
def served(sockets: list[socket], stop: threading.Event) -> Iterator[None]:
    """Serve until the block ends; `stop` is set when the server ends by itself. Raises ServerFailed."""
    application = _application()
    server = server_of(application)
    thread = threading.Thread(target=_run, args=(server, sockets, stop), name="server", daemon=True)
    thread.start()
    _await_start(server, thread)
    try:
        yield
    finally:
        died, server.should_exit = not thread.is_alive(), True
        if not died:
            application.state.leave()
        thread.join()
    if died:
        raise ServerFailed("The server ended by itself.")


def _application() -> Any:
    return importlib.import_module(APPLICATION).create_app()


def server_of(application: Any) -> Server:
    """The server of an application, which believes X-Forwarded-For and -Proto of DART_TRUSTED_PROXIES only."""
    proxies = load_settings().trusted_proxies
    config = Config(
        application,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=5,
        lifespan="on",
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies,
        server_header=False,
    )
    return Server(config)


def _run(server: Server, sockets: list[socket], stop: threading.Event) -> None:
    try:
        server.run(sockets=sockets)
    finally:
        stop.set()


def _await_start(server: Server, thread: threading.Thread) -> None:
    waited = 0.0
    while not server.started and thread.is_alive() and waited < START_SECONDS:
        thread.join(_LOOK_SECONDS)
        waited += _LOOK_SECONDS
    if not server.started:
        raise ServerFailed("The server did not start.")
