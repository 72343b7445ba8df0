"""A chunk that is committed in part: its cursor, on a real SQLite database."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from builders import NOW, job, plan, readings
from dart_batch.adapters.persistence.tables import chunks, history
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.application.ports.unit_of_work import ChunkOutcome, Lease
from dart_batch.domain.job.chunk import Chunk, ChunkStatus
from dart_batch.domain.job.errors import LeaseLost
from dart_batch.domain.job.status import JobStatus, Verb
from dart_batch.engine.definition_file import shipped

KOSPI = shipped()["kospi"]
Uow = Callable[[], SqlUnitOfWork]
LEASE = Lease("job-1", "worker-1", 1)
PLAN = plan(chunks=2, items=10)


@pytest.fixture(autouse=True)
def stored(uow: Uow) -> None:
    with uow() as work:
        work.jobs.add(job(JobStatus.RUNNING, plan=PLAN))
        work.ledger.add({"job-1": PLAN.chunks})
        work.commit("test")


def first(uow: Uow) -> Chunk:
    with uow() as work:
        return work.ledger.all("job-1")[0]


def counters(uow: Uow) -> tuple[int, int, int]:
    """Processed and failed sessions, done chunks of the job."""
    with uow() as work:
        it = work.jobs.get("job-1")
        return it.progress.processed, it.progress.failed, it.chunks_done


def write(uow: Uow, count: int, *, last: bool = False, lease: Lease = LEASE, chunk: Chunk | None = None) -> Verb | None:
    """Write the next sessions of the first chunk."""
    at = chunk or first(uow)
    with uow() as work:
        begin = at.first_session + timedelta(days=at.written)
        work.generations.append("job-1", "KOSPI", KOSPI, readings(begin, count), NOW)
        outcome = ChunkOutcome(count, withheld=1)
        commit = work.ledger.commit(lease, at, outcome, 1.5, NOW) if last else None
        waiting = commit if last else work.ledger.advance(lease, at, outcome, NOW)
        work.commit("test")
    return waiting


def fail(uow: Uow) -> None:
    with uow() as work:
        rest = work.ledger.all("job-1")[0]
        days = [rest.first_session + timedelta(days=day) for day in range(rest.written, rest.items)]
        work.ledger.record_try(LEASE, rest.part(days), "x", "y", final=True)
        work.commit("test")


def reopen(uow: Uow) -> None:
    with uow() as work:
        work.ledger.reopen("job-1")
        work.commit("test")


def test_the_cursor_and_the_counters_move_with_every_commit_and_the_last_one_ends_the_chunk(uow: Uow) -> None:
    write(uow, 3)
    write(uow, 4)
    between = first(uow), counters(uow)
    write(uow, 3, last=True)

    assert (between[0].status, between[0].written, between[0].withheld) == (ChunkStatus.PENDING, 7, 2)
    assert between[1] == (7, 0, 0)
    assert (first(uow).status, first(uow).written, first(uow).withheld) == (ChunkStatus.DONE, 10, 3)
    assert counters(uow) == (10, 0, 1)


def test_sessions_are_never_written_twice(uow: Uow, engine: sa.Engine) -> None:
    before = first(uow)
    write(uow, 3)

    with pytest.raises(LeaseLost), uow() as work:
        work.ledger.advance(LEASE, before, ChunkOutcome(3), NOW)

    assert counters(uow) == (3, 0, 0)


@pytest.mark.parametrize("lease", [Lease("job-1", "worker-1", 0), Lease("job-1", "worker-9", 1)])
def test_an_old_fence_or_another_worker_moves_no_cursor(uow: Uow, lease: Lease) -> None:
    with pytest.raises(LeaseLost):
        write(uow, 3, lease=lease)

    assert (first(uow).written, counters(uow)) == (0, (0, 0, 0))


def test_a_waiting_verb_is_answered_in_the_middle_of_a_chunk(uow: Uow) -> None:
    with uow() as work:
        it = work.jobs.get("job-1")
        it.pause("ann", NOW)
        work.jobs.save(it)
        work.commit("test")

    assert write(uow, 3) is Verb.PAUSE


def test_the_schema_refuses_a_cursor_behind_the_chunk(engine: sa.Engine) -> None:
    with pytest.raises(sa.exc.DBAPIError, match="cursor_is_inside"), engine.begin() as connection:
        connection.execute(chunks.update().values(written=11))


def test_the_schema_refuses_a_done_chunk_that_is_not_whole(uow: Uow, engine: sa.Engine) -> None:
    with pytest.raises(engine.dialect.loaded_dbapi.Error, match="done_is_whole"):
        write(uow, 3, last=True)


def test_a_failed_chunk_goes_on_from_its_cursor(uow: Uow) -> None:
    write(uow, 4)
    fail(uow)
    failed = first(uow).status, counters(uow)

    reopen(uow)

    assert failed == (ChunkStatus.FAILED, (4, 6, 0))
    assert (first(uow).status, first(uow).written) == (ChunkStatus.PENDING, 4)
    assert counters(uow) == (4, 0, 0)


def test_a_chunk_that_lost_readings_in_its_middle_begins_again(uow: Uow, engine: sa.Engine) -> None:
    write(uow, 4)
    with engine.begin() as connection:
        connection.execute(history.delete().where(history.c.session == PLAN.chunks[0].first_session))

    reopen(uow)

    with engine.connect() as connection:
        left = connection.execute(sa.select(sa.func.count()).select_from(history)).scalar_one()
    assert (first(uow).written, counters(uow), left) == (0, (0, 0, 0), 0)


def test_a_takeover_leaves_the_cursor_where_it_is(uow: Uow) -> None:
    write(uow, 4)

    reopen(uow)

    assert (first(uow).written, counters(uow)) == (4, (4, 0, 0))


def test_taking_back_a_job_takes_its_cursors_back(uow: Uow) -> None:
    write(uow, 4)

    with uow() as work:
        work.ledger.wipe("job-1")
        work.commit("test")

    assert (first(uow).written, first(uow).withheld, counters(uow)) == (0, 0, (0, 0, 0))
