"""Rows of a slice as plain values, the same on every database, and their hash."""

import hashlib
import marshal
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from dart_batch.adapters.persistence.cluster_tables import mutexes, offices
from dart_batch.adapters.persistence.every_table import metadata
from dart_batch.adapters.persistence.migration_tables import arrivals
from dart_batch.adapters.persistence.prepared import Prepared
from dart_batch.adapters.persistence.tables import jobs, workers
from dart_batch.application.ports.migration import Copied, Slice

STAYS = frozenset({workers.name, arrivals.name, mutexes.name, offices.name})
AT_ONCE = 500
Rows = list[tuple[Any, ...]]
_LIST_HEAD = 5


def moved_tables() -> list[sa.Table]:
    """Every table but what belongs to one machine or one installation: workers, arrivals, mutexes and offices."""
    return [table for table in metadata.sorted_tables if table.name not in STAYS]


def read(connection: sa.Connection, table: sa.Table, piece: Slice, own: str) -> Iterator[Rows]:
    """Rows of the slice but those of the job `own`, by key, AT_ONCE together; moments and days as text, truth as 0 or
    1.
    """
    statement = _select(table, piece.after is not None, piece.until is not None)
    cursor = statement.run(connection, bound(piece) | {"own": own})
    plain = None if connection.dialect.name == "sqlite" else _plain(table.name)
    while found := cursor.fetchmany(AT_ONCE):
        if plain is None:
            yield list(found)
        else:
            yield [tuple([change(value) for change, value in zip(plain, row, strict=True)]) for row in found]


def copied(parts: Iterable[Rows]) -> Copied:
    """How many, and the SHA-256 of their values in marshal's format 2, in which equal values have equal bytes; rows
    follow each other without the heads of the lists they come in.
    """
    digest, number = hashlib.sha256(), 0
    for rows in parts:
        digest.update(memoryview(marshal.dumps(rows, 2))[_LIST_HEAD:])
        number += len(rows)
    return Copied(number, digest.hexdigest())


def clear(connection: sa.Connection, piece: Slice) -> None:
    """Take the rows of the slice away."""
    _delete(piece.table, piece.after is not None, piece.until is not None).run(connection, bound(piece))


def write(connection: sa.Connection, table: str, rows: Rows) -> None:
    """Add rows to a table."""
    connection.connection.cursor().executemany(_insert(table, connection.dialect.paramstyle), rows)


def together(parts: Sequence[Copied]) -> Copied:
    """Several slices as one."""
    digest = hashlib.sha256("".join(part.content_hash for part in parts).encode())
    return Copied(sum(part.rows for part in parts), digest.hexdigest())


def bound(piece: Slice) -> dict[str, Any]:
    """Values for the parameters of `inside`."""
    after = {f"after_{place}": value for place, value in enumerate(piece.after or ())}
    return after | {f"until_{place}": value for place, value in enumerate(piece.until or ())}


def inside(table: sa.FromClause, *, after: bool, until: bool) -> list[sa.ColumnElement[bool]]:
    """The range twice: as a whole, and by the first column alone, which every database finds by its index."""
    key = list(table.primary_key)

    def edge(name: str) -> list[sa.BindParameter[Any]]:
        return [sa.bindparam(f"{name}_{place}", type_=sa.String) for place in range(len(key))]

    found: list[sa.ColumnElement[bool]] = []
    if after:
        found += [key[0] >= edge("after")[0], _tuple(key) > _tuple(edge("after"))]
    if until:
        found += [key[0] <= edge("until")[0], _tuple(key) <= _tuple(edge("until"))]
    return found


def of_others(name: str, table: sa.FromClause) -> list[sa.ColumnElement[bool]]:
    """That a row of the table with this name does not belong to the job `own`."""
    of = table.c.id if name == jobs.name else table.c.get("job_id")
    return [] if of is None else [of != sa.bindparam("own", type_=sa.String)]


def _tuple(parts: Sequence[Any]) -> Any:
    return parts[0] if len(parts) == 1 else sa.tuple_(*parts)


@cache
def _select(table: sa.Table, after: bool, until: bool) -> Prepared:
    where = [*inside(table, after=after, until=until), *of_others(table.name, table)]
    return Prepared(sa.select(table).where(*where).order_by(*table.primary_key.columns))


@cache
def _delete(name: str, after: bool, until: bool) -> Prepared:
    table = metadata.tables[name]
    return Prepared(table.delete().where(*inside(table, after=after, until=until)))


@cache
def _insert(name: str, paramstyle: str) -> str:
    names = [column.name for column in metadata.tables[name].c]
    marks = ", ".join(["?" if paramstyle == "qmark" else "%s"] * len(names))
    return f"INSERT INTO {name} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608  names are ours


@cache
def _plain(name: str) -> list[Callable[[Any], Any]]:
    return [_of_type(column.type) for column in metadata.tables[name].c]


def _of_type(kind: sa.types.TypeEngine[Any]) -> Callable[[Any], Any]:
    if isinstance(kind, sa.DateTime):
        return _moment
    if isinstance(kind, sa.Date):
        return _day
    return _number if isinstance(kind, sa.Boolean) else _same


def _moment(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat(" ", "microseconds")


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _number(value: Any) -> int | None:
    return None if value is None else int(value)


def _same(value: Any) -> Any:
    return value
