"""Readings in fear_greed_batch_history. They go from frame to executemany and never become objects."""

from datetime import date, datetime
from itertools import repeat

import polars as pl
import sqlalchemy as sa

from dart_batch.adapters.persistence.moments import day, stored_text
from dart_batch.adapters.persistence.tables import history
from dart_batch.domain.index.definition import Definition
from dart_batch.engine.schema import READING_SCHEMA

_MARKS = {"qmark": "?", "format": "%s", "pyformat": "%s"}
_LIGHT = [name for name in READING_SCHEMA if name != "components"]
_REST = [name for name in READING_SCHEMA if name != "session"]


class SqlGenerations:
    """Implements Generations inside one connection's transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def append(self, job_id: str, market: str, definition: Definition, readings: pl.DataFrame, at: datetime) -> None:
        fixed = (job_id, market, definition.identifier, definition.content_hash, stored_text(at))
        columns = (readings[name].to_list() for name in _REST)
        days = map(date.isoformat, readings["session"].to_list())
        rows = list(zip(*map(repeat, fixed), days, *columns))  # noqa: B905  the fixed columns have no end
        self._connection.connection.cursor().executemany(_insert(self._connection), rows)

    def frame(self, job_id: str, market: str, *, components: bool = True) -> pl.DataFrame:
        names = list(READING_SCHEMA) if components else _LIGHT
        mark = _MARKS[self._connection.dialect.paramstyle]
        sql = (
            f"SELECT {', '.join(names)} FROM {history.name} "  # noqa: S608  names are ours
            f"WHERE job_id = {mark} AND market = {mark} ORDER BY session"
        )
        cursor = self._connection.connection.cursor()
        cursor.execute(sql, (job_id, market))
        columns = list(zip(*cursor.fetchall(), strict=True)) or [() for _ in names]
        columns[0] = tuple(map(day, columns[0]))
        return pl.DataFrame(
            [pl.Series(name, values, READING_SCHEMA[name]) for name, values in zip(names, columns, strict=True)]
        )


def _insert(connection: sa.Connection) -> str:
    names = ("job_id", "market", "definition", "definition_hash", "created_at", "session", *_REST)
    marks = ", ".join([_MARKS[connection.dialect.paramstyle]] * len(names))
    return f"INSERT INTO {history.name} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608  names are ours
