"""Statements of the hot path: compiled once per dialect, then run past SQLAlchemy's per-call work."""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql.elements import ClauseElement


class Prepared:
    """A Core statement whose parameters are given as the driver takes them (moments as stored text)."""

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[str, dict[str, Any], list[str] | None]] = {}

    def run(self, connection: sa.Connection, values: Mapping[str, Any]) -> DBAPICursor:
        """Execute with these values for the statement's bind parameters; answers the driver's cursor."""
        sql, fixed, order = self._ready(connection)
        cursor = connection.connection.cursor()
        cursor.execute(sql, _bound(fixed, order, values))
        return cursor

    def run_many(self, connection: sa.Connection, rows: Iterable[Mapping[str, Any]]) -> int:
        """Execute once for each row of values; answers how many rows of the database it touched."""
        sql, fixed, order = self._ready(connection)
        bound = [_bound(fixed, order, row) for row in rows]
        if not bound:
            return 0
        cursor = connection.connection.cursor()
        cursor.executemany(sql, bound)
        return cursor.rowcount

    def _ready(self, connection: sa.Connection) -> tuple[str, dict[str, Any], list[str] | None]:
        dialect = connection.dialect.name
        if dialect not in self._compiled:
            self._compiled[dialect] = self._compile(connection)
        return self._compiled[dialect]

    def _compile(self, connection: sa.Connection) -> tuple[str, dict[str, Any], list[str] | None]:
        compiled: Any = self._statement.compile(dialect=connection.dialect)
        order = list(compiled.positiontup) if compiled.positional else None
        return str(compiled), dict(compiled.params), order


def _bound(fixed: dict[str, Any], order: list[str] | None, values: Mapping[str, Any]) -> Any:
    if order is None:
        return {**fixed, **values}
    if not fixed:
        return tuple([values[name] for name in order])
    bound = {**fixed, **values}
    return tuple([bound[name] for name in order])
