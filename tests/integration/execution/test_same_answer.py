"""The same answer whatever the way: strategy, chunk size, processes, micro-batches and pauses change no byte."""

import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dart_batch.adapters.host.process_pool import HostProcessPool
from dart_batch.application.execution.attempt import AttemptRunner
from dart_batch.application.execution.claiming import Claimer
from dart_batch.application.execution.halting import Halt
from dart_batch.application.execution.strategies.driving import Driving
from dart_batch.application.execution.strategies.stream import MicroBatch
from dart_batch.application.use_cases.submit_job import Submission
from dart_batch.bootstrap import App, build
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.parameters import BatchJobParameters, JobType
from dart_batch.domain.job.strategy import Strategy
from dart_batch.entrypoints.cli.bundled_data import ensure_bundled_data
from dart_batch.settings import Settings

KIND = JobType.HISTORICAL_BACKFILL
SPAN = DateRange(date(2018, 11, 1), date(2019, 4, 30))


class Patience:
    """A stop signal that asks for a stop once it was looked at so many times."""

    def __init__(self, looks: int) -> None:
        self._left = looks

    def is_set(self) -> bool:
        self._left -= 1
        return self._left < 0

    def wait(self, timeout: float | None = None) -> bool:
        return False


@dataclass
class Press:
    """Computes the same history again and again, in any way. `pools` by number of processes."""

    app: App
    pools: dict[int, HostProcessPool] = field(default_factory=lambda: {size: HostProcessPool(size) for size in (1, 3)})

    def generation(
        self, strategy: Strategy, chunk_size: int, driving: Driving, pauses: tuple[int, ...] = ()
    ) -> tuple[str, pl.DataFrame]:
        """Content hash and readings of a job that is stopped after so many looks in each of its first attempts."""
        given = BatchJobParameters(
            SPAN, ("US",), "us", overwrite_existing=True, chunk_size=chunk_size, strategy=strategy
        )
        job = self.app.submit(Submission(KIND, given))
        halts = [Halt(Patience(looks)) for looks in pauses]
        outcomes = [self._attempt(job.id, driving, halt) for halt in [*halts, Halt(threading.Event())]]
        assert outcomes[-1] in ("completed", None)
        with self.app.uow() as uow:
            stored = uow.generations.stored(job.id, "US")
        return stored.content_hash, stored.frame

    def _attempt(self, job_id: str, driving: Driving, halt: Halt) -> str | None:
        job = Claimer(self.app.uow, self.app.clock, "worker-1", 60).claim(job_id)
        if job is None:
            return None
        runner = AttemptRunner(self.app.uow, self.app.job_types, self.app.clock, random.random, driving=driving)
        return runner.run(job, halt)


@pytest.fixture(scope="module")
def press(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Press]:
    made = Press(build(Settings(dart_home=tmp_path_factory.mktemp("press"))))
    ensure_bundled_data(made.app)
    yield made
    for pool in made.pools.values():
        pool.close()


@pytest.fixture(scope="module")
def whole(press: Press) -> tuple[str, pl.DataFrame]:
    """The generation of a job of one chunk, which nothing disturbed."""
    return press.generation(Strategy.CHUNKED, 100_000, Driving())


@settings(max_examples=20, deadline=None, derandomize=True, database=None)
@given(
    strategy=st.sampled_from(Strategy),
    chunk_size=st.integers(1, 150),
    processes=st.sampled_from([1, 3]),
    batch=st.builds(MicroBatch, st.integers(1, 40), st.sampled_from([0.0, 1.0, 50.0])),
    pauses=st.lists(st.integers(0, 12), max_size=3).map(tuple),
)
def test_every_way_gives_the_same_bytes(
    press: Press,
    whole: tuple[str, pl.DataFrame],
    strategy: Strategy,
    chunk_size: int,
    processes: int,
    batch: MicroBatch,
    pauses: tuple[int, ...],
) -> None:
    found = press.generation(strategy, chunk_size, Driving(press.pools[processes], batch), pauses)

    assert found[0] == whole[0]
    assert found[1].equals(whole[1])


def test_the_readings_of_the_press_are_worth_comparing(whole: tuple[str, pl.DataFrame]) -> None:
    values = whole[1]["value"]

    assert values.null_count() == 0
    assert values.n_unique() > 100
