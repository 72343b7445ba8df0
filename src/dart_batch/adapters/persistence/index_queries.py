"""Reads of the live index."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl
import sqlalchemy as sa

from dart_batch.adapters.persistence.publications import SHOWN
from dart_batch.adapters.persistence.tables import history, segments
from dart_batch.domain.errors import NotFound

COLUMNS = {
    "date": pl.String,
    "value": pl.Float64,
    "level": pl.String,
    "coverage": pl.Float64,
    "withheld_reason": pl.String,
    "definition": pl.String,
    "definition_hash": pl.String,
    "input_hash": pl.String,
    "job_id": pl.String,
    "components": pl.String,
}


class ReadingNotFound(NotFound):
    """Nothing is published for this market, definition and session."""

    code = "reading-not-found"
    hint = "See `dart-batch index list` for what is published, or run a backfill."


class SqlIndexQueries:
    """Each call is one read transaction, so a reader never sees half a publication."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def published(self) -> list[dict[str, Any]]:
        """Every live index: market, definition, first, last, sessions; by market and definition."""
        keys = (segments.c.market, segments.c.definition)
        query = (
            sa.select(
                *keys,
                sa.func.min(history.c.session).label("first"),
                sa.func.max(history.c.session).label("last"),
                sa.func.count().label("sessions"),
            )
            .select_from(segments.join(history, SHOWN))
            .group_by(*keys)
            .order_by(*keys)
        )
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def readings(
        self, market: str, definition: str, first: date | None = None, last: date | None = None, *, components: bool
    ) -> pl.DataFrame:
        """Live readings by date: date, value, level, coverage, withheld_reason, definition, definition_hash,
        input_hash, job_id and, when asked for, components (JSON). A session whose row was deleted is not shown.
        """
        names = [name for name in COLUMNS if components or name != "components"]
        query = (
            sa.select(*(column(name) for name in names))
            .select_from(segments.join(history, SHOWN))
            .where(segments.c.market == market, segments.c.definition == definition)
            .order_by(history.c.session)
        )
        if first:
            query = query.where(history.c.session >= first)
        if last:
            query = query.where(history.c.session <= last)
        with self._engine.connect() as connection:
            return readings_frame(connection.execute(query).all(), names)

    def reading(self, market: str, definition: str, session: date) -> dict[str, Any]:
        """One live reading with components (JSON text). Raises ReadingNotFound."""
        found = self.readings(market, definition, session, session, components=True)
        if found.is_empty():
            raise ReadingNotFound(f"Nothing is published for {market} / {definition} on {session}.")
        return found.row(0, named=True)

    def latest(self, market: str, definition: str) -> dict[str, Any] | None:
        """The newest live reading that has a value; null when there is none."""
        query = (
            sa.select(history.c.session, history.c.value, history.c.level, history.c.coverage)
            .select_from(segments.join(history, SHOWN))
            .where(segments.c.market == market, segments.c.definition == definition, history.c.value.is_not(None))
            .order_by(history.c.session.desc())
            .limit(1)
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return None if row is None else dict(zip(("date", "value", "level", "coverage"), row, strict=True))


def readings_frame(rows: Sequence[sa.Row[Any]], names: Sequence[str]) -> pl.DataFrame:
    """Rows of these COLUMNS, or other texts, as a frame with real dates."""
    schema = {name: COLUMNS.get(name, pl.String) for name in names}
    frame = pl.DataFrame(list(map(tuple, rows)), schema=schema, orient="row")
    return frame.with_columns(pl.col("date").str.to_date("%Y-%m-%d"))


def column(name: str) -> sa.ColumnElement[Any]:
    """The expression that one of COLUMNS is read by."""
    return sa.cast(history.c.session, sa.String).label("date") if name == "date" else history.c[name]
