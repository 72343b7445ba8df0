"""Jobs that ended some time ago, with everything that belongs to them."""

from collections.abc import Callable
from datetime import datetime, timedelta

from builders import job, plan, readings
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.application.ports.unit_of_work import INFO, Lease, LogEntry, Publication
from dart_batch.domain.job.status import JobStatus
from dart_batch.engine.definition_file import shipped

LINES = 3


def ended(uow: Callable[[], SqlUnitOfWork], job_id: str, at: datetime, status: JobStatus = JobStatus.FAILED) -> None:
    """A job in this state whose end (if it has one) was at that moment: 3 chunks, 6 readings, 1 attempt, 3 lines."""
    made = job(status, job_id)
    made.identity = job_id
    if made.finished_at is not None:
        made.finished_at = at
    if status is JobStatus.COMPLETED:
        made.chunks_done = made.chunks_total
    lease = Lease(job_id, "worker-1", 1)
    with uow() as work:
        work.jobs.add(made)
        work.ledger.add({job_id: plan().chunks})
        for chunk in plan().chunks:
            rows = readings(chunk.first_session, chunk.items)
            work.generations.append(job_id, chunk.market, shipped()["kospi"], rows, at)
        work.attempts.opened([lease], at)
        work.attempts.closed([lease], "failed", "gone", at)
        for number in range(LINES):
            work.logs.add(job_id, LogEntry(at, INFO, "said", f"line {number}", 1))
        work.commit("test")


def published(uow: Callable[[], SqlUnitOfWork], job_id: str, at: datetime) -> None:
    """A completed job whose readings were published at that moment."""
    ended(uow, job_id, at, JobStatus.COMPLETED)
    chunks = plan().chunks
    act = Publication(
        id=f"of-{job_id}",
        market="KOSPI",
        definition="kospi",
        job_id=job_id,
        published_at=at,
        published_by="tester",
        content_hash="0" * 64,
        sessions=6,
        runs=((chunks[0].first_session, chunks[-1].last_session),),
    )
    with uow() as work:
        work.publications.publish(act)
        work.commit("test")


def days_ago(now: datetime, days: int) -> datetime:
    return now - timedelta(days=days)
