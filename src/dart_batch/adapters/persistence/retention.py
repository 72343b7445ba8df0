"""Finds and deletes what has had its time. What was ever published is named in index_publication_spans and stays."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from dart_batch.adapters.persistence.artefact_tables import artefacts
from dart_batch.adapters.persistence.finding_tables import findings, tallies
from dart_batch.adapters.persistence.migration_tables import imported_rows, slices
from dart_batch.adapters.persistence.moments import naive
from dart_batch.adapters.persistence.receipt_tables import receipts
from dart_batch.adapters.persistence.tables import (
    attempts,
    chunks,
    generations,
    history,
    jobs,
    logs,
    publication_spans,
    publications,
    segments,
    skips,
    targets,
    workers,
)
from dart_batch.application.ports.retention import Expired, Kept, Kind
from dart_batch.domain.job.status import FINISHED, JobStatus

OF_A_JOB = (
    history,
    artefacts,
    generations,
    findings,
    tallies,
    chunks,
    skips,
    attempts,
    logs,
    targets,
    slices,
    imported_rows,
    receipts,
)
PUBLISHED = (publication_spans, publications, segments)

_ENDED = jobs.c.status.in_([status.value for status in sorted(FINISHED)])
_PUBLISHED = sa.or_(*(sa.exists().where(table.c.job_id == jobs.c.id) for table in PUBLISHED))
_HOLDING = sa.select(jobs.c.worker).where(jobs.c.status == JobStatus.RUNNING.value)
_GONE = workers.c.id.not_in(_HOLDING)


class SqlRetention:
    """Implements Retention inside one connection's transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def expired(self, kind: Kind, until: date) -> list[Expired]:
        rows = self._connection.execute(_SURVEYS[kind](until))
        return [Expired(kind, _day(day), *map(int, counts)) for day, *counts in rows]

    def kept(self, until: date) -> Kept | None:
        ends = (sa.func.count(), sa.func.min(jobs.c.finished_at), sa.func.max(jobs.c.finished_at))
        query = sa.select(*ends).where(_ENDED, *_between(jobs.c.finished_at, None, until), _PUBLISHED)
        count, first, last = self._connection.execute(query).one()
        return Kept(count, first.date(), last.date()) if count else None

    def prune(self, kind: Kind, first: date, last: date) -> dict[str, int]:
        if kind is Kind.WORKERS:
            deleted = {workers: self._delete(workers, _GONE, *_between(workers.c.heartbeat_at, first, last))}
        else:
            ended = (_ENDED, *_between(jobs.c.finished_at, first, last))
            self._connection.execute(sa.select(jobs.c.id).where(*ended).with_for_update())
            deleted = self._logs(ended) if kind is Kind.LOGS else self._jobs((*ended, ~_PUBLISHED))
        return {table.name: rows for table, rows in deleted.items() if rows}

    def damaged(self) -> tuple[int, list[str]]:
        ids = sa.select(publication_spans.c.job_id).distinct().subquery()
        whole = sa.exists().where(history.c.job_id == ids.c.job_id)
        lost = self._connection.execute(sa.select(ids.c.job_id).where(~whole)).scalars().all()
        return self._connection.execute(sa.select(sa.func.count()).select_from(ids)).scalar_one(), list(lost)

    def _logs(self, ended: tuple[Any, ...]) -> dict[sa.Table, int]:
        ids = sa.select(jobs.c.id).where(*ended)
        return {table: self._delete(table, table.c.job_id.in_(ids)) for table in (logs, receipts)}

    def _jobs(self, ended: tuple[Any, ...]) -> dict[sa.Table, int]:
        ids = sa.select(jobs.c.id).where(*ended)
        deleted = {table: self._delete(table, table.c.job_id.in_(ids)) for table in OF_A_JOB}
        return deleted | {jobs: self._delete(jobs, *ended)}

    def _delete(self, table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
        return self._connection.execute(table.delete().where(*where)).rowcount


def _logs_by_day(until: date) -> sa.Select[Any]:
    return (
        _by_day(jobs.c.finished_at, sa.func.count())
        .select_from(jobs.join(logs, logs.c.job_id == jobs.c.id))
        .where(_ENDED, *_between(jobs.c.finished_at, None, until))
    )


def _jobs_by_day(until: date) -> sa.Select[Any]:
    readings = sa.select(sa.func.count()).where(history.c.job_id == jobs.c.id).scalar_subquery()
    counts = (sa.func.count(), sa.func.sum(readings))
    return _by_day(jobs.c.finished_at, *counts).where(_ENDED, *_between(jobs.c.finished_at, None, until), ~_PUBLISHED)


def _workers_by_day(until: date) -> sa.Select[Any]:
    return _by_day(workers.c.heartbeat_at, sa.func.count()).where(_GONE, *_between(workers.c.heartbeat_at, None, until))


_SURVEYS = {Kind.LOGS: _logs_by_day, Kind.JOBS: _jobs_by_day, Kind.WORKERS: _workers_by_day}


def _by_day(moment: sa.Column[Any], *counts: sa.ColumnElement[Any]) -> sa.Select[Any]:
    day = sa.func.date(moment).label("day")
    return sa.select(day, *counts).group_by(day).order_by(day)


def _between(moment: sa.Column[Any], first: date | None, last: date) -> list[sa.ColumnElement[bool]]:
    """From the beginning of `first` (null: of time) to the end of `last`."""
    end = moment < naive(_midnight(last + timedelta(days=1)))
    return [end] if first is None else [moment >= naive(_midnight(first)), end]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
