"""PARALLEL: computed by a pool, committed in order, by the same rules as any other job."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from builders import job
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.application.execution.strategies import remote
from dart_batch.application.execution.strategies.driving import Driving
from dart_batch.application.execution.strategies.parallel import Elsewhere
from dart_batch.application.ports.process_pool import ProcessLost, RemoteFailure
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.status import JobStatus, Verb
from dart_batch.domain.job.strategy import Strategy
from fakes.house import Stop
from fakes.job_types import FakeJobType
from fakes.process_pool import FakeProcessPool
from fakes.strategies import AnyJobType, StrategyHouse, six_chunks


@pytest.fixture
def pool() -> FakeProcessPool:
    return FakeProcessPool()


@pytest.fixture
def house(uow: Callable[[], SqlUnitOfWork], engine: sa.Engine, pool: FakeProcessPool) -> Iterator[StrategyHouse]:
    made = StrategyHouse(uow, engine, given={"strategy": Strategy.PARALLEL}, driving=Driving(pool))
    yield made
    assert remote._READY == {}


def failing(number: int, error: Exception, times: int) -> Callable[[tuple[Any, ...]], None]:
    """Raises the first `times` that the chunk is computed."""
    left = [times]

    def before(arguments: tuple[Any, ...]) -> None:
        chunk = arguments[-1]
        if isinstance(chunk, Chunk) and chunk.number == number and left[0]:
            left[0] -= 1
            raise error

    return before


def test_chunks_are_computed_on_all_lanes_and_committed_in_their_order(
    house: StrategyHouse, pool: FakeProcessPool
) -> None:
    house.submit()

    outcome = house.run()

    with house.uow() as work:
        done = [entry.finished_at for entry in work.ledger.all("id-1")]
    assert (outcome, house.live(), house.statuses()) == ("completed", 60, [("DONE", 10)] * 6)
    assert done == sorted(done, key=lambda at: (at is None, at))
    assert (set(pool.lanes), house.kind.processed) == ({0, 1}, [])


def test_no_more_than_twice_as_many_chunks_as_lanes_are_on_their_way(pool: FakeProcessPool) -> None:
    chunks, sent = six_chunks().chunks, []
    work = AnyJobType(six_chunks()).prepare(job())
    elsewhere = Elsewhere("job", work, chunks, threading.Event(), pool)  # type: ignore[arg-type]

    for chunk in chunks:
        elsewhere.process(chunk)
        sent.append(len(pool.lanes))
    elsewhere.close()

    assert sent == [4, 5, 6, 6, 6, 6]


def test_a_lost_process_costs_its_chunk_one_try_and_no_other_chunk_anything(
    house: StrategyHouse, pool: FakeProcessPool
) -> None:
    pool.before = failing(4, ProcessLost("A process of the pool died (exit code -9)."), 1)
    house.submit()

    outcome = house.run(Stop())

    assert outcome == "completed"
    assert [chunk.tries for chunk in house.chunks()] == [0, 0, 0, 1, 0, 0]


def test_what_computes_travels_once_for_each_run_of_chunks_and_again_to_a_process_that_is_new(
    house: StrategyHouse, pool: FakeProcessPool
) -> None:
    sent = []

    def before(arguments: tuple[Any, ...]) -> None:
        if isinstance(arguments[-1], Chunk):
            sent.append((arguments[-1].number, arguments[1] is not None))
            if arguments[-1].number == 6 and len(sent) == 6:
                remote._READY.clear()

    pool.before = before
    house.submit()

    assert (house.run(), house.live(), house.statuses()) == ("completed", 60, [("DONE", 10)] * 6)
    assert sorted(sent) == [(1, True), (2, False), (3, False), (4, True), (5, False), (6, False), (6, True)]


def test_a_chunk_that_kills_every_process_fails_the_job_and_keeps_what_is_done(
    house: StrategyHouse, pool: FakeProcessPool
) -> None:
    pool.before = failing(3, ProcessLost("A process of the pool died (exit code -9)."), 99)
    house.submit()

    house.run(Stop())

    failure = house.job().failure
    assert failure is not None
    assert (failure.code, "died (exit code -9)" in failure.message) == ("chunk-failed", True)
    assert [status for status, _ in house.statuses()] == ["DONE", "DONE", "FAILED", "PENDING", "PENDING", "PENDING"]


def test_what_a_process_raises_is_recorded_as_if_it_had_been_raised_here(
    house: StrategyHouse, pool: FakeProcessPool
) -> None:
    pool.before = failing(2, RemoteFailure("ZeroDivisionError: division by zero"), 99)
    house.submit()

    house.run()

    failure = house.job().failure
    assert failure is not None
    assert "ZeroDivisionError: division by zero" in failure.message


def test_a_session_that_cannot_be_computed_is_left_out_up_to_the_limit(
    house: StrategyHouse, pool: FakeProcessPool
) -> None:
    poisoned = six_chunks().chunks[2].last_session
    house.given["skip_limit"] = 1

    def before(arguments: tuple[Any, ...]) -> None:
        if isinstance(arguments[-1], Chunk) and arguments[-1].first_session <= poisoned <= arguments[-1].last_session:
            raise RemoteFailure("ValueError: poison")

    pool.before = before
    house.submit()

    assert house.run() == "completed"
    assert [(chunk.written, chunk.skipped) for chunk in house.chunks()][2] == (9, 1)


def test_a_pause_leaves_an_unbroken_run_of_chunks_and_a_resume_does_the_rest(
    house: StrategyHouse, pool: FakeProcessPool
) -> None:
    asked = house.submit()
    house.driving = Driving(FakeProcessPool(before=lambda arguments: _pause_at(house, asked.id, arguments)))

    paused = house.run()
    after_pause = house.statuses()
    house.driving = Driving(pool)
    house.control(asked.id, Verb.RESUME)
    resumed = house.run()

    assert (paused, resumed) == ("stopped", "completed")
    assert after_pause == [("DONE", 10)] + [("PENDING", 0)] * 5
    assert house.live() == 60


def test_a_stop_does_not_wait_for_the_pool(house: StrategyHouse, pool: FakeProcessPool) -> None:
    pool.stuck = True
    stop = threading.Event()
    house.submit()
    threading.Timer(0.1, stop.set).start()

    assert house.run(stop) == "stopped"
    assert house.job().status is JobStatus.QUEUED


def test_work_that_only_this_process_can_do_is_refused_by_name(house: StrategyHouse) -> None:
    house.kind = FakeJobType(six_chunks())
    house.submit()

    house.run()

    failure = house.job().failure
    assert failure is not None
    assert failure.code == "not-distributable"


def _pause_at(house: StrategyHouse, job_id: str, arguments: tuple[Any, ...]) -> None:
    if isinstance(arguments[-1], Chunk) and arguments[-1].number == 1:
        house.control(job_id, Verb.PAUSE)
