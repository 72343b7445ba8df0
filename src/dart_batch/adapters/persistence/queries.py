"""Reads that bypass the model: lists, live index, figures."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from dart_batch.adapters.persistence.commit_watch import CommitWatch, Rings, commits_of
from dart_batch.adapters.persistence.job_list import JobFilter, count_of, ids_of, page_of
from dart_batch.adapters.persistence.job_repository import SqlJobRepository, job_from_row
from dart_batch.adapters.persistence.ledger import SqlChunkLedger
from dart_batch.adapters.persistence.moments import aware, naive
from dart_batch.adapters.persistence.tables import attempts, jobs, workers
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.errors import JobNotFound
from dart_batch.domain.job.poison import Poison
from dart_batch.domain.job.status import FINISHED, JobStatus


class SqlQueries:
    """Each call is one read transaction."""

    def __init__(self, engine: sa.Engine, rings: Rings | None = None) -> None:
        self._engine = engine
        self._rings = rings

    def jobs(self, wanted: JobFilter) -> tuple[list[BatchJob], int]:
        """The page of jobs and the number of all that match. Raises InvalidParameters for an unknown sort."""
        with self._engine.connect() as connection:
            return _page(connection, wanted), connection.execute(count_of(wanted)).scalar_one()

    def jobs_behind(self, wanted: JobFilter) -> list[BatchJob]:
        """A page without the count, which costs a look at all jobs. Raises InvalidParameters for an unknown sort."""
        with self._engine.connect() as connection:
            return _page(connection, wanted)

    def matching_ids(self, wanted: JobFilter) -> list[str]:
        """Ids of the jobs that match, in the order of the list, up to its limit."""
        with self._engine.connect() as connection:
            return list(connection.execute(ids_of(wanted)).scalars())

    def count(self, wanted: JobFilter) -> int:
        """How many jobs match."""
        with self._engine.connect() as connection:
            return int(connection.execute(count_of(wanted)).scalar_one())

    def changed_jobs(self, since: datetime, after: str = "", limit: int = 200) -> list[tuple[datetime, BatchJob]]:
        """Jobs touched later than (`since`, id `after`), with the moment of the touch; oldest first.

        A touch becomes visible with its commit, so ask again for the last seconds and drop what was seen.
        """
        touched, at = jobs.c.updated_at, naive(since)
        later = sa.or_(touched > at, sa.and_(touched == at, jobs.c.id > after))
        query = sa.select(jobs).where(later).order_by(touched, jobs.c.id).limit(limit)
        with self._engine.connect() as connection:
            return [
                (row["updated_at"].replace(tzinfo=UTC), job_from_row(row))
                for row in connection.execute(query).mappings()
            ]

    def commits(self) -> AbstractContextManager[CommitWatch]:
        """Tells whether it is worth to look for changes."""
        return commits_of(self._engine, self._rings)

    def states(self) -> dict[str, int]:
        """Number of all stored jobs by status; every status has an entry."""
        query = sa.select(jobs.c.status, sa.func.count()).group_by(jobs.c.status)
        with self._engine.connect() as connection:
            found = {str(row[0]): int(row[1]) for row in connection.execute(query)}
        return {status.value: found.get(status.value, 0) for status in JobStatus}

    def job(self, job_id: str) -> BatchJob:
        """Raises JobNotFound."""
        with self._engine.connect() as connection:
            return SqlJobRepository(connection).shown(job_id)

    def owner(self, job_id: str) -> str:
        """Whose job it is. Raises JobNotFound."""
        with self._engine.connect() as connection:
            found = connection.execute(sa.select(jobs.c.owner).where(jobs.c.id == job_id)).scalar()
        if found is None:
            raise JobNotFound(f"There is no job {job_id}.", job_id=job_id)
        return str(found)

    def job_ids(self, beginning: str, limit: int = 5) -> list[str]:
        """Ids that begin like this, in their order."""
        query = sa.select(jobs.c.id).where(jobs.c.id.startswith(beginning, autoescape=True)).order_by(jobs.c.id)
        with self._engine.connect() as connection:
            return list(connection.execute(query.limit(limit)).scalars())

    def workers(self, *, alive_since: datetime) -> list[dict[str, Any]]:
        """Workers that gave a sign of life since then and did not leave: id, host, pid, started_at, heartbeat_at."""
        columns = (workers.c.id, workers.c.host, workers.c.pid, workers.c.started_at, workers.c.heartbeat_at)
        query = sa.select(*columns).where(workers.c.stopped_at.is_(None), workers.c.heartbeat_at >= naive(alive_since))
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(workers.c.started_at)).mappings()
            return [{name: _aware(value) for name, value in row.items()} for row in rows]

    def chunks(self, job_id: str) -> list[Chunk]:
        """The ledger of a job, by number."""
        with self._engine.connect() as connection:
            return SqlChunkLedger(connection).all(job_id)

    def poison(self, job_id: str) -> list[Poison]:
        """Sessions that a job left out because they could not be computed, by chunk and session."""
        with self._engine.connect() as connection:
            return SqlChunkLedger(connection).poison(job_id)

    def attempts(self, job_id: str) -> list[dict[str, Any]]:
        """Attempts of a job, oldest first."""
        query = sa.select(attempts).where(attempts.c.job_id == job_id).order_by(attempts.c.fence)
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def figures(self, now: datetime) -> "Figures":
        """Counts and rates behind /api/batch/metrics."""
        midnight = naive(now.replace(hour=0, minute=0, second=0, microsecond=0))
        with self._engine.connect() as connection:
            states = sa.select(jobs.c.status, sa.func.count()).where(jobs.c.status.not_in(FINISHED))
            waiting = {str(row[0]): int(row[1]) for row in connection.execute(states.group_by(jobs.c.status))}
            ended = sa.select(jobs.c.status, jobs.c.started_at, jobs.c.finished_at).where(
                jobs.c.status.in_(FINISHED), jobs.c.finished_at >= midnight
            )
            rows = connection.execute(ended).all()
            lately = sa.select(
                jobs.c.status,
                jobs.c.items_processed - jobs.c.attempt_base,
                jobs.c.attempt_started_at,
                jobs.c.finished_at,
            ).where(jobs.c.updated_at >= naive(now - timedelta(seconds=60)), jobs.c.attempt_started_at.is_not(None))
            rates = [_rate(row, now.astimezone(UTC).replace(tzinfo=None)) for row in connection.execute(lately)]
        return Figures(waiting, [tuple(row) for row in rows], sum(rates))


@dataclass(frozen=True, slots=True)
class Figures:
    """`unfinished` counts by status, `ended_today` has (status, started, finished), the rate covers the last minute."""

    unfinished: dict[str, int]
    ended_today: list[tuple[Any, ...]]
    items_per_second: float

    def ended(self, status: JobStatus) -> int:
        """Jobs that ended in this state today (UTC)."""
        return sum(row[0] == status for row in self.ended_today)

    @property
    def average_ms(self) -> float | None:
        """Mean time from start to end of the jobs completed today; null when there is none."""
        spans = [row[2] - row[1] for row in self.ended_today if row[0] == JobStatus.COMPLETED and row[1]]
        return sum(span.total_seconds() for span in spans) / len(spans) * 1000 if spans else None


def _rate(row: sa.Row[Any], now: datetime) -> float:
    """Sessions per second of a running job's attempt; of one that ended, spread over the last minute."""
    status, done, began, ended = row
    seconds = (now - began).total_seconds() if status == JobStatus.RUNNING else 60.0
    return float(done / seconds) if seconds > 0 and (status == JobStatus.RUNNING or ended) else 0.0


def _page(connection: sa.Connection, wanted: JobFilter) -> list[BatchJob]:
    return [job_from_row(row) for row in connection.execute(page_of(wanted)).mappings()]


def _aware(value: Any) -> Any:
    return aware(value) if isinstance(value, datetime) else value
