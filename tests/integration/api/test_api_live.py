"""The live channel through a real server."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import httpx
import pytest

from api_desk import Api, backfill
from dart_batch.entrypoints.api import feed as feed_module
from dart_batch.entrypoints.api.callers import KeyRing
from live_server import events, of_kind, served, streaming


@pytest.fixture
def live(make_api: Callable[..., Api]) -> Iterator[tuple[Api, str]]:
    api = make_api()
    with served(api) as origin:
        yield api, origin


def listening(
    api: Api, origin: str, last: str | None = None, key: str | None = None
) -> AbstractContextManager[httpx.Response]:
    return streaming(api, f"{origin}/api/batch/live", last, key)


def test_a_listener_hears_metrics_heartbeat_and_a_job_that_is_submitted(live: tuple[Api, str]) -> None:
    api, origin = live
    with listening(api, origin) as response:
        stream = events(response)
        heard = {next(stream)[0], next(stream)[0]}
        job = api.submitted()
        name, _, jobs = next(item for item in stream if item[0] == "jobs")

    assert response.headers["content-type"].startswith("text/event-stream")
    assert heard == {"metrics", "heartbeat"}
    assert (name, [item["jobId"] for item in jobs]) == ("jobs", [job["jobId"]])


def test_progress_of_a_running_job_arrives(live: tuple[Api, str]) -> None:
    api, origin = live
    with listening(api, origin) as response:
        job = api.published()
        states = []
        for name, _, jobs in events(response):
            states += [item["status"] for item in jobs if item["jobId"] == job["jobId"]] if name == "jobs" else []
            if "COMPLETED" in states:
                break

    assert states[-1] == "COMPLETED"


def test_a_listener_who_was_away_hears_what_it_missed(live: tuple[Api, str]) -> None:
    api, origin = live
    with listening(api, origin) as response:
        last = of_kind(response, "heartbeat")[1]
    missed = [api.submitted(chunkSize=size)["jobId"] for size in (10, 20)]

    with listening(api, origin, last) as response:
        jobs = of_kind(response, "jobs")[2]

    assert [item["jobId"] for item in jobs] == missed


def test_what_was_missed_comes_in_pages_and_whole(live: tuple[Api, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_module, "PAGE", 2)
    api, origin = live
    missed = {api.submitted(chunkSize=size)["jobId"] for size in range(10, 15)}

    heard: set[str] = set()
    with listening(api, origin, "2026-01-01T00:00:00.000000Z") as response:
        stream = events(response)
        while heard < missed:
            heard |= {item["jobId"] for item in next(item for item in stream if item[0] == "jobs")[2]}

    assert heard == missed


def test_a_broken_id_is_no_reason_to_refuse(live: tuple[Api, str]) -> None:
    api, origin = live
    with listening(api, origin, "garbage") as response:
        assert of_kind(response, "heartbeat")


def test_without_a_key_there_is_no_stream(live: tuple[Api, str]) -> None:
    api, origin = live
    with listening(api, origin, key="wrong") as response:
        assert response.status_code == 401


def test_the_stream_of_a_revoked_key_ends(live: tuple[Api, str]) -> None:
    api, origin = live
    key = api.key("short")
    api.app.state.keys = KeyRing(api.core.keys.authenticate, seconds=0)

    with listening(api, origin, key=key) as response:
        stream = events(response)
        next(stream)
        api.revoke("short")
        api.submitted()
        rest = list(stream)

    assert len(rest) < 10


def test_the_poller_rests_when_the_last_listener_has_gone(live: tuple[Api, str]) -> None:
    api, origin = live
    with listening(api, origin) as response:
        of_kind(response, "heartbeat")
        assert api.app.state.feed.polling

    pause = threading.Event()
    for _ in range(250):
        if not api.app.state.feed.polling:
            break
        pause.wait(0.02)
    assert api.app.state.feed.listeners == 0
    assert not api.app.state.feed.polling


def test_a_server_with_an_open_stream_and_a_worker_stops_on_sigterm_at_once(make_api: Callable[..., Api]) -> None:
    api = make_api()
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    listener.close()
    environment = os.environ | {"DART_HOME": str(api.core.settings.home), "BATCH_POLL_SECONDS": "0.05"}
    program = [sys.executable, "-m", "uvicorn", "--factory", "dart_batch.entrypoints.api.app:create_app"]
    server = subprocess.Popen([*program, "--port", str(port), "--log-level", "error"], env=environment)
    try:
        origin = f"http://localhost:{port}"
        _wait_until_ready(origin)
        with listening(api, origin) as response:
            stream = events(response)
            next(stream)
            job = httpx.post(f"{origin}/api/batch/historical-backfill", json=backfill(), headers=api.headers()).json()
            server.send_signal(signal.SIGTERM)
            rest = list(stream)
        code = server.wait(8)
    finally:
        server.kill()
        server.wait()

    assert len(rest) < 50
    assert code in (0, -signal.SIGTERM)
    assert api.core.queries.job(job["jobId"]).status in ("QUEUED", "COMPLETED")


def _wait_until_ready(origin: str) -> None:
    pause = threading.Event()
    for _ in range(300):
        try:
            if httpx.get(f"{origin}/health/ready").status_code == 200:
                return
        except httpx.TransportError:
            pause.wait(0.1)
    raise AssertionError("the server did not start")
