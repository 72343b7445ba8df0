"""Statements of the hot path: compiled once per dialect, then run past SQLAlchemy's per-call work."""

from collections.abc import Mapping
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
        dialect = connection.dialect.name
        if dialect not in self._compiled:
            self._compiled[dialect] = self._compile(connection)
        sql, fixed, order = self._compiled[dialect]
        bound = {**fixed, **values}
        parameters: Any = bound if order is None else tuple([bound[name] for name in order])
        cursor = connection.connection.cursor()
        cursor.execute(sql, parameters)
        return cursor

    def _compile(self, connection: sa.Connection) -> tuple[str, dict[str, Any], list[str] | None]:
        compiled: Any = self._statement.compile(dialect=connection.dialect)
        order = list(compiled.positiontup) if compiled.positional else None
        return str(compiled), dict(compiled.params), order
