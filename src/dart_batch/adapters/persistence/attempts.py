"""Claims, leases and the record of attempts."""

from collections.abc import Sequence
from datetime import datetime
from itertools import takewhile
from typing import Any

import sqlalchemy as sa

from dart_batch.adapters.persistence.claims import EXPIRED, HEADS, HEADS_LOCKED, LOST, NAMED, READY, UNLIMITED, WAITS
from dart_batch.adapters.persistence.job_log import clean
from dart_batch.adapters.persistence.job_repository import COLUMNS, job_from_row
from dart_batch.adapters.persistence.moments import naive, naive_now, stored_text
from dart_batch.adapters.persistence.mutexes import CLAIM, hold
from dart_batch.adapters.persistence.prepared import Prepared
from dart_batch.adapters.persistence.tables import attempts, jobs
from dart_batch.application.ports.queue import Ready
from dart_batch.application.ports.unit_of_work import ClaimRules, Lease
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.priority import Priority
from dart_batch.domain.job.status import JobStatus, Verb

_RUNNING = jobs.c.status == JobStatus.RUNNING.value
_OPENED = Prepared(
    attempts.insert().values({name: sa.bindparam(name) for name in ("job_id", "fence", "worker", "started_at")})
)
_CLOSED = Prepared(
    attempts.update()
    .where(attempts.c.job_id == sa.bindparam("key"), attempts.c.fence == sa.bindparam("seen"))
    .values({name: sa.bindparam(name) for name in ("ended_at", "outcome", "message")})
)


class SqlAttempts:
    """Implements Attempts inside one connection's transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def claimable(self, job_id: str, now: datetime, rules: ClaimRules) -> bool:
        hold(self._connection, CLAIM)
        return NAMED.run(self._connection, _bound(now, rules) | {"job_id": job_id}).fetchone() is not None

    def expired(self, now: datetime) -> str | None:
        hold(self._connection, CLAIM)
        row = EXPIRED.run(self._connection, {"now": stored_text(now)}).fetchone()
        return None if row is None else str(row[0])

    def heads(self, now: datetime, rules: ClaimRules, most: int) -> list[BatchJob]:
        hold(self._connection, CLAIM)
        found = [job for priority in Priority for job in self._waiting(HEADS_LOCKED, priority, now, rules, most)]
        return sorted(found, key=lambda job: _place(job, now, rules))[:most]

    def urgent(self, now: datetime, rules: ClaimRules) -> str | None:
        return next((job.id for job in self._waiting(HEADS, Priority.HIGH, now, rules, 1)), None)

    def ready(self, now: datetime, rules: ClaimRules, most: int) -> list[Ready]:
        bound = _bound(now, rules) | {"most": most}
        lost = LOST.run(self._connection, {"now": bound["now"], "most": most}).fetchall()
        waiting = READY.run(self._connection, bound).fetchall()
        found = [Ready(str(job_id), Priority(priority)) for job_id, priority in (*lost, *waiting)]
        return sorted(found, key=lambda one: one.priority)[:most]

    def waits(self, job_id: str, now: datetime, rules: ClaimRules) -> bool:
        return WAITS.run(self._connection, _bound(now, rules) | {"job_id": job_id}).fetchone() is not None

    def opened(self, leases: Sequence[Lease], at: datetime) -> None:
        begun = {"started_at": stored_text(at)}
        rows = ({"job_id": one.job_id, "fence": one.fence, "worker": one.worker, **begun} for one in leases)
        _OPENED.run_many(self._connection, rows)

    def closed(self, leases: Sequence[Lease], outcome: str, message: str, at: datetime) -> None:
        ended = {"ended_at": stored_text(at), "outcome": outcome, "message": clean(message)}
        _CLOSED.run_many(self._connection, ({"key": one.job_id, "seen": one.fence, **ended} for one in leases))

    def spent(self, job_id: str, since: datetime, before: int) -> float:
        query = sa.select(attempts.c.started_at, attempts.c.ended_at).where(
            attempts.c.job_id == job_id,
            attempts.c.started_at >= naive(since),
            attempts.c.fence < before,
            attempts.c.ended_at.is_not(None),
        )
        rows = self._connection.execute(query)
        return float(sum((ended - begun).total_seconds() for begun, ended in rows))

    def in_a_row(self, job_id: str, outcome: str) -> int:
        query = (
            sa.select(attempts.c.outcome)
            .where(attempts.c.job_id == job_id, attempts.c.ended_at.is_not(None))
            .order_by(attempts.c.fence.desc())
        )
        return sum(1 for _ in takewhile(lambda found: found == outcome, self._connection.execute(query).scalars()))

    def extend(self, worker: str, job_ids: Sequence[str], until: datetime) -> None:
        held = jobs.update().where(_RUNNING, jobs.c.worker == worker, jobs.c.id.in_(job_ids))
        self._connection.execute(held.values(lease_until=naive(until)))

    def expire(self, worker: str, at: datetime) -> int:
        ended = {"lease_until": naive(at), "updated_at": naive_now()}
        return self._connection.execute(jobs.update().where(_RUNNING, jobs.c.worker == worker).values(ended)).rowcount

    def disobeying(self, since: datetime) -> list[str]:
        asked = sa.and_(jobs.c.control == Verb.CANCEL.value, jobs.c.control_at <= naive(since))
        found = sa.select(jobs.c.id).where(_RUNNING, asked).with_for_update(skip_locked=True)
        return list(self._connection.execute(found).scalars())

    def _waiting(
        self, statement: Prepared, priority: Priority, now: datetime, rules: ClaimRules, most: int
    ) -> list[BatchJob]:
        bound = _bound(now, rules) | {"priority": int(priority), "most": most}
        rows = statement.run(self._connection, bound).fetchall()
        return [job_from_row(dict(zip(COLUMNS, row, strict=True))) for row in rows]


def _place(job: BatchJob, now: datetime, rules: ClaimRules) -> tuple[float, datetime, str]:
    queued = job.queued_at or job.created_at
    return job.priority.aged((now - queued).total_seconds(), rules.ageing_seconds), queued, job.id


def _bound(now: datetime, rules: ClaimRules) -> dict[str, Any]:
    return {
        "now": stored_text(now),
        "per_market": rules.per_market or UNLIMITED,
        "per_owner": rules.per_owner or UNLIMITED,
    }
