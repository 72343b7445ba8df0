"""Readings in fear_greed_batch_history. They go from frame to executemany and never become objects."""

from datetime import datetime
from typing import Any

import polars as pl
import sqlalchemy as sa

from dart_batch.adapters.persistence.moments import stored_text
from dart_batch.adapters.persistence.tables import history
from dart_batch.domain.index.definition import Definition
from dart_batch.engine.schema import READING_SCHEMA

_READ = (
    sa.select(
        *(sa.cast(history.c[name], sa.String) if name == "session" else history.c[name] for name in READING_SCHEMA)
    )
    .where(history.c.job_id == sa.bindparam("job_id"), history.c.market == sa.bindparam("market"))
    .order_by(history.c.session)
)


class SqlGenerations:
    """Implements Generations inside one connection's transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def append(self, job_id: str, market: str, definition: Definition, readings: pl.DataFrame, at: datetime) -> None:
        fixed = (job_id, market, definition.identifier, definition.content_hash, stored_text(at))
        rows = [(*fixed, *row) for row in readings.with_columns(pl.col("session").cast(pl.String)).rows()]
        self._connection.exec_driver_sql(_insert(self._connection, tuple(readings.columns)), rows)

    def frame(self, job_id: str, market: str) -> pl.DataFrame:
        rows = self._connection.execute(_READ, {"job_id": job_id, "market": market}).all()
        text_first = {name: pl.String if name == "session" else dtype for name, dtype in READING_SCHEMA.items()}
        frame = pl.DataFrame([tuple(row) for row in rows], schema=text_first, orient="row")
        return frame.with_columns(pl.col("session").str.to_date("%Y-%m-%d"))


_STATEMENTS: dict[tuple[str, tuple[str, ...]], str] = {}


def _insert(connection: sa.Connection, columns: tuple[str, ...]) -> str:
    key = (connection.dialect.name, columns)
    if key not in _STATEMENTS:
        _STATEMENTS[key] = _compiled(connection, columns)
    return _STATEMENTS[key]


def _compiled(connection: sa.Connection, columns: tuple[str, ...]) -> str:
    names = ("job_id", "market", "definition", "definition_hash", "created_at", *columns)
    mark: dict[str, Any] = {"qmark": "?", "format": "%s", "pyformat": "%s"}
    marks = ", ".join([mark[connection.dialect.paramstyle]] * len(names))
    return f"INSERT INTO {history.name} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608  names are ours
