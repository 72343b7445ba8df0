"""Cuts tables into slices by their primary keys."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from dart_batch.application.ports.migration import Key, Slice

SLICE_BYTES = 8 * 2**20
_SAMPLE = 100
_NUMBER_BYTES = 8


def cut(connection: sa.Connection, table: sa.Table, size: int) -> list[Slice]:
    """The whole key range of a table in slices, the last one open at its end. A slice has `size` rows, or fewer where
    rows are so wide that these would exceed SLICE_BYTES.
    """
    total = count(connection, table)
    size = max(1, min(size, SLICE_BYTES // _row_bytes(connection, table)))
    bounds = _bounds(connection, table, size) if total > size else []
    inner = bounds[:-1] if bounds and total == size * len(bounds) else bounds
    edges = [None, *inner, None]
    last = total - size * len(inner)
    return [
        Slice(table.name, edges[place], edges[place + 1], size if place < len(inner) else last)
        for place in range(len(edges) - 1)
    ]


def count(connection: sa.Connection, table: sa.Table) -> int:
    """How many rows a table has."""
    return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def _bounds(connection: sa.Connection, table: sa.Table, size: int) -> list[Key]:
    key = list(table.primary_key.columns)
    place = sa.func.row_number().over(order_by=key).label("place")
    numbered = sa.select(*key, place).subquery()
    ends = sa.select(*(numbered.c[one.name] for one in key)).where(numbered.c.place % size == 0)
    return [_plain_key(row) for row in connection.execute(ends.order_by(numbered.c.place))]


def _row_bytes(connection: sa.Connection, table: sa.Table) -> int:
    """Mean of the first and the last rows by key, at least 1: a look at all would read the whole table."""
    texts = [column for column in table.c if isinstance(column.type, sa.String)]
    zero = sa.literal(_NUMBER_BYTES * (len(table.c) - len(texts)))
    width = sum((sa.func.coalesce(sa.func.length(column), 0) for column in texts), start=zero).label("width")
    means = []
    for descending in (False, True):
        key = [column.desc() if descending else column for column in table.primary_key.columns]
        some = sa.select(width).order_by(*key).limit(_SAMPLE).subquery()
        means.append(int(connection.execute(sa.select(sa.func.avg(some.c.width))).scalar_one() or 0))
    return max(1, sum(means) // 2)


def _plain_key(row: Sequence[Any]) -> Key:
    return tuple(value if isinstance(value, int) else str(value) for value in row)
