"""Readings in fear_greed_batch_history. They go from frame to executemany and never become objects."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from itertools import repeat
from typing import Any

import polars as pl
import sqlalchemy as sa

from dart_batch.adapters.persistence.moments import naive, stored_text
from dart_batch.adapters.persistence.prepared import Prepared
from dart_batch.adapters.persistence.tables import generations, history
from dart_batch.application.ports.unit_of_work import Identified
from dart_batch.domain.index.publication import GenerationStatus, Segment
from dart_batch.engine.schema import READING_SCHEMA
from dart_batch.engine.stored import StoredReadings

_MARKS = {"qmark": "?", "format": "%s", "pyformat": "%s"}
_NAMES = list(READING_SCHEMA)
FEW = 3
_LIGHT = [name for name in _NAMES if name != "components"]


def _shown(names: Sequence[str]) -> Prepared:
    return Prepared(
        sa.select(*(history.c[name] for name in names), history.c.definition_hash).where(
            history.c.job_id == sa.bindparam("by"),
            history.c.market == sa.bindparam("of"),
            history.c.session.between(sa.bindparam("since"), sa.bindparam("until")),
        )
    )


_SHOWN, _SHOWN_LIGHT = _shown(_NAMES), _shown(_LIGHT)


class SqlGenerations:
    """Implements Generations inside one connection's transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def append(self, job_id: str, market: str, definition: Identified, readings: pl.DataFrame, at: datetime) -> None:
        fixed = (job_id, market, definition.identifier, definition.content_hash, stored_text(at))
        rows = _rows(fixed, readings if readings.columns == _NAMES else readings.select(_NAMES))
        self._connection.connection.cursor().executemany(_insert(self._connection.dialect.paramstyle), rows)

    def stored(self, job_id: str, market: str, *, components: bool = True) -> StoredReadings:
        names = _NAMES if components else _LIGHT
        mark = _MARKS[self._connection.dialect.paramstyle]
        sql = (
            f"SELECT {', '.join(names)} FROM {history.name} "  # noqa: S608  names are ours
            f"WHERE job_id = {mark} AND market = {mark} ORDER BY session"
        )
        cursor = self._connection.connection.cursor()
        cursor.execute(sql, (job_id, market))
        sessions, *rest = list(zip(*cursor.fetchall(), strict=True)) or [() for _ in names]
        return StoredReadings(dict(zip(names, [tuple(map(str, sessions)), *rest], strict=True)))

    def shown(self, market: str, segments: Sequence[Segment], *, components: bool = True) -> pl.DataFrame:
        names = [*(_NAMES if components else _LIGHT), "definition_hash"]
        query = _SHOWN if components else _SHOWN_LIGHT
        rows: list[Any] = []
        for segment in segments:
            span = {"since": segment.first.isoformat(), "until": segment.last.isoformat()}
            rows += query.run(self._connection, {"by": segment.job_id, "of": market} | span).fetchall()
        sessions, *rest = list(zip(*rows, strict=True)) or [() for _ in names]
        return StoredReadings(dict(zip(names, [tuple(map(str, sessions)), *rest], strict=True))).frame.sort("session")

    def stage(self, job_id: str, at: datetime) -> None:
        row = {"job_id": job_id, "status": GenerationStatus.STAGED.value, "staged_at": naive(at)}
        self._connection.execute(generations.insert(), row)

    def decision(self, job_id: str) -> GenerationStatus | None:
        query = sa.select(generations.c.status).where(generations.c.job_id == job_id).with_for_update()
        found = self._connection.execute(query).scalar()
        return None if found is None else GenerationStatus(found)

    def decide(self, job_id: str, status: GenerationStatus, at: datetime, by: str) -> None:
        values = {"status": status.value, "decided_at": naive(at), "decided_by": by}
        self._connection.execute(generations.update().where(generations.c.job_id == job_id), values)


def _rows(fixed: tuple[str, ...], readings: pl.DataFrame) -> list[tuple[Any, ...]]:
    """The values of each row; by columns, which is quicker than by rows but for a few."""
    if readings.height <= FEW:
        return [(*fixed, session.isoformat(), *rest) for session, *rest in readings.rows()]
    sessions, *rest = [column.to_list() for column in readings.get_columns()]
    return list(zip(*map(repeat, fixed), map(date.isoformat, sessions), *rest, strict=False))


@cache
def _insert(paramstyle: str) -> str:
    names = ("job_id", "market", "definition", "definition_hash", "created_at", *_NAMES)
    marks = ", ".join([_MARKS[paramstyle]] * len(names))
    return f"INSERT INTO {history.name} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608  names are ours
