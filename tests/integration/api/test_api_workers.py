"""Who works, over HTTP."""

from datetime import datetime, timedelta

import pytest

from api_desk import Api
from builders import NOW
from dart_batch.application.execution.claiming import Claimer
from dart_batch.application.ports.workers import ProcessUsage, WorkerIdentity
from dart_batch.domain.access.role import Role
from dart_batch.entrypoints.api.worker_wire import WorkerPage
from fakes.clock import FakeClock


def register(api: Api, name: str, seen: datetime, *, host: str = "alpha", stopped: bool = False) -> None:
    with api.core.uow() as work:
        work.workers.register(WorkerIdentity(name, host, "boot", 7, 1.0), 4, seen - timedelta(minutes=1))
        work.workers.beat(name, ProcessUsage(150.5, 300_000_000), seen)
        if stopped:
            work.workers.leave(name, seen)
        work.commit("test")


@pytest.fixture
def crew(api: Api) -> Api:
    """One worker that is alive, one that was last seen too long ago, one that left."""
    now = api.core.clock.now()
    register(api, "one", now)
    register(api, "two", now - timedelta(minutes=5), host="beta")
    register(api, "three", now - timedelta(minutes=2), stopped=True)
    return api


def ids(api: Api, query: str) -> list[str]:
    answer = api.client(Role.VIEWER).get(f"/api/batch/workers?{query}")
    assert answer.status_code == 200, answer.text
    return [worker["id"] for worker in answer.json()["items"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["one", "two"]),
        ("state=alive", ["one"]),
        ("state=stale", ["two"]),
        ("state=stopped", ["three"]),
        ("state=stopped,alive", ["one", "three"]),
        ("state=alive&state=stale&sort=startedAt", ["two", "one"]),
        ("sort=-host", ["two", "one"]),
        ("host=beta", ["two"]),
        ("host=gamma", []),
        ("offset=1", ["two"]),
    ],
)
def test_filters_and_sorts_shape_the_list(crew: Api, query: str, found: list[str]) -> None:
    assert ids(crew, query) == found


@pytest.mark.parametrize(
    ("query", "field"),
    [("state=asleep", "state[0]"), ("sort=pid", "sort"), ("limit=0", "limit"), ("cursor=x", "cursor")],
)
def test_a_filter_that_means_nothing_is_refused_by_name(crew: Api, query: str, field: str) -> None:
    answer = crew.client().get(f"/api/batch/workers?{query}")

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_cursor_of_another_list_is_refused(crew: Api) -> None:
    for number in range(2):
        crew.submitted(chunkSize=10 + number)
    cursor = crew.client().get("/api/batch/jobs?limit=1").json()["nextCursor"]

    assert crew.client().get(f"/api/batch/workers?cursor={cursor}").status_code == 422


def test_pages_hold_every_worker_once_while_new_ones_begin(crew: Api) -> None:
    first = crew.client().get("/api/batch/workers?limit=1").json()
    register(crew, "four", crew.core.clock.now() + timedelta(minutes=2))

    second = crew.client().get(f"/api/batch/workers?limit=1&cursor={first['nextCursor']}").json()

    assert [page["items"][0]["id"] for page in (first, second)] == ["one", "two"]
    assert (first["total"], second["nextCursor"]) == (2, None)


def test_a_worker_shows_its_load_and_the_chunk_it_is_at(crew: Api) -> None:
    job = crew.submitted(chunkSize=20)
    Claimer(crew.core.uow, FakeClock(NOW), "one", 10).claim(job["jobId"])

    page = crew.client().get("/api/batch/workers?state=alive").json()

    worker = WorkerPage.model_validate(page).items[0]
    assert (worker.pid, worker.slots, worker.busy, worker.cpu_percent, worker.rss_bytes) == (
        7,
        4,
        1,
        150.5,
        300_000_000,
    )
    running = worker.jobs[0]
    assert (running.job_id, running.attempt, running.chunks_done, running.markets) == (job["jobId"], 1, 0, ["KOSPI"])
    assert running.chunk is not None
    assert (running.chunk.number, str(running.chunk.first_session), str(running.chunk.last_session)) == (
        *(1, "2020-01-02", "2020-01-31"),
    )


def test_a_job_whose_chunks_are_all_done_has_no_chunk(crew: Api) -> None:
    job = crew.published()
    with crew.core.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE batch_jobs SET status='RUNNING', worker='one', lease_until=created_at WHERE id=?", (job["jobId"],)
        )

    worker = crew.client().get("/api/batch/workers?state=alive").json()["items"][0]

    assert worker["jobs"][0]["chunk"] is None


def test_without_a_key_nobody_learns_who_works(api: Api) -> None:
    assert api.client(None).get("/api/batch/workers").status_code == 401
