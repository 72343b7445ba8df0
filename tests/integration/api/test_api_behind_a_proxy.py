"""Whom the server takes a request to be from when something in front of it says so."""

import socket
import threading

import httpx
import pytest

from api_desk import Api
from dart_batch.entrypoints.cli.serving import server_of


@pytest.mark.parametrize(
    ("trusted", "believed"), [("", "127.0.0.1"), ("10.9.9.9", "127.0.0.1"), ("127.0.0.1, 10.9.9.9", "203.0.113.7")]
)
def test_a_forwarded_address_is_believed_from_a_trusted_proxy_only(
    api: Api, monkeypatch: pytest.MonkeyPatch, trusted: str, believed: str
) -> None:
    monkeypatch.setenv("DART_TRUSTED_PROXIES", trusted)
    listener = socket.create_server(("127.0.0.1", 0))
    server = server_of(api.app)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()

    answer = httpx.post(
        f"http://localhost:{listener.getsockname()[1]}/api/auth/login",
        json={"name": "minji", "password": "not the right one"},
        headers={"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"},
        timeout=60,
    )
    api.app.state.leave()
    server.should_exit = True
    thread.join(60)

    assert answer.json()["code"] == "login-refused"
    [entry] = api.client().get("/api/audit?act=login.failed").json()["items"]
    assert entry["address"] == believed
