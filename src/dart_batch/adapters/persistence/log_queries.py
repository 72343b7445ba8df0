"""Reads of job logs: pages, and a cheap way to notice that something was written."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from dart_batch.adapters.persistence.commit_watch import CommitWatch, Rings
from dart_batch.adapters.persistence.moments import aware
from dart_batch.adapters.persistence.session import unbegun
from dart_batch.adapters.persistence.tables import jobs, logs
from dart_batch.domain.job.errors import JobNotFound
from dart_batch.domain.job.status import JobStatus


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which lines of a job's log are shown. `level` is the least grave one; ids lie above `after` and below `before`;
    of more than `limit` lines the first are shown, or with `last` the last.
    """

    level: int = 0
    attempt: int | None = None
    chunk: int | None = None
    event: str | None = None
    text: str | None = None
    after: int = 0
    before: int | None = None
    limit: int = 200
    last: bool = False


EVERY_LINE = LogFilter(limit=1_000_000)


class SqlLogQueries:
    """Each call is one read transaction."""

    def __init__(self, engine: sa.Engine, rings: Rings | None = None) -> None:
        self._engine = engine
        self._rings = rings

    def lines(self, job_id: str, wanted: LogFilter = EVERY_LINE) -> list[dict[str, Any]]:
        """Lines that match all filters, oldest first: id, job_id, attempt, chunk, at, level, event, message."""
        order = logs.c.id.desc() if wanted.last else logs.c.id
        query = sa.select(logs).where(logs.c.job_id == job_id, *_where(wanted)).order_by(order).limit(wanted.limit)
        with self._engine.connect() as connection:
            found = [dict(row) | {"at": aware(row["at"])} for row in connection.execute(query).mappings()]
        return found[::-1] if wanted.last else found

    def behind(self, after: Mapping[str, int], limit: int) -> list[dict[str, Any]]:
        """Lines of several jobs, each with an id greater than its own: the first ones by id."""
        each = [sa.and_(logs.c.job_id == job_id, logs.c.id > line) for job_id, line in after.items()]
        query = sa.select(logs).where(sa.or_(sa.false(), *each)).order_by(logs.c.id).limit(limit)
        with self._engine.connect() as connection:
            return [dict(row) | {"at": aware(row["at"])} for row in connection.execute(query).mappings()]

    def greatest(self) -> int:
        """Id of the newest line of all; 0 when there is none."""
        with self._engine.connect() as connection:
            return connection.execute(sa.select(sa.func.max(logs.c.id))).scalar() or 0

    def status(self, job_id: str) -> JobStatus:
        """State of the job alone. Raises JobNotFound."""
        query = sa.select(jobs.c.status).where(jobs.c.id == job_id)
        with self._engine.connect() as connection:
            found = connection.execute(query).scalar()
        if found is None:
            raise JobNotFound(f"There is no job {job_id}.", job_id=job_id)
        return JobStatus(found)

    @contextmanager
    def watch(self) -> Iterator["LogWatch"]:
        """A watch on the whole database, over one connection of its own."""
        with unbegun(self._engine).connect() as connection:
            yield LogWatch(connection, self._rings)


class LogWatch:
    """Notices new lines; looks for them only when something was committed."""

    def __init__(self, connection: sa.Connection, rings: Rings | None = None) -> None:
        self._connection = connection
        self._commits = CommitWatch(connection, rings)
        self._last: int | None = None

    def fresh(self) -> set[str] | None:
        """Ids of jobs with lines that were not there at the call before; null at the first call, which knows of none.

        Lines become visible with their commit; on a server database one with a smaller id may come after one with a
        greater id, and is then noticed with the job's next line.
        """
        if not self._commits.moved():
            return set()
        last, before = self._greatest(), self._last
        self._last = last
        if before is None:
            return None
        return self._written(before) if last > before else set()

    def _greatest(self) -> int:
        found = self._connection.execute(sa.select(sa.func.max(logs.c.id))).scalar()
        self._connection.rollback()
        return found or 0

    def _written(self, after: int) -> set[str]:
        found = set(self._connection.execute(sa.select(logs.c.job_id).where(logs.c.id > after).distinct()).scalars())
        self._connection.rollback()
        return found


def _where(wanted: LogFilter) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [logs.c.id > wanted.after, logs.c.level >= wanted.level]
    if wanted.before is not None:
        found.append(logs.c.id < wanted.before)
    exact = {logs.c.attempt: wanted.attempt, logs.c.chunk: wanted.chunk, logs.c.event: wanted.event}
    found += [column == value for column, value in exact.items() if value is not None]
    if wanted.text:
        found.append(logs.c.message.contains(wanted.text, autoescape=True))
    return found
