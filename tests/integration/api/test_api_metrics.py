"""Figures over HTTP."""

import re
from collections.abc import Callable

import pytest

from api_desk import Api
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
    api.core.control(job["jobId"], Verb.CANCEL, "tester")

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
