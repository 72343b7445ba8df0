"""Claims and attempts."""

from datetime import datetime

import sqlalchemy as sa

from dart_batch.adapters.persistence.moments import naive, utc_now
from dart_batch.adapters.persistence.tables import attempts, jobs
from dart_batch.application.ports.unit_of_work import Lease
from dart_batch.domain.job.status import JobStatus

_RUNNING = jobs.c.status == JobStatus.RUNNING.value
_QUEUED = jobs.c.status == JobStatus.QUEUED.value
_EXPIRED = sa.select(jobs.c.id).where(_RUNNING, jobs.c.lease_until < sa.bindparam("now")).limit(1)
_NEXT = sa.select(jobs.c.id).where(_QUEUED).order_by(jobs.c.priority, jobs.c.queued_at, jobs.c.id).limit(1)


class SqlAttempts:
    """Implements Attempts inside one connection's transaction.

    On SQLite the unit of work holds the write lock from its start; elsewhere the row is locked, and rows that another
    claimer has locked are passed over.
    """

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def claimable(self, now: datetime, only: str | None) -> str | None:
        for query in (_EXPIRED, _NEXT):
            wanted = query if only is None else query.where(jobs.c.id == only)
            found = self._connection.execute(self._locked(wanted), {"now": naive(now)}).scalar()
            if found is not None:
                return str(found)
        return None

    def opened(self, lease: Lease, at: datetime) -> None:
        row = {"job_id": lease.job_id, "fence": lease.fence, "worker": lease.worker, "started_at": naive(at)}
        self._connection.execute(attempts.insert(), row)

    def closed(self, lease: Lease, outcome: str, message: str | None, at: datetime) -> None:
        self._connection.execute(
            attempts.update()
            .where(attempts.c.job_id == lease.job_id, attempts.c.fence == lease.fence)
            .values(ended_at=naive(at), outcome=outcome, message=message)
        )

    def extend(self, worker: str, until: datetime) -> None:
        self._connection.execute(
            jobs.update().where(_RUNNING, jobs.c.worker == worker).values(lease_until=naive(until))
        )

    def expire(self, worker: str, at: datetime) -> int:
        ended = (
            jobs.update().where(_RUNNING, jobs.c.worker == worker).values(lease_until=naive(at), updated_at=utc_now())
        )
        return self._connection.execute(ended).rowcount

    def _locked(self, query: sa.Select[tuple[str]]) -> sa.Select[tuple[str]]:
        return query if self._connection.dialect.name == "sqlite" else query.with_for_update(skip_locked=True)
