"""A real server in this process, and its event streams."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import uvicorn

from api_desk import Api
from dart_batch.domain.access.role import Role

Event = tuple[str, str, Any]


@contextmanager
def served(api: Api) -> Iterator[str]:
    """The server's origin; at the end the server stops in good order."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(api.app, log_level="error", timeout_graceful_shutdown=5))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{listener.getsockname()[1]}"
    finally:
        api.app.state.leave()
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive()


@contextmanager
def streaming(api: Api, address: str, last: str | None = None, key: str | None = None) -> Iterator[httpx.Response]:
    """An open event stream, from behind the event `last`, with a viewer's key unless another one is given."""
    headers = {"Authorization": f"Bearer {key}"} if key else api.headers(Role.VIEWER)
    headers |= {"Last-Event-ID": last} if last else {}
    with httpx.stream("GET", address, headers=headers, timeout=10) as response:
        yield response


def events(response: httpx.Response) -> Iterator[Event]:
    """Name, id and data of each event as it arrives."""
    found: dict[str, str] = {}
    for line in response.iter_lines():
        if not line and "event" in found:
            yield found["event"], found["id"], json.loads(found["data"])
            found = {}
        elif line:
            name, _, value = line.partition(": ")
            found[name] = value


def of_kind(response: httpx.Response, name: str) -> Event:
    """The first event of this name."""
    return next(item for item in events(response) if item[0] == name)
