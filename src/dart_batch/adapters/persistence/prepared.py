"""Statements of the hot path: compiled once per dialect, then run past SQLAlchemy's per-call work."""

from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql.elements import ClauseElement

AT_ONCE = 500
Binder = Callable[[Mapping[str, Any]], Any]


class Prepared:
    """A Core statement whose parameters are given as the driver takes them (moments as stored text)."""

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[str, Binder]] = {}

    def run(self, connection: sa.Connection, values: Mapping[str, Any]) -> DBAPICursor:
        """Execute with these values for the statement's bind parameters; answers the driver's cursor."""
        sql, bind = self._ready(connection)
        cursor = connection.connection.cursor()
        cursor.execute(sql, bind(values))
        return cursor

    def run_many(self, connection: sa.Connection, rows: Iterable[Mapping[str, Any]]) -> int:
        """Execute once for each row of values; answers how many rows of the database it touched."""
        sql, bind = self._ready(connection)
        bound, touched = map(bind, rows), 0
        cursor = connection.connection.cursor()
        while some := list(islice(bound, AT_ONCE)):
            cursor.executemany(sql, some)
            touched += cursor.rowcount
        return touched

    def _ready(self, connection: sa.Connection) -> tuple[str, Binder]:
        dialect = connection.dialect.name
        if dialect not in self._compiled:
            self._compiled[dialect] = self._compile(connection)
        return self._compiled[dialect]

    def _compile(self, connection: sa.Connection) -> tuple[str, Binder]:
        compiled: Any = self._statement.compile(dialect=connection.dialect)
        fixed = dict(compiled.params)
        if not compiled.positional:
            return str(compiled), lambda values: {**fixed, **values}
        return str(compiled), _in_order(compiled.positiontup, fixed)


def _in_order(names: list[str], fixed: dict[str, Any]) -> Binder:
    """Values by position. `fixed` holds the statement's own, and null for those that only the caller knows."""
    if len(names) < 2:
        return lambda values: tuple([{**fixed, **values}[name] for name in names])
    pick = itemgetter(*names)
    if any(value is not None for value in fixed.values()):
        return lambda values: pick({**fixed, **values})

    def bind(values: Mapping[str, Any]) -> Any:
        try:
            return pick(values)
        except KeyError:
            return pick({**fixed, **values})

    return bind
