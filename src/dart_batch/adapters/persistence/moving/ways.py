"""How rows come from one database into another: as values through this process, or inside SQLite."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa

from dart_batch.adapters.persistence.every_table import metadata
from dart_batch.adapters.persistence.moving import rows
from dart_batch.adapters.persistence.prepared import Prepared
from dart_batch.application.ports.migration import Copied, Slice

_SOURCE = "source"
_SOURCE_CACHE_KIB = 2_000


class Way(Protocol):
    """Both methods are given a connection of the target inside a transaction."""

    def bring(self, connection: sa.Connection, piece: Slice) -> Copied:
        """Make the target's rows of the slice those of the source; answers what the source's are."""
        ...

    def level(self, connection: sa.Connection, piece: Slice, known: Copied) -> bool:
        """Whether the slice needs nothing more: the source holds what is known of it. Speaks to the target each time,
        so that it does not take a long comparison for a lost connection.
        """
        ...


@dataclass(frozen=True, slots=True)
class Streamed:
    """Between any two databases; holds a few hundred rows at a time."""

    source: sa.Engine
    own: str

    def bring(self, connection: sa.Connection, piece: Slice) -> Copied:
        """See Way."""
        rows.clear(connection, piece)

        def written(part: rows.Rows) -> rows.Rows:
            rows.write(connection, piece.table, part)
            return part

        with self.source.connect() as reader:
            return rows.copied(map(written, rows.read(reader, metadata.tables[piece.table], piece, self.own)))

    def level(self, connection: sa.Connection, piece: Slice, known: Copied) -> bool:
        """By the hash of the source."""
        connection.execute(sa.select(1))
        with self.source.connect() as reader:
            return rows.copied(rows.read(reader, metadata.tables[piece.table], piece, self.own)) == known


@dataclass(frozen=True, slots=True)
class Attached:
    """Between two SQLite files: the source is attached to the target's connections, for reading only, and a
    transaction of the target sees one moment of it.
    """

    own: str

    def bring(self, connection: sa.Connection, piece: Slice) -> Copied:
        """See Way; the hash is of the same moment as the rows."""
        rows.clear(connection, piece)
        _carry(piece.table, *_ends(piece)).run(connection, rows.bound(piece) | {"own": self.own})
        return rows.copied(rows.read(connection, _attached()[piece.table], piece, self.own))

    def level(self, connection: sa.Connection, piece: Slice, known: Copied) -> bool:
        """By the values of both sides, column by column: that says more than the source's hash, at a fifth of the
        cost.
        """
        values = rows.bound(piece) | {"own": self.own}
        [(here, there, same)] = _agreement(piece.table, *_ends(piece)).run(connection, values).fetchall()
        return bool(here == there == same == known.rows)


def knowing_files(url: sa.URL) -> sa.URL:
    """The address of a database whose connections can attach a file for reading only."""
    return url.update_query_dict({"uri": "true"}) if url.get_backend_name() == "sqlite" else url


def way_between(source: sa.Engine, target: sa.Engine, own: str) -> Way:
    """The best way there is; connections of the target that are opened from now on know the source."""
    file = source.url.database
    if {source.dialect.name, target.dialect.name} != {"sqlite"} or file in (None, "", ":memory:"):
        return Streamed(source, own)
    place = f"{Path(str(file)).absolute().as_uri()}?mode=ro"

    def attach(connection: sa.PoolProxiedConnection, _record: object) -> None:
        connection.cursor().execute(f"ATTACH DATABASE ? AS {_SOURCE}", (place,))
        connection.cursor().execute(f"PRAGMA {_SOURCE}.cache_size = -{_SOURCE_CACHE_KIB}")

    sa.event.listen(target, "connect", attach)
    target.dispose()
    return Attached(own)


def _ends(piece: Slice) -> tuple[bool, bool]:
    return piece.after is not None, piece.until is not None


@cache
def _attached() -> dict[str, sa.Table]:
    other = sa.MetaData()
    return {table.name: table.to_metadata(other, schema=_SOURCE) for table in rows.moved_tables()}


@cache
def _carry(name: str, after: bool, until: bool) -> Prepared:
    there, here = metadata.tables[name], _attached()[name]
    where = [*rows.inside(here, after=after, until=until), *rows.of_others(name, here)]
    found = sa.select(here).where(*where).order_by(*here.primary_key.columns)
    return Prepared(there.insert().from_select(list(there.c.keys()), found, include_defaults=False))


@cache
def _agreement(name: str, after: bool, until: bool) -> Prepared:
    """Rows of the source, of the target, and those with the same key and the same value in every column."""
    here, there = _attached()[name].alias("here"), metadata.tables[name].alias("there")
    key = [column.name for column in metadata.tables[name].primary_key.columns]
    within = {side: rows.inside(side, after=after, until=until) for side in (here, there)}
    others = rows.of_others(name, here)
    both = here.join(there, sa.and_(*(here.c[one] == there.c[one] for one in key)))
    alike = [column.is_not_distinct_from(there.c[column.name]) for column in here.c if column.name not in key]
    counted = sa.select(sa.func.count())
    parts = (
        counted.select_from(here).where(*within[here], *others),
        counted.select_from(there).where(*within[there]),
        counted.select_from(both).where(*within[here], *others, *alike),
    )
    return Prepared(sa.select(*(part.scalar_subquery() for part in parts)))
