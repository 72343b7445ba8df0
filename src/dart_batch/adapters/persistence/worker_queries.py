"""Who works, with load and present work: reads behind the list of workers."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from dart_batch.adapters.persistence.moments import certain, moment, naive
from dart_batch.adapters.persistence.tables import chunks, jobs, workers
from dart_batch.application.worker_views import RunningJob, WorkerFacts, WorkerState
from dart_batch.domain.job.chunk import ChunkStatus
from dart_batch.domain.job.errors import InvalidParameters
from dart_batch.domain.job.status import JobStatus

SORTS = {"startedAt": workers.c.started_at, "heartbeatAt": workers.c.heartbeat_at, "host": workers.c.host}
PRESENT = (WorkerState.ALIVE, WorkerState.STALE)


@dataclass(frozen=True, slots=True)
class WorkerFilter:
    """What a list of workers shows; `began_by` leaves out later ones, so that the pages of a list do not shift."""

    states: Sequence[WorkerState] = PRESENT
    host: str | None = None
    sort: str = "-startedAt"
    limit: int = 50
    offset: int = 0
    began_by: datetime | None = None


_open = chunks.alias("open")
_first_open = (
    sa.select(sa.func.min(_open.c.number))
    .where(_open.c.job_id == jobs.c.id, _open.c.status == ChunkStatus.PENDING.value)
    .scalar_subquery()
)
_RUNNING = (
    sa.select(
        jobs.c.worker,
        jobs.c.id,
        jobs.c.type,
        jobs.c.markets,
        jobs.c.fence,
        jobs.c.attempt_started_at,
        jobs.c.chunks_done,
        jobs.c.chunks_total,
        chunks.c.number,
        chunks.c.market,
        chunks.c.first_session,
        chunks.c.last_session,
    )
    .select_from(
        jobs.outerjoin(chunks, sa.and_(chunks.c.job_id == jobs.c.id, chunks.c.number == _first_open)),
    )
    .where(jobs.c.status == JobStatus.RUNNING.value)
    .order_by(jobs.c.attempt_started_at, jobs.c.id)
)


class SqlWorkerQueries:
    """Each call is one read transaction. A worker is alive whose last heartbeat is younger than `lease_seconds`."""

    def __init__(self, engine: sa.Engine, lease_seconds: float) -> None:
        self._engine = engine
        self._lease = timedelta(seconds=lease_seconds)

    def workers(self, wanted: WorkerFilter, now: datetime) -> tuple[list[WorkerFacts], int]:
        """The page of workers and the number of all that match. Raises InvalidParameters for an unknown sort."""
        where = self._where(wanted, now)
        query = (
            sa.select(*(workers.c[name] for name in WorkerFacts.__slots__ if name != "jobs"))
            .where(*where)
            .order_by(*_order(wanted.sort))
            .limit(wanted.limit)
            .offset(wanted.offset)
        )
        count = sa.select(sa.func.count()).select_from(workers).where(*where)
        with self._engine.connect() as connection:
            found = [_facts(row) for row in connection.execute(query).mappings()]
            running = _running(connection, [worker.id for worker in found])
            total = connection.execute(count).scalar_one()
        return [replace(worker, jobs=tuple(running[worker.id])) for worker in found], total

    def _where(self, wanted: WorkerFilter, now: datetime) -> list[sa.ColumnElement[bool]]:
        gone, fresh = workers.c.stopped_at.is_not(None), workers.c.heartbeat_at >= naive(now - self._lease)
        rules = {
            WorkerState.ALIVE: sa.and_(~gone, fresh),
            WorkerState.STALE: sa.and_(~gone, ~fresh),
            WorkerState.STOPPED: gone,
        }
        found: list[sa.ColumnElement[bool]] = [sa.or_(sa.false(), *(rules[state] for state in wanted.states))]
        if wanted.host:
            found.append(workers.c.host == wanted.host)
        if wanted.began_by:
            found.append(workers.c.started_at <= naive(wanted.began_by))
        return found


def _running(connection: sa.Connection, worker_ids: list[str]) -> dict[str, list[RunningJob]]:
    found: dict[str, list[RunningJob]] = defaultdict(list)
    for worker, *job, number, market, first, last in connection.execute(_RUNNING.where(jobs.c.worker.in_(worker_ids))):
        chunk = None if number is None else (number, market, first, last)
        job_id, kind, markets, fence, started, done, total = job
        found[worker].append(RunningJob(job_id, kind, markets, fence, moment(started), done, total, chunk))
    return found


def _facts(row: sa.RowMapping) -> WorkerFacts:
    return WorkerFacts(
        **dict(row)
        | {
            "started_at": certain(row["started_at"]),
            "heartbeat_at": certain(row["heartbeat_at"]),
            "stopped_at": moment(row["stopped_at"]),
        }
    )


def _order(sort: str) -> list[sa.ColumnElement[Any]]:
    column = SORTS.get(sort.lstrip("-"))
    if column is None:
        raise InvalidParameters(f"sort must be one of {', '.join(SORTS)}, with - for descending.", field="sort")
    return [column.desc(), workers.c.id.desc()] if sort.startswith("-") else [column.asc(), workers.c.id.asc()]
