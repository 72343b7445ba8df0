"""Logs of jobs over HTTP: pages, filters, and the live stream through a real server."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from api_desk import Api
from builders import NOW
from dart_batch.application.ports.unit_of_work import ERROR, INFO, WARNING, LogEntry
from dart_batch.domain.access.actor import the_system
from dart_batch.domain.access.role import Role
from dart_batch.domain.job.status import Verb
from dart_batch.entrypoints.api.callers import KeyRing
from dart_batch.entrypoints.api.log_wire import LogPage
from live_server import Event, events, served, streaming

LINES = [
    LogEntry(NOW, INFO, "started", "Attempt 1.", 1),
    LogEntry(NOW, INFO, "chunk-done", "100% of chunk one", 1, 1),
    LogEntry(NOW, WARNING, "chunk-try-failed", "Try 1 failed: busy", 1, 2),
    LogEntry(NOW, INFO, "started", "Attempt 2.", 2),
    LogEntry(NOW, INFO, "chunk-done", "chunk two", 2, 2),
    LogEntry(NOW, ERROR, "failed", "Failed: gone", 2),
]


def say(api: Api, job_id: str, *entries: LogEntry) -> None:
    with api.core.uow() as work:
        for entry in entries:
            work.logs.add(job_id, entry)
        work.commit("test")


@pytest.fixture
def told(api: Api) -> tuple[Api, str]:
    """A queued job whose log has the line of its submission and LINES."""
    job_id = api.submitted()["jobId"]
    say(api, job_id, *LINES)
    return api, f"/api/batch/jobs/{job_id}/logs"


def page(api: Api, path: str, **query: Any) -> dict[str, Any]:
    answer = api.client(Role.VIEWER).get(path, params=query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def said(found: dict[str, Any]) -> list[str]:
    return [line["message"] for line in found["items"]][-6:]


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ({}, [0, 1, 2, 3, 4, 5]),
        ({"level": "WARNING"}, [2, 5]),
        ({"level": "ERROR"}, [5]),
        ({"attempt": 2}, [3, 4, 5]),
        ({"chunk": 2}, [2, 4]),
        ({"chunk": 2, "attempt": 1}, [2]),
        ({"event": "chunk-done"}, [1, 4]),
        ({"q": "FAILED"}, [2, 5]),
        ({"q": "100%"}, [1]),
        ({"q": "%"}, [1]),
        ({"attempt": 7}, []),
    ],
)
def test_filters_narrow_the_log(told: tuple[Api, str], query: dict[str, Any], places: list[int]) -> None:
    found = page(*told, **query)

    LogPage.model_validate(found)
    assert said(found) == [LINES[place].message for place in places]


def test_pages_forward_hold_every_line_once(told: tuple[Api, str]) -> None:
    first = page(*told, limit=4)
    second = page(*told, limit=4, after=first["nextAfter"])
    third = page(*told, limit=4, after=second["nextAfter"])

    assert [len(item["items"]) for item in (first, second, third)] == [4, 3, 0]
    assert said(second) == [line.message for line in LINES[3:]]
    assert third["nextAfter"] == second["nextAfter"]


def test_pages_backward_begin_with_the_last_lines(told: tuple[Api, str]) -> None:
    newest = page(*told, limit=4, last=True)
    older = page(*told, limit=4, last=True, before=newest["nextBefore"])

    assert said(newest) == [line.message for line in LINES[2:]]
    assert [line["event"] for line in older["items"]] == ["submitted", "started", "chunk-done"]
    assert older["nextBefore"] is None


@pytest.mark.parametrize("query", ["level=LOUD", "attempt=-1", "chunk=0", "limit=1001", "before=0", "attempts=1"])
def test_a_filter_that_means_nothing_is_refused_by_name(told: tuple[Api, str], query: str) -> None:
    api, path = told
    answer = api.client().get(f"{path}?{query}")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == query.partition("=")[0]


@pytest.mark.parametrize("path", ["logs", "logs/live"])
def test_the_log_of_a_job_that_does_not_exist_is_not_found(api: Api, path: str) -> None:
    assert api.client().get(f"/api/batch/jobs/none/{path}").status_code == 404
    assert api.client(None).get(f"/api/batch/jobs/none/{path}").status_code == 401


@pytest.fixture
def live(make_api: Callable[..., Api]) -> Iterator[tuple[Api, str, str]]:
    """The API, the id of a queued job, and the address of its live log."""
    api = make_api()
    with served(api) as origin:
        job_id = api.submitted()["jobId"]
        yield api, job_id, f"{origin}/api/batch/jobs/{job_id}/logs/live"


def until_end(stream: Iterator[Event]) -> list[Event]:
    found = []
    for item in stream:
        found.append(item)
        if item[0] == "end":
            break
    return found


def test_a_follower_sees_every_line_and_then_how_the_job_ended(live: tuple[Api, str, str]) -> None:
    api, job_id, address = live
    with streaming(api, address) as response:
        stream = events(response)
        first = next(stream)
        api.run(job_id)
        rest = until_end(stream)

    assert response.headers["content-type"].startswith("text/event-stream")
    assert first[2]["event"] == "submitted"
    lines = [first, *rest[:-1]]
    assert [int(item[1]) for item in lines] == [item[2]["id"] for item in lines]
    assert [item[2]["event"] for item in lines].count("chunk-done") == 7
    assert lines[-1][2]["event"] == "completed"
    assert (rest[-1][0], rest[-1][2]) == ("end", {"status": "COMPLETED"})


def test_a_follower_who_was_away_goes_on_behind_the_last_line_it_had(live: tuple[Api, str, str]) -> None:
    api, job_id, address = live
    api.run(job_id)
    with streaming(api, address) as response:
        whole = until_end(events(response))

    with streaming(api, address, last=whole[4][1]) as response:
        rest = until_end(events(response))

    assert rest == whole[5:]


def test_a_follower_may_begin_at_a_line_and_filter(live: tuple[Api, str, str]) -> None:
    api, job_id, address = live
    say(api, job_id, *LINES)
    api.core.control(job_id, Verb.CANCEL, the_system("tester"))
    with streaming(api, f"{address}?level=WARNING&attempt=2&after=1") as response:
        found = until_end(events(response))

    assert [item[2].get("message") for item in found] == ["Failed: gone", None]
    assert found[-1][2] == {"status": "CANCELLED"}


def test_a_broken_id_is_no_reason_to_refuse(live: tuple[Api, str, str]) -> None:
    api, _, address = live
    with streaming(api, address, last="-7x") as response:
        assert next(events(response))[2]["event"] == "submitted"


def test_a_new_line_arrives_within_a_tenth_of_a_second(live: tuple[Api, str, str]) -> None:
    api, job_id, address = live
    taken, pause = [], threading.Event()
    with streaming(api, address) as response:
        stream = events(response)
        next(stream)
        for number in range(15):
            pause.wait(0.05 + number * 0.003)
            began = time.monotonic()
            say(api, job_id, LogEntry(NOW, INFO, "said", str(number), 1))
            assert next(stream)[2]["message"] == str(number)
            taken.append(time.monotonic() - began)

    assert sorted(taken)[len(taken) // 2] < 0.1


def test_lines_of_another_job_do_not_arrive(live: tuple[Api, str, str]) -> None:
    api, job_id, address = live
    with streaming(api, address) as response:
        stream = events(response)
        next(stream)
        say(api, "another", LogEntry(NOW, INFO, "said", "elsewhere", 1))
        say(api, job_id, LogEntry(NOW, INFO, "said", "here", 1))

        assert next(stream)[2]["message"] == "here"


def test_the_stream_of_a_revoked_key_ends(live: tuple[Api, str, str]) -> None:
    api, job_id, address = live
    key = api.key("short")
    api.app.state.keys = KeyRing(api.core.keys.authenticate, seconds=0)

    with streaming(api, address, key=key) as response:
        stream = events(response)
        next(stream)
        api.revoke("short")
        say(api, job_id, LogEntry(NOW, INFO, "said", "one", 1), LogEntry(NOW, INFO, "said", "two", 1))

        assert len(list(stream)) <= 2


def test_the_watch_rests_when_the_last_follower_has_gone(live: tuple[Api, str, str]) -> None:
    api, _, address = live
    with streaming(api, address) as response:
        next(events(response))
        assert api.app.state.bell.watching

    pause = threading.Event()
    for _ in range(250):
        if not api.app.state.bell.watching:
            break
        pause.wait(0.02)
    assert not api.app.state.bell.watching
