"""A process that can be replaced ends in the middle of a chunk that is far over a hard limit."""

import threading

import pytest
import sqlalchemy as sa

from builders import plan
from dart_batch.application.execution.last_resort import MEMORY_MARGIN, WALL_GRACE_SECONDS
from dart_batch.application.execution.watching import Watching
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.limits import JobLimits
from dart_batch.domain.job.status import JobStatus
from fakes.house import House, Uow
from fakes.resources import FakeResources

PATIENCE_SECONDS = 60.0


@pytest.fixture
def died() -> threading.Event:
    """Set where the process would have ended."""
    return threading.Event()


@pytest.fixture
def resources() -> FakeResources:
    return FakeResources()


@pytest.fixture
def house(uow: Uow, engine: sa.Engine, resources: FakeResources, died: threading.Event) -> House:
    made = House(uow, engine, watching=Watching(resources, died.set))
    made.kind.planned = plan(chunks=2, items=8)
    return made


def test_a_chunk_that_runs_far_over_the_time_ends_the_process_and_fails_the_job(
    house: House, died: threading.Event
) -> None:
    def stall(chunk: Chunk) -> None:
        house.clock.advance(20 + WALL_GRACE_SECONDS)
        assert died.wait(PATIENCE_SECONDS)

    house.given, house.kind.before = {"limits": JobLimits(wall_seconds=20)}, stall
    house.submit()

    assert house.run() == "lease-lost"

    failure = house.job().failure
    assert failure is not None
    assert (failure.code, house.job().progress.processed) == ("wall-time-exceeded", 0)


def test_a_chunk_that_takes_far_too_much_memory_ends_the_process_and_the_job_waits_with_smaller_chunks(
    house: House, died: threading.Event, resources: FakeResources
) -> None:
    def swell(chunk: Chunk) -> None:
        resources.mib = 200 * MEMORY_MARGIN + 1
        assert died.wait(PATIENCE_SECONDS)

    house.given, house.kind.before = {"limits": JobLimits(memory_hard_mb=200)}, swell
    house.submit()

    assert house.run() == "lease-lost"

    assert (house.job().status, house.job().progress.processed) == (JobStatus.QUEUED, 0)
    assert [chunk.items for chunk in house.chunks()] == [4, 4, 4, 4]


def test_a_job_whose_process_ended_three_times_for_memory_fails(
    house: House, died: threading.Event, resources: FakeResources
) -> None:
    def swell(chunk: Chunk) -> None:
        resources.mib = 300
        assert died.wait(PATIENCE_SECONDS)

    house.given, house.kind.before = {"limits": JobLimits(memory_hard_mb=200)}, swell
    house.submit()

    for _ in range(4):
        died.clear()
        assert house.run() == "lease-lost"
        house.clock.advance(60)

    failure = house.job().failure
    assert failure is not None
    assert failure.code == "memory-limit"


def test_within_the_limits_nothing_ends(house: House, died: threading.Event) -> None:
    house.given = {"limits": JobLimits(wall_seconds=20, memory_hard_mb=200)}
    house.submit()

    assert house.run() == "completed"
    assert not died.is_set()
