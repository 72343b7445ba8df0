"""The live channel as a web socket, through a real server."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from api_desk import Api
from dart_batch.domain.access.role import Role
from dart_batch.entrypoints.api.callers import KeyRing
from live_server import events, served, streaming


@pytest.fixture
def live(make_api: Callable[..., Api]) -> Iterator[tuple[Api, str]]:
    api = make_api()
    with served(api) as origin:
        yield api, origin


@contextmanager
def listening(
    origin: str, headers: dict[str, str], query: str = "", last: str | None = None
) -> Iterator[ClientConnection]:
    address = f"{origin.replace('http', 'ws')}/api/batch/live{query}"
    sent = headers | ({"Last-Event-ID": last} if last else {})
    with connect(address, additional_headers=sent, open_timeout=10, proxy=None) as socket:
        yield socket


def heard(socket: ClientConnection, name: str) -> dict[str, Any]:
    """The next event of this name."""
    while True:
        found: dict[str, Any] = json.loads(socket.recv(10))
        if found["event"] == name:
            return found


def test_a_socket_hears_metrics_a_submitted_job_and_its_end(live: tuple[Api, str]) -> None:
    api, origin = live
    with listening(origin, api.headers(Role.VIEWER)) as socket:
        metrics = heard(socket, "metrics")
        job = api.published()
        states = []
        while "COMPLETED" not in states:
            states += [item["status"] for item in heard(socket, "jobs")["data"] if item["jobId"] == job["jobId"]]

    assert set(metrics["data"]) == {"system", "performance", "health"}
    assert states[-1] == "COMPLETED"


def test_a_socket_goes_on_behind_the_event_it_names(live: tuple[Api, str]) -> None:
    api, origin = live
    with listening(origin, api.headers(Role.VIEWER)) as socket:
        last = heard(socket, "heartbeat")["id"]
    missed = [api.submitted(chunkSize=size)["jobId"] for size in (10, 20)]

    with listening(origin, api.headers(Role.VIEWER), last=last) as socket:
        jobs = heard(socket, "jobs")
    with listening(origin, api.headers(Role.VIEWER), query=f"?lastEventId={last}") as socket:
        again = heard(socket, "jobs")

    assert [item["jobId"] for item in jobs["data"]] == missed
    assert [item["jobId"] for item in again["data"]] == missed


def test_socket_and_stream_tell_the_same_log_of_a_followed_job(live: tuple[Api, str]) -> None:
    api, origin = live
    job_id = api.submitted()["jobId"]
    wanted = f"?logs={job_id}"
    with (
        listening(origin, api.headers(Role.VIEWER), wanted) as socket,
        streaming(api, f"{origin}/api/batch/live{wanted}") as response,
    ):
        stream = events(response)
        heard(socket, "heartbeat")
        next(stream)
        api.run(job_id)
        spoken, streamed = [], []
        while "completed" not in [line["event"] for line in spoken]:
            spoken += heard(socket, "log")["data"]["lines"]
        while "completed" not in [line["event"] for line in streamed]:
            streamed += next(item for item in stream if item[0] == "log")[2]["lines"]

    assert [line["id"] for line in spoken] == [line["id"] for line in streamed]
    assert spoken == sorted(spoken, key=lambda line: line["id"])


def test_a_log_is_followed_on_from_the_event_that_was_heard_last(live: tuple[Api, str]) -> None:
    api, origin = live
    job_id, wanted = api.submitted()["jobId"], ""
    wanted = f"?logs={job_id}"
    with listening(origin, api.headers(Role.VIEWER), wanted) as socket:
        last = heard(socket, "heartbeat")["id"] + ";0"
    api.run(job_id)

    with listening(origin, api.headers(Role.VIEWER), wanted, last) as socket:
        lines = heard(socket, "log")["data"]["lines"]

    assert lines[0]["event"] == "submitted"


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic eDp5"}])
def test_without_a_good_key_there_is_no_socket(live: tuple[Api, str], headers: dict[str, str]) -> None:
    _, origin = live
    with pytest.raises(InvalidStatus) as refused, listening(origin, headers):
        pass

    body = json.loads(refused.value.response.body or b"{}")
    assert (refused.value.response.status_code, body["code"]) == (401, "not-authenticated")


def test_a_page_of_another_host_gets_no_socket(live: tuple[Api, str]) -> None:
    api, origin = live
    with (
        pytest.raises(InvalidStatus) as refused,
        listening(origin, api.headers(Role.VIEWER) | {"Origin": "http://elsewhere.example"}),
    ):
        pass

    assert refused.value.response.status_code == 403


def test_a_foreign_host_name_gets_no_socket(live: tuple[Api, str]) -> None:
    api, origin = live
    address = origin.replace("http://localhost", "ws://127.0.0.1")
    sent = api.headers(Role.VIEWER)
    with pytest.raises(InvalidStatus) as refused:
        connect(f"{address}/api/batch/live", additional_headers=sent | {"Host": "evil.example"}, proxy=None)

    assert refused.value.response.status_code == 400


def test_the_socket_of_a_revoked_key_is_closed(live: tuple[Api, str]) -> None:
    api, origin = live
    key = api.key("short")
    api.app.state.keys = KeyRing(api.core.keys.authenticate, seconds=0)

    with listening(origin, {"Authorization": f"Bearer {key}"}) as socket:
        heard(socket, "heartbeat")
        api.revoke("short")
        api.submitted()
        with pytest.raises(ConnectionClosed):
            for _ in range(10):
                socket.recv(10)


def test_a_server_that_stops_closes_its_sockets(make_api: Callable[..., Api]) -> None:
    api = make_api()
    with served(api) as origin, listening(origin, api.headers(Role.VIEWER)) as socket:
        heard(socket, "heartbeat")
        api.app.state.leave()

        with pytest.raises(ConnectionClosed):
            for _ in range(10):
                socket.recv(10)
