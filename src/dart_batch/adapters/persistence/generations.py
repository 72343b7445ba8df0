"""Readings in fear_greed_batch_history. They go from frame to executemany and never become objects."""

from datetime import datetime

import polars as pl
import sqlalchemy as sa

from dart_batch.adapters.persistence.moments import stored_text
from dart_batch.adapters.persistence.tables import history
from dart_batch.domain.index.definition import Definition
from dart_batch.engine.schema import READING_SCHEMA
from dart_batch.engine.stored import StoredReadings

_MARKS = {"qmark": "?", "format": "%s", "pyformat": "%s"}
_NAMES = list(READING_SCHEMA)
_LIGHT = [name for name in _NAMES if name != "components"]


class SqlGenerations:
    """Implements Generations inside one connection's transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def append(self, job_id: str, market: str, definition: Definition, readings: pl.DataFrame, at: datetime) -> None:
        fixed = (job_id, market, definition.identifier, definition.content_hash, stored_text(at))
        rows = [(*fixed, session.isoformat(), *rest) for session, *rest in _ordered(readings).rows()]
        self._connection.connection.cursor().executemany(_insert(self._connection), rows)

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


def _ordered(readings: pl.DataFrame) -> pl.DataFrame:
    return readings if readings.columns == _NAMES else readings.select(_NAMES)


def _insert(connection: sa.Connection) -> str:
    names = ("job_id", "market", "definition", "definition_hash", "created_at", *_NAMES)
    marks = ", ".join([_MARKS[connection.dialect.paramstyle]] * len(names))
    return f"INSERT INTO {history.name} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608  names are ours
