"""Cutting open chunks anew in the ledger."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from builders import NOW, job, plan, readings
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.application.ports.unit_of_work import ChunkOutcome, Lease
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.errors import LeaseLost
from dart_batch.domain.job.recut import recut, untouched_tail
from dart_batch.domain.job.status import JobStatus
from dart_batch.engine.definition_file import shipped

Uow = Callable[[], SqlUnitOfWork]
KOSPI = shipped()["kospi"]
LEASE = Lease("job-1", "worker-1", 1)
PLAN = plan(chunks=4, items=4)
DAYS = {"KOSPI": [day for day in readings(PLAN.chunks[0].first_session, 16)["session"]]}


@pytest.fixture
def tail(uow: Uow) -> list[Chunk]:
    """A job of four chunks of four sessions, the first one done; its open chunks in twos."""
    with uow() as work:
        work.jobs.add(job(JobStatus.RUNNING, plan=PLAN))
        work.ledger.add({"job-1": PLAN.chunks})
        work.generations.append("job-1", "KOSPI", KOSPI, readings(DAYS["KOSPI"][0], 4), NOW)
        work.ledger.commit(LEASE, PLAN.chunks[0], ChunkOutcome(4), 1.0, NOW)
        work.commit("test")
        return recut(untouched_tail(work.ledger.all("job-1")), DAYS, set(), 2)


def ledger(uow: Uow) -> list[tuple[int, int, str]]:
    with uow() as work:
        return [(chunk.number, chunk.items, chunk.status.value) for chunk in work.ledger.all("job-1")]


def counters(uow: Uow) -> tuple[int, int, int]:
    with uow() as work:
        found = work.jobs.get("job-1")
    return found.chunks_total, found.chunks_done, found.chunk_size


def test_open_chunks_are_replaced_and_the_counters_follow(uow: Uow, tail: list[Chunk]) -> None:
    with uow() as work:
        work.ledger.recut(LEASE, tail, 2)
        work.commit("test")

    assert ledger(uow) == [(1, 4, "DONE"), *[(number, 2, "PENDING") for number in range(2, 8)]]
    assert counters(uow) == (7, 1, 2)


def test_a_kill_before_the_commit_changes_nothing(uow: Uow, tail: list[Chunk]) -> None:
    with uow() as work:
        work.ledger.recut(LEASE, tail, 2)

    assert ledger(uow) == [(1, 4, "DONE"), *[(number, 4, "PENDING") for number in (2, 3, 4)]]
    assert counters(uow) == (4, 1, 100)


@pytest.mark.parametrize("lease", [replace(LEASE, fence=0), replace(LEASE, worker="worker-9")])
def test_an_old_fence_or_another_worker_is_refused(uow: Uow, tail: list[Chunk], lease: Lease) -> None:
    with pytest.raises(LeaseLost), uow() as work:
        work.ledger.recut(lease, tail, 2)

    assert counters(uow) == (4, 1, 100)


def test_saving_a_job_that_was_read_before_does_not_undo_the_cut(uow: Uow, tail: list[Chunk]) -> None:
    with uow() as work:
        before = work.jobs.get("job-1")
        work.ledger.recut(LEASE, tail, 2)
        work.jobs.save(before)
        work.commit("test")

    assert counters(uow) == (7, 1, 2)


def test_a_recut_ledger_can_be_taken_back_as_a_whole(uow: Uow, tail: list[Chunk]) -> None:
    with uow() as work:
        work.ledger.recut(LEASE, tail, 2)
        work.ledger.wipe("job-1")
        work.commit("test")

    assert {status for _, _, status in ledger(uow)} == {"PENDING"}
    assert counters(uow) == (7, 0, 2)
