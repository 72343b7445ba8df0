"""The work that waits, and how long such work took lately."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from dart_batch.adapters.persistence.moments import certain, naive
from dart_batch.adapters.persistence.tables import chunks, jobs, workers
from dart_batch.application.scaling import Backlog
from dart_batch.domain.job.status import JobStatus

LATELY = timedelta(hours=1)
_LEFT = sa.func.sum(jobs.c.items_total - jobs.c.items_processed - jobs.c.items_failed)


class SqlScaling:
    """Each call is one read transaction."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def idle(self, alive_since: datetime) -> int:
        """Workers with a sign of life since then that run no job."""
        busy = sa.select(jobs.c.worker).where(jobs.c.status == JobStatus.RUNNING.value, jobs.c.worker.is_not(None))
        query = sa.select(sa.func.count()).where(
            workers.c.stopped_at.is_(None), workers.c.heartbeat_at >= naive(alive_since), workers.c.id.not_in(busy)
        )
        with self._engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def backlog(self, now: datetime) -> Backlog:
        """Jobs that are QUEUED (but for those that wait for a later moment) or RUNNING, and the last hour's pace."""
        due = sa.or_(jobs.c.not_before.is_(None), jobs.c.not_before <= naive(now))
        counts = (sa.func.count(), _LEFT, sa.func.min(jobs.c.queued_at))
        active = sa.or_(sa.and_(jobs.c.status == JobStatus.QUEUED.value, due), jobs.c.status == JobStatus.RUNNING.value)
        query = sa.select(jobs.c.status, *counts).where(active).group_by(jobs.c.status)
        took = sa.select(sa.func.sum(chunks.c.duration_ms), sa.func.sum(chunks.c.written)).join(
            jobs, jobs.c.id == chunks.c.job_id
        )
        lately = naive(now - LATELY)
        with self._engine.connect() as connection:
            found = {row[0]: row[1:] for row in connection.execute(query)}
            spent, written = connection.execute(
                took.where(jobs.c.updated_at >= lately, chunks.c.finished_at >= lately)
            ).one()
        queued, running = (found.get(status.value, (0, 0, None)) for status in (JobStatus.QUEUED, JobStatus.RUNNING))
        return Backlog(
            queued=queued[0],
            running=running[0],
            sessions=int(queued[1]) + int(running[1]),
            seconds_per_session=float(spent) / 1000 / int(written) if written else None,
            oldest_seconds=(now - certain(queued[2])).total_seconds() if queued[2] is not None else 0.0,
        )
