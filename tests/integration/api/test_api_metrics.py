"""Figures over HTTP."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from api_desk import Api
from dart_batch.adapters.persistence.moments import naive
from dart_batch.adapters.persistence.tables import chunks, jobs
from dart_batch.domain.access.actor import the_system
from dart_batch.domain.job.status import Verb
from dart_batch.entrypoints.api.metrics import health
from dart_batch.entrypoints.api.metrics_wire import Metrics

SEED_KEYS = {
    "system": ["activeJobs", "queuedJobs", "completedToday", "failedToday", "avgProcessingTime"],
    "performance": ["itemsPerSecond", "memoryUsage", "cpuUsage"],
    "health": ["status", "errorRate"],
}


def metrics(api: Api) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = api.client().get("/api/batch/metrics").json()
    return found


def test_the_shape_is_exactly_that_of_the_specification(api: Api) -> None:
    found = metrics(api)

    assert {group: list(values) for group, values in found.items()} == SEED_KEYS
    Metrics.model_validate(found)


def test_without_any_job_the_figures_are_zero_and_the_mean_is_unknown(api: Api) -> None:
    found = metrics(api)

    assert found["system"] == {
        "activeJobs": 0,
        "queuedJobs": 0,
        "completedToday": 0,
        "failedToday": 0,
        "avgProcessingTime": None,
    }
    assert found["health"] == {"status": "HEALTHY", "errorRate": 0.0}


def test_a_completed_job_is_counted_with_its_time_and_throughput(api: Api) -> None:
    api.published()

    found = metrics(api)

    average, rate = found["system"]["avgProcessingTime"], found["performance"]["itemsPerSecond"]
    assert found["system"]["completedToday"] == 1
    assert isinstance(average, float) and 0 < average < 60_000
    assert isinstance(rate, float) and 0 < rate <= 62 / 60 + 0.1


def test_memory_and_processor_are_those_of_this_process(api: Api) -> None:
    found = metrics(api)["performance"]

    memory = re.fullmatch(r"(\d+)MB", str(found["memoryUsage"]))
    assert memory is not None and 20 < int(memory[1]) < 100_000
    assert isinstance(found["cpuUsage"], float) and 0 <= found["cpuUsage"] <= 100


def test_a_queued_job_that_nobody_works_on_is_unhealthy(api: Api) -> None:
    job = api.submitted()

    waiting = metrics(api)
    api.core.control(job["jobId"], Verb.CANCEL, the_system("tester"))

    assert (waiting["system"]["queuedJobs"], waiting["health"]["status"]) == (1, "UNHEALTHY")
    assert metrics(api)["health"]["status"] == "HEALTHY"


@pytest.mark.parametrize(
    ("queued", "workers", "rate", "status"),
    [
        (0, 0, 0.0, "HEALTHY"),
        (5, 1, 0.1, "HEALTHY"),
        (5, 1, 0.11, "DEGRADED"),
        (0, 0, 0.5, "DEGRADED"),
        (0, 1, 0.51, "UNHEALTHY"),
        (1, 0, 0.0, "UNHEALTHY"),
    ],
)
def test_health_follows_the_stated_rule(queued: int, workers: int, rate: float, status: str) -> None:
    assert health(queued, workers, rate) == status


def test_prometheus_reads_jobs_by_state_and_requests_by_route(api: Api) -> None:
    job_id = api.published()["jobId"]
    api.client().get(f"/api/batch/jobs/{job_id}")
    api.client().get("/no/such/place")

    answer = api.client().get("/metrics")

    assert answer.headers["content-type"].startswith("text/plain")
    assert 'dart_batch_jobs{status="COMPLETED"} 1.0' in answer.text
    assert 'dart_batch_jobs{status="FAILED"} 0.0' in answer.text
    assert (
        'dart_batch_http_requests_total{method="GET",route="/api/batch/jobs/{jobId}",status="200"} 1.0' in answer.text
    )
    assert 'route="unmatched",status="404"' in answer.text
    assert job_id not in answer.text


def test_two_applications_in_one_process_count_apart(make_api: Callable[..., Api]) -> None:
    first, second = make_api(), make_api()
    first.client().get("/health/live")

    assert 'route="/health/live"' not in second.client().get("/metrics").text


def gauges(api: Api) -> dict[str, float]:
    """Samples of a scrape by name and labels."""
    lines = api.client().get("/metrics").text.splitlines()
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[0] != "#")}


def test_every_committed_chunk_is_counted_once_whoever_committed_it(api: Api) -> None:
    api.published()

    first, second = gauges(api), gauges(api)

    assert first["dart_batch_chunk_seconds_count"] == 7
    assert first['dart_batch_chunk_seconds_bucket{le="60.0"}'] == 7
    assert first["dart_batch_chunk_seconds_sum"] > 0
    assert second["dart_batch_chunk_seconds_count"] == 7
    assert first["dart_batch_chunk_retries_total"] == 0


def test_tries_that_failed_are_counted(api: Api) -> None:
    job = api.published()
    with api.core.engine.begin() as connection:
        connection.execute(
            sa.update(chunks).where(chunks.c.job_id == job["jobId"], chunks.c.number < 3).values(tries=2)
        )

    assert gauges(api)["dart_batch_chunk_retries_total"] == 4


def test_the_age_of_the_queue_is_that_of_the_job_that_waits_longest(api: Api) -> None:
    job = api.submitted(priority="HIGH")
    with api.core.engine.begin() as connection:
        before = jobs.c.id == job["jobId"]
        connection.execute(
            sa.update(jobs).where(before).values(queued_at=naive(datetime.now(UTC) - timedelta(hours=1)))
        )

    found = gauges(api)

    assert 3600 <= found['dart_batch_queue_age_seconds{priority="HIGH"}'] < 3660
    assert found['dart_batch_queue_age_seconds{priority="LOW"}'] == 0


def test_a_worker_shows_its_load_while_it_is_alive(api: Api) -> None:
    worker = api.core.worker()
    with api.core.uow() as uow:
        uow.workers.register(worker.identity, 4, datetime.now(UTC))
        uow.commit("test")

    found = gauges(api)

    label = f'{{host="{worker.identity.host}",pid="{worker.identity.pid}"}}'
    assert found["dart_batch_workers"] == 1
    assert found[f"dart_batch_worker_slots{label}"] == 4
    assert found[f"dart_batch_worker_running_jobs{label}"] == 0
