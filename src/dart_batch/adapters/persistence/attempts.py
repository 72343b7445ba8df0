"""Claims, leases and the record of attempts."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dart_batch.adapters.persistence.claims import EXPIRED, HEADS, HEADS_LOCKED, NAMED
from dart_batch.adapters.persistence.moments import certain, naive, naive_now, stored_text
from dart_batch.adapters.persistence.prepared import Prepared
from dart_batch.adapters.persistence.tables import attempts, jobs
from dart_batch.application.ports.unit_of_work import ClaimRules, Lease
from dart_batch.domain.job.priority import Priority
from dart_batch.domain.job.status import JobStatus, Verb

UNLIMITED = 1_000_000
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

    def claimable(self, now: datetime, rules: ClaimRules, only: str | None) -> str | None:
        bound = _bound(now, rules) | {"job_id": only}
        if only is not None:
            return self._first(NAMED, bound)
        return self._first(EXPIRED, bound) or self._most_urgent(bound, now, rules)

    def urgent(self, now: datetime, rules: ClaimRules) -> str | None:
        return self._first(HEADS, _bound(now, rules) | {"priority": int(Priority.HIGH)})

    def opened(self, lease: Lease, at: datetime) -> None:
        row = {"job_id": lease.job_id, "fence": lease.fence, "worker": lease.worker, "started_at": stored_text(at)}
        _OPENED.run(self._connection, row)

    def closed(self, lease: Lease, outcome: str, message: str | None, at: datetime) -> None:
        ended = {"ended_at": stored_text(at), "outcome": outcome, "message": message}
        _CLOSED.run(self._connection, ended | {"key": lease.job_id, "seen": lease.fence})

    def extend(self, worker: str, until: datetime) -> None:
        self._connection.execute(
            jobs.update().where(_RUNNING, jobs.c.worker == worker).values(lease_until=naive(until))
        )

    def expire(self, worker: str, at: datetime) -> int:
        ended = {"lease_until": naive(at), "updated_at": naive_now()}
        return self._connection.execute(jobs.update().where(_RUNNING, jobs.c.worker == worker).values(ended)).rowcount

    def disobeying(self, since: datetime) -> list[str]:
        asked = sa.and_(jobs.c.control == Verb.CANCEL.value, jobs.c.control_at <= naive(since))
        return list(self._connection.execute(sa.select(jobs.c.id).where(_RUNNING, asked)).scalars())

    def _most_urgent(self, bound: dict[str, Any], now: datetime, rules: ClaimRules) -> str | None:
        statement = HEADS if self._connection.dialect.name == "sqlite" else HEADS_LOCKED
        heads = []
        for priority in Priority:
            row = statement.run(self._connection, bound | {"priority": int(priority)}).fetchone()
            if row is not None:
                queued = certain(row[1])
                urgency = priority.aged((now - queued).total_seconds(), rules.ageing_seconds)
                heads.append((urgency, queued, str(row[0])))
        return min(heads)[2] if heads else None

    def _first(self, statement: Prepared, bound: dict[str, Any]) -> str | None:
        row = statement.run(self._connection, bound).fetchone()
        return None if row is None else str(row[0])


def _bound(now: datetime, rules: ClaimRules) -> dict[str, Any]:
    return {
        "now": stored_text(now),
        "per_market": rules.per_market or UNLIMITED,
        "per_owner": rules.per_owner or UNLIMITED,
    }
