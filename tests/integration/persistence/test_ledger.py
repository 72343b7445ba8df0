"""The ledger's promises on a real SQLite database."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from builders import NOW, job, plan, readings
from dart_batch.adapters.persistence import session
from dart_batch.adapters.persistence.prepared import AT_ONCE
from dart_batch.adapters.persistence.tables import history
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.application.ports.unit_of_work import ChunkOutcome, Done, Lease
from dart_batch.domain.job.chunk import ChunkStatus
from dart_batch.domain.job.errors import ConcurrentChange, JobNotFound, LeaseLost
from dart_batch.domain.job.status import JobStatus, Verb
from dart_batch.engine.definition_file import shipped

KOSPI = shipped()["kospi"]
Uow = Callable[[], SqlUnitOfWork]
LEASE = Lease("job-1", "worker-1", 1)
DONE = ChunkOutcome(written=2)


def stored_job(uow: Uow, status: JobStatus = JobStatus.RUNNING, job_id: str = "job-1") -> None:
    with uow() as work:
        work.jobs.add(job(status, job_id))
        work.ledger.add({job_id: plan().chunks})
        work.commit("test")


def commit_chunk(uow: Uow, number: int, lease: Lease = LEASE) -> Verb | None:
    with uow() as work:
        chunk = work.ledger.all(lease.job_id)[number - 1]
        work.generations.append(lease.job_id, "KOSPI", KOSPI, readings(chunk.first_session, chunk.items), NOW)
        waiting = work.ledger.commit(lease, chunk, DONE, 1.5, NOW)
        work.commit("test")
    return waiting


def rows(engine: sa.Engine) -> int:
    with engine.connect() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(history)).scalar_one()


def test_rows_ledger_and_counters_of_a_chunk_commit_together(uow: Uow, engine: sa.Engine) -> None:
    stored_job(uow)

    commit_chunk(uow, 1)

    with uow() as work:
        it = work.jobs.get("job-1")
        assert [chunk.number for chunk in work.ledger.open("job-1")] == [2, 3]
    assert (it.progress.processed, it.chunks_done, rows(engine)) == (2, 1, 2)


def test_the_ledger_keeps_what_memory_a_chunk_was_computed_with_and_null_when_nobody_looked(uow: Uow) -> None:
    stored_job(uow)

    with uow() as work:
        first, second, _ = work.ledger.all("job-1")
        work.ledger.commit(LEASE, first, replace(DONE, memory_bytes=3 * 2**30), 1.5, NOW)
        work.ledger.commit(LEASE, second, DONE, 1.5, NOW)
        assert [chunk.memory_bytes for chunk in work.ledger.all("job-1")] == [3 * 2**30, None, None]


def test_leaving_without_commit_changes_nothing(uow: Uow, engine: sa.Engine) -> None:
    stored_job(uow)

    with uow() as work:
        chunk = work.ledger.all("job-1")[0]
        work.generations.append("job-1", "KOSPI", KOSPI, readings(chunk.first_session, 2), NOW)
        work.ledger.commit(LEASE, chunk, DONE, 1.5, NOW)

    with uow() as work:
        assert work.jobs.get("job-1").progress.processed == 0
        assert len(work.ledger.open("job-1")) == 3
    assert rows(engine) == 0


@pytest.mark.parametrize("lease", [Lease("job-1", "worker-1", 0), Lease("job-1", "worker-9", 1)])
def test_an_old_fence_or_another_worker_is_refused(uow: Uow, engine: sa.Engine, lease: Lease) -> None:
    stored_job(uow)

    with pytest.raises(LeaseLost):
        commit_chunk(uow, 1, lease)

    assert rows(engine) == 0


def test_a_chunk_is_never_committed_twice(uow: Uow, engine: sa.Engine) -> None:
    stored_job(uow)
    commit_chunk(uow, 1)

    with pytest.raises(LeaseLost), uow() as work:
        work.ledger.commit(LEASE, work.ledger.all("job-1")[0], DONE, 1.5, NOW)

    with uow() as work:
        assert work.jobs.get("job-1").progress.processed == 2


def test_a_waiting_verb_is_answered_with_the_commit(uow: Uow) -> None:
    stored_job(uow)
    with uow() as work:
        it = work.jobs.get("job-1")
        it.pause("ann", NOW)
        work.jobs.save(it)
        work.commit("test")

    assert commit_chunk(uow, 1) is Verb.PAUSE


def test_a_failed_try_is_counted_and_only_the_last_one_fails_the_chunk(uow: Uow) -> None:
    stored_job(uow)

    for final in (False, True):
        with uow() as work:
            work.ledger.record_try(LEASE, work.ledger.all("job-1")[0], "busy", "It was busy.", final=final)
            work.commit("test")

    with uow() as work:
        chunk, it = work.ledger.all("job-1")[0], work.jobs.get("job-1")
    assert (chunk.tries, chunk.status, chunk.error_code) == (2, ChunkStatus.FAILED, "busy")
    assert (it.progress.failed, it.chunks_failed) == (2, 1)


def test_reopening_gives_failed_chunks_a_fresh_start(uow: Uow) -> None:
    stored_job(uow)
    commit_chunk(uow, 1)
    with uow() as work:
        work.ledger.record_try(LEASE, work.ledger.all("job-1")[1], "busy", "It was busy.", final=True)
        work.ledger.reopen("job-1")
        work.commit("test")

    with uow() as work:
        chunks, it = work.ledger.all("job-1"), work.jobs.get("job-1")
    assert [(chunk.status, chunk.tries) for chunk in chunks[:2]] == [(ChunkStatus.DONE, 0), (ChunkStatus.PENDING, 0)]
    assert (it.progress.processed, it.progress.failed, it.chunks_failed) == (2, 0, 0)


def test_the_documented_clean_up_by_hand_works_and_reopening_heals_it(uow: Uow, engine: sa.Engine) -> None:
    stored_job(uow)
    commit_chunk(uow, 1)
    commit_chunk(uow, 2)
    failure_time = (NOW - timedelta(seconds=1)).strftime("%Y-%m-%d %H:%M:%S")

    with session.writing(engine).connect() as connection:
        connection.exec_driver_sql(
            f"DELETE FROM fear_greed_batch_history WHERE job_id = 'job-1' AND created_at > '{failure_time}'"
        )
        connection.commit()
    with uow() as work:
        work.ledger.reopen("job-1")
        work.commit("test")

    with uow() as work:
        assert [chunk.number for chunk in work.ledger.open("job-1")] == [1, 2, 3]
        assert work.jobs.get("job-1").progress.processed == 0


def test_a_job_comes_back_as_it_was_stored(uow: Uow) -> None:
    for status in JobStatus:
        given = job(status, f"job-{status}")
        given.chunks_done = given.chunks_total
        with uow() as work:
            work.jobs.add(given)
            work.commit("test")
        with uow() as work:
            assert work.jobs.get(given.id) == given


def test_an_unknown_job_is_not_found_by_name(uow: Uow) -> None:
    with pytest.raises(JobNotFound, match="no-such-job"), uow() as work:
        work.jobs.get("no-such-job")


def test_a_job_changed_by_another_process_is_not_overwritten(uow: Uow) -> None:
    stored_job(uow, JobStatus.QUEUED)
    with uow() as work:
        mine, other = work.jobs.get("job-1"), work.jobs.get("job-1")
        other.pause("ann", NOW)
        work.jobs.save(other)
        work.commit("test")

    mine.cancel("bob", NOW)
    with pytest.raises(ConcurrentChange), uow() as work:
        work.jobs.save(mine)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE batch_jobs SET status = 'DREAMING'",
        "UPDATE batch_jobs SET status = 'QUEUED'",
        "UPDATE batch_jobs SET status = 'COMPLETED', worker = NULL, lease_until = NULL",
        "UPDATE batch_jobs SET items_processed = 7",
        "UPDATE batch_chunks SET status = 'DONE', finished_at = '2026-01-01', written = 1",
    ],
)
def test_the_schema_itself_refuses_a_state_that_makes_no_sense(uow: Uow, engine: sa.Engine, statement: str) -> None:
    stored_job(uow)

    with pytest.raises(sa.exc.DBAPIError, match=r"(?i)constraint"), engine.connect() as connection:
        connection.exec_driver_sql(statement)


def test_twins_are_found_among_more_identities_than_one_statement_asks_for(uow: Uow) -> None:
    stored_job(uow, JobStatus.QUEUED)
    stored_job(uow, JobStatus.FAILED, "job-2")
    identity = job().identity
    others = [f"other-{number}" for number in range(AT_ONCE)]

    with uow() as work:
        assert work.jobs.active_twins([*others, identity]) == {identity: "job-1"}
        assert work.jobs.active_twins(others) == {}
        assert work.jobs.active_twins([]) == {}


def test_chunks_of_several_jobs_are_marked_together_and_a_second_time_refused(uow: Uow) -> None:
    ids = ["job-1", "job-2"]
    for job_id in ids:
        stored_job(uow, JobStatus.QUEUED, job_id)

    with uow() as work:
        found = work.ledger.sole([*ids, "job-3"])
        done = [Done(Lease(job_id, "worker-1", 1), chunk, DONE, 1.0) for job_id, chunk in found.items()]
        work.ledger.mark(done, NOW)
        work.commit("test")

    assert [(one.lease.job_id, one.chunk.number) for one in done] == [("job-1", 1), ("job-2", 1)]
    with uow() as work, pytest.raises(LeaseLost, match="1 of job job-2"):
        assert work.ledger.sole(ids) == {}
        work.ledger.mark(done, NOW)
