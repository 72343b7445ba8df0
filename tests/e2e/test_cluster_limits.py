"""A real job far over a hard limit ends its child of a Celery node; the node and the other jobs go on."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import psutil
import pytest
from cluster_desk import PATIENCE_SECONDS, Cluster, cluster, until
from heavy_jobs import HARD_MIB, ITEMS, HeavyJobs
from redis import Redis

from builders import parameters
from dart_batch.application.use_cases.submit_job import Submission
from dart_batch.bootstrap import App
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.limits import JobLimits
from dart_batch.domain.job.parameters import JobType
from dart_batch.domain.job.retry import RetryPolicy
from dart_batch.domain.job.status import FINISHED, JobStatus
from private_servers import Address

KIND = JobType.HISTORICAL_BACKFILL
FIRST = date(2020, 1, 1)


@pytest.fixture
def desk(new_database: Callable[[], str], redis_server: Address, tmp_path: Path) -> Iterator[Cluster]:
    with Redis.from_url(redis_server.redis(3)) as queue:
        queue.flushdb()
    with cluster(tmp_path / "home", new_database(), redis_server.redis(3)) as made:
        yield made


@pytest.fixture
def app(desk: Cluster) -> App:
    made = desk.prepare()
    made.job_types[KIND] = HeavyJobs(new_id=made.new_id)
    return made


def submit(app: App, number: int, limits: JobLimits) -> str:
    start = FIRST + timedelta(days=number * ITEMS)
    span = DateRange(start, start + timedelta(days=ITEMS - 1))
    given = parameters(date_range=span, limits=limits, chunk_size=ITEMS, retry=RetryPolicy(3, 1))
    return app.submit(Submission(KIND, given)).id


def ended(app: App, job_id: str, desk: Cluster) -> BatchJob:
    until(lambda: app.queries.job(job_id).status in FINISHED, desk)
    return app.queries.job(job_id)


def pids(app: App, job_id: str) -> list[int]:
    """Of the workers of the job's attempts, in their order."""
    return [int(attempt["worker"].split(":")[-2]) for attempt in app.queries.attempts(job_id)]


def test_a_chunk_that_never_ends_costs_its_child_and_fails_its_job_clearly(desk: Cluster, app: App) -> None:
    node = desk.celery_node("heavy_node", 1)
    stuck = submit(app, 0, JobLimits(wall_seconds=2))
    until(lambda: app.queries.job(stuck).status is JobStatus.RUNNING, desk)
    light = [submit(app, number, JobLimits()) for number in (1, 2)]

    job = ended(app, stuck, desk)

    assert job.failure is not None
    assert (job.status, job.failure.code) == (JobStatus.FAILED, "wall-time-exceeded")
    assert "in the middle of a chunk" in job.failure.message
    assert [ended(app, one, desk).status for one in light] == [JobStatus.COMPLETED] * 2
    assert node.poll() is None
    assert not psutil.pid_exists(pids(app, stuck)[0])


def test_a_chunk_far_over_its_memory_costs_its_child_and_is_done_in_smaller_ones(desk: Cluster, app: App) -> None:
    node = desk.celery_node("heavy_node", 1)
    swelling = submit(app, 0, JobLimits(memory_hard_mb=HARD_MIB))

    job = ended(app, swelling, desk)
    light = submit(app, 1, JobLimits())

    assert (job.status, job.progress.processed) == (JobStatus.COMPLETED, ITEMS)
    outcomes = [attempt["outcome"] for attempt in app.queries.attempts(swelling)]
    assert (outcomes[0], outcomes[-1]) == ("over-memory", "completed")
    assert pids(app, swelling)[0] != pids(app, swelling)[-1]
    assert max(chunk.items for chunk in app.queries.chunks(swelling)) <= ITEMS // 2
    assert ended(app, light, desk).status is JobStatus.COMPLETED
    assert node.poll() is None
    node.terminate()
    assert node.wait(PATIENCE_SECONDS) == 0
