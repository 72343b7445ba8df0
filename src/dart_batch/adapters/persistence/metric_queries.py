"""Reads behind the figures for Prometheus."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from dart_batch.adapters.persistence.moments import certain, naive
from dart_batch.adapters.persistence.tables import chunks, jobs
from dart_batch.domain.job.priority import Priority
from dart_batch.domain.job.status import JobStatus


@dataclass(frozen=True, slots=True)
class DoneChunk:
    """A committed chunk: how long it took, and how many tries had failed before."""

    job_id: str
    number: int
    finished_at: datetime
    seconds: float
    failed_tries: int


class SqlMetricQueries:
    """Each call is one read transaction."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def chunks_done(self, since: datetime) -> list[DoneChunk]:
        """Chunks committed at or after that moment."""
        columns = (chunks.c.job_id, chunks.c.number, chunks.c.finished_at, chunks.c.duration_ms, chunks.c.tries)
        query = (
            sa.select(*columns)
            .join(jobs, jobs.c.id == chunks.c.job_id)
            .where(jobs.c.updated_at >= naive(since), chunks.c.finished_at >= naive(since))
        )
        with self._engine.connect() as connection:
            return [
                DoneChunk(job_id, number, certain(at), (took or 0.0) / 1000, tries)
                for job_id, number, at, took, tries in connection.execute(query)
            ]

    def queued_since(self) -> dict[Priority, datetime]:
        """When the job that has waited longest was queued, by priority; one without waiting jobs has no entry."""
        query = sa.select(jobs.c.priority, sa.func.min(jobs.c.queued_at)).where(jobs.c.status == JobStatus.QUEUED.value)
        with self._engine.connect() as connection:
            rows = connection.execute(query.group_by(jobs.c.priority)).all()
        return {Priority(row[0]): certain(row[1]) for row in rows if row[1] is not None}
