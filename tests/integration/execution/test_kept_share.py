"""A share of the processor is really kept: measured on the clocks of this process."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa

from builders import plan
from dart_batch.adapters.host.clock import SystemClock
from dart_batch.adapters.host.resources import HostResources
from dart_batch.application.execution.watching import Watching
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.limits import JobLimits
from fakes.house import House, Uow

TOLERANCE = 0.2
BUSY_SECONDS = 0.015
FRAME = pl.DataFrame({"value": range(200_000)})


def in_the_thread(chunk: Chunk) -> None:
    """Compute in the job's own thread."""
    end = time.thread_time() + BUSY_SECONDS
    while time.thread_time() < end:
        sum(range(1_000))


def in_polars(chunk: Chunk) -> None:
    """Compute in the threads that all jobs share."""
    end = time.process_time() + BUSY_SECONDS
    while time.process_time() < end:
        FRAME.select(pl.col("value").sort(descending=True).rolling_mean(50).sum()).item()


@dataclass(frozen=True)
class Clocks:
    """Of this process: time, processor time, and time that its threads were ready and no processor was free."""

    wall: float
    used: float
    starved: float

    @classmethod
    def now(cls) -> "Clocks":
        delays = [int(path.read_text().split()[1]) for path in Path("/proc/self/task").glob("*/schedstat")]
        return cls(time.monotonic(), time.process_time(), sum(delays) / 1e9)


@contextmanager
def share_of(percent: float) -> Iterator[None]:
    """What runs inside must use this share of a core; less only as far as the machine was busy with something else."""
    before = Clocks.now()
    yield
    after = Clocks.now()
    wall, used = after.wall - before.wall, after.used - before.used
    assert used / wall < percent / 100 * (1 + TOLERANCE)
    assert used / max(used, wall - (after.starved - before.starved)) > percent / 100 * (1 - TOLERANCE)


def working(uow: Uow, engine: sa.Engine, percent: float, work: Callable[[Chunk], None]) -> House:
    made = House(uow, engine, clock=SystemClock(), watching=Watching(HostResources(list)))  # type: ignore[arg-type]
    made.given = {"limits": JobLimits(cpu_percent=percent)}
    made.kind.planned = plan(chunks=40, items=1)
    made.kind.before = work
    return made


@pytest.mark.parametrize("percent", [25, 50])
@pytest.mark.parametrize("work", [in_the_thread, in_polars])
def test_a_job_keeps_the_share_it_was_given(
    uow: Uow, engine: sa.Engine, percent: float, work: Callable[[Chunk], None]
) -> None:
    house = working(uow, engine, percent, work)
    house.submit()

    with share_of(percent):
        assert house.run() == "completed"


def test_two_jobs_side_by_side_keep_their_shares_together(uow: Uow, engine: sa.Engine) -> None:
    house = working(uow, engine, 25, in_the_thread)
    house.submit()
    house.given |= {"skip_limit": 1}
    house.kind.planned = plan(chunks=40, items=1, index="another")
    house.submit()
    other = threading.Thread(target=lambda: house.run(worker="worker-2"))

    with share_of(50):
        other.start()
        assert house.run() == "completed"
        other.join()
