"""Rows of a slice as plain values, the same on every database, and their hash."""

import hashlib
import marshal
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from dart_batch.adapters.persistence.cluster_tables import mutexes, offices
from dart_batch.adapters.persistence.every_table import metadata
from dart_batch.adapters.persistence.migration_tables import arrivals
from dart_batch.adapters.persistence.prepared import Prepared
from dart_batch.adapters.persistence.tables import jobs, workers
from dart_batch.application.ports.migration import Copied, Key, Slice

STAYS = frozenset({workers.name, arrivals.name, mutexes.name, offices.name})
Rows = list[tuple[Any, ...]]


def moved_tables() -> list[sa.Table]:
    """Every table but what belongs to one machine or one installation: workers, arrivals, mutexes and offices."""
    return [table for table in metadata.sorted_tables if table.name not in STAYS]


def cut(connection: sa.Connection, table: sa.Table, size: int) -> list[Slice]:
    """The whole key range of a table in slices of `size` rows, the last one open at its end."""
    key = _key(table)
    place = sa.func.row_number().over(order_by=key).label("place")
    numbered = sa.select(*key, place).subquery()
    ends = sa.select(*(numbered.c[one.name] for one in key)).where(numbered.c.place % size == 0)
    total = count(connection, table.name)
    bounds = [_plain_key(row) for row in connection.execute(ends.order_by(numbered.c.place))]
    inner = bounds[:-1] if bounds and total == size * len(bounds) else bounds
    edges = [None, *inner, None]
    last = total - size * len(inner)
    return [
        Slice(table.name, edges[place], edges[place + 1], size if place < len(inner) else last)
        for place in range(len(edges) - 1)
    ]


def read(connection: sa.Connection, piece: Slice, own: str) -> Rows:
    """Rows of the slice but those of the job `own`, by key; moments and days as text, truth as 0 or 1."""
    statement = _select(piece.table, piece.after is not None, piece.until is not None)
    found = statement.run(connection, _bound(piece) | {"own": own}).fetchall()
    if connection.dialect.name == "sqlite":
        return list(found)
    plain = _plain(piece.table)
    return [tuple([change(value) for change, value in zip(plain, row, strict=True)]) for row in found]


def count(connection: sa.Connection, table: str) -> int:
    """How many rows a table has."""
    return connection.execute(sa.select(sa.func.count()).select_from(metadata.tables[table])).scalar_one()


def copied(rows: Rows) -> Copied:
    """How many, and the SHA-256 of their values in marshal's format 2, in which equal values have equal bytes."""
    return Copied(len(rows), hashlib.sha256(marshal.dumps(rows, 2)).hexdigest())


def replace(connection: sa.Connection, piece: Slice, rows: Rows) -> None:
    """Make these the rows of the slice."""
    _delete(piece.table, piece.after is not None, piece.until is not None).run(connection, _bound(piece))
    if rows:
        connection.connection.cursor().executemany(_insert(piece.table, connection.dialect.paramstyle), rows)


def together(parts: Sequence[Copied]) -> Copied:
    """Several slices as one."""
    digest = hashlib.sha256("".join(part.content_hash for part in parts).encode())
    return Copied(sum(part.rows for part in parts), digest.hexdigest())


def _key(table: sa.Table) -> list[sa.Column[Any]]:
    return list(table.primary_key.columns)


def _plain_key(row: Sequence[Any]) -> Key:
    return tuple(value if isinstance(value, int) else str(value) for value in row)


def _bound(piece: Slice) -> dict[str, Any]:
    after = {f"after_{place}": value for place, value in enumerate(piece.after or ())}
    return after | {f"until_{place}": value for place, value in enumerate(piece.until or ())}


def _inside(table: sa.Table, *, after: bool, until: bool) -> list[sa.ColumnElement[bool]]:
    """The range twice: as a whole, and by the first column alone, which every database finds by its index."""
    key = _key(table)

    def edge(name: str) -> list[sa.BindParameter[Any]]:
        return [sa.bindparam(f"{name}_{place}", type_=sa.String) for place in range(len(key))]

    found: list[sa.ColumnElement[bool]] = []
    if after:
        found += [key[0] >= edge("after")[0], _tuple(key) > _tuple(edge("after"))]
    if until:
        found += [key[0] <= edge("until")[0], _tuple(key) <= _tuple(edge("until"))]
    return found


def _tuple(parts: Sequence[Any]) -> Any:
    return parts[0] if len(parts) == 1 else sa.tuple_(*parts)


@cache
def _select(name: str, after: bool, until: bool) -> Prepared:
    table = metadata.tables[name]
    of = jobs.c.id if table is jobs else table.c.get("job_id")
    others = [] if of is None else [of != sa.bindparam("own", type_=sa.String)]
    where = [*_inside(table, after=after, until=until), *others]
    return Prepared(sa.select(table).where(*where).order_by(*_key(table)))


@cache
def _delete(name: str, after: bool, until: bool) -> Prepared:
    table = metadata.tables[name]
    return Prepared(table.delete().where(*_inside(table, after=after, until=until)))


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
