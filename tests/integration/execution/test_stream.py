"""STREAM: sessions are written in small batches while the next ones are computed."""

import threading
from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.pool import PoolProxiedConnection

from dart_batch.adapters.host.clock import SystemClock
from dart_batch.adapters.persistence import session
from dart_batch.adapters.persistence.failpoints import locked
from dart_batch.adapters.persistence.tables import history
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.application.execution.strategies.driving import Driving
from dart_batch.application.execution.strategies.stream import MicroBatch
from dart_batch.domain.errors import Transient
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.status import JobStatus, Verb
from dart_batch.domain.job.strategy import Strategy
from fakes.house import Stop
from fakes.job_types import FakeJobType
from fakes.strategies import AnyJobType, StrategyHouse, six_chunks

SESSIONS = MicroBatch(4, 1e9)


@pytest.fixture
def house(uow: Callable[[], SqlUnitOfWork], engine: sa.Engine) -> StrategyHouse:
    return StrategyHouse(uow, engine, given={"strategy": Strategy.STREAM}, driving=Driving(batch=SESSIONS))


def rows(house: StrategyHouse) -> int:
    with house.engine.connect() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(history)).scalar_one()


def holds(chunk: Chunk, day: int) -> bool:
    return chunk.first_session <= date(2020, 1, day) <= chunk.last_session


def test_a_stream_ends_like_any_other_job(house: StrategyHouse) -> None:
    house.submit()

    outcome = house.run()

    assert (outcome, house.live(), house.statuses()) == ("completed", 60, [("DONE", 10)] * 6)
    assert house.log() == ["submitted", "started", *["chunk-done"] * 6, "published", "completed"]
    assert (house.job().progress.processed, house.job().chunks_done) == (60, 6)


def test_the_first_session_is_committed_before_later_ones_are_computed(house: StrategyHouse) -> None:
    seen: list[int] = []
    house.kind.before = lambda chunk: seen.append(_rows_soon(house) if holds(chunk, 60 - 31) else 0)
    house.submit()

    house.run()

    assert seen[-2] > 0


def test_the_log_of_a_chunk_counts_all_of_its_sessions(house: StrategyHouse) -> None:
    house.submit()
    house.run()

    with house.engine.connect() as connection:
        said = connection.execute(sa.text("SELECT message FROM batch_logs WHERE event = 'chunk-done'")).scalars().all()

    assert said[0] == "2020-01-01..2020-01-10: 10 readings"


def test_a_pause_takes_effect_within_a_micro_batch_and_a_resume_goes_on_behind_the_cursor(
    house: StrategyHouse,
) -> None:
    asked = house.submit()
    house.kind.before = lambda chunk: house.control(asked.id, Verb.PAUSE) if holds(chunk, 9) else None

    paused, between = house.run(), house.statuses()
    house.kind.before = lambda chunk: None
    done, written = house.job().progress.processed, rows(house)
    house.control(asked.id, Verb.RESUME)
    resumed = house.run()

    assert (paused, resumed) == ("stopped", "completed")
    assert between[0] == ("PENDING", done)
    assert done == written <= 8
    assert (house.statuses(), rows(house)) == ([("DONE", 10)] * 6, 60)


def test_a_stop_does_not_wait_for_a_session_that_takes_long(house: StrategyHouse) -> None:
    stop, go = threading.Event(), threading.Event()

    def before(chunk: Chunk) -> None:
        if holds(chunk, 8):
            stop.set()
            go.wait(0.2)

    house.kind.before = before
    house.submit()

    assert house.run(stop) == "stopped"
    assert house.job().status is JobStatus.QUEUED


def test_a_transient_failure_is_recorded_and_waited_for_and_nothing_is_written_twice(house: StrategyHouse) -> None:
    failures = [Transient("The store is busy.")]

    def before(chunk: Chunk) -> None:
        if holds(chunk, 15) and failures:
            raise failures.pop()

    house.kind.before, stop = before, Stop()
    house.submit()

    assert house.run(stop) == "completed"
    assert [chunk.tries for chunk in house.chunks()] == [1, 0, 0, 0, 0, 0]
    assert stop.waits[:1] == [1.0]
    assert rows(house) == 60


def test_a_chunk_that_fails_for_good_keeps_what_is_written_of_it(house: StrategyHouse) -> None:
    def before(chunk: Chunk) -> None:
        if holds(chunk, 6):
            raise Transient("The store is busy.")

    house.kind.before = before
    asked = house.submit()
    house.run(Stop())
    failed, counted = house.statuses()[0], house.job().progress
    house.kind.before = lambda chunk: None
    house.control(asked.id, Verb.RETRY)
    again = house.run()

    assert failed == ("FAILED", 3)
    assert (counted.processed, counted.failed) == (3, 7)
    assert (again, house.job().progress.processed, house.job().progress.failed) == ("completed", 60, 0)


def test_a_session_that_cannot_be_computed_is_left_out_up_to_the_limit(house: StrategyHouse) -> None:
    def before(chunk: Chunk) -> None:
        if holds(chunk, 15):
            raise ValueError("poison")

    house.kind.before, house.given["skip_limit"] = before, 1
    house.submit()

    assert house.run() == "completed"
    assert [(chunk.written, chunk.skipped) for chunk in house.chunks()] == [(10, 0), (9, 1), *[(10, 0)] * 4]
    assert rows(house) == 59


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("boundary", ["sessions", "chunk"])
def test_a_database_that_does_not_answer_at_a_commit_loses_and_repeats_nothing(
    house: StrategyHouse, engine: sa.Engine, moment: str, boundary: str
) -> None:
    once = [f"{moment}:{boundary}"]

    def failpoint(place: str, driver: PoolProxiedConnection) -> None:
        if place in once:
            once.remove(place)
            locked(driver)

    house.submit()
    house.uow = lambda: SqlUnitOfWork(session.unbegun(engine), failpoint)  # type: ignore[arg-type]

    assert house.run(Stop()) == "completed"
    assert once == []
    assert (rows(house), house.job().progress.processed) == (60, 60)


def test_work_without_sessions_is_refused_by_name(house: StrategyHouse) -> None:
    house.kind = FakeJobType(six_chunks())
    house.submit()

    house.run()

    failure = house.job().failure
    assert failure is not None
    assert failure.code == "not-streamable"


def test_what_is_not_computed_in_time_is_committed_alone(house: StrategyHouse) -> None:
    house.kind, house.driving = AnyJobType(six_chunks()), Driving(batch=MicroBatch(1000, 1.0))
    house.clock = SystemClock()  # type: ignore[assignment]
    seen: list[int] = []
    house.kind.before = lambda chunk: seen.append(_rows_soon(house) if holds(chunk, 8) else 0)
    house.submit()

    assert house.run() == "completed"
    assert max(seen) > 0


def _rows_soon(house: StrategyHouse) -> int:
    pause = threading.Event()
    for _ in range(400):
        if found := rows(house):
            return found
        pause.wait(0.005)
    return 0
