"""Reads of whichever readings of an index are meant."""

from datetime import date
from typing import Any

import polars as pl
import sqlalchemy as sa

from dart_batch.adapters.persistence.day_queries import SqlDayQueries
from dart_batch.adapters.persistence.generation_queries import SqlGenerationQueries
from dart_batch.adapters.persistence.index_queries import ReadingNotFound, SqlIndexQueries
from dart_batch.adapters.persistence.publication_queries import SqlPublicationQueries
from dart_batch.domain.index.side import Side


class SqlSides:
    """Each call is one read transaction. `generations` lists the jobs that wrote for an index, `days` tells
    what is recorded about its days."""

    def __init__(self, engine: sa.Engine) -> None:
        self._live = SqlIndexQueries(engine)
        self._published = SqlPublicationQueries(engine)
        self.generations = SqlGenerationQueries(engine)
        self.days = SqlDayQueries(engine)

    def readings(
        self, market: str, side: Side, span: tuple[date | None, date | None] = (None, None), *, components: bool
    ) -> pl.DataFrame:
        """Readings of one side by date; columns as in SqlIndexQueries.readings. Raises ReadingNotFound for a job that
        wrote nothing for the market.
        """
        if side.job_id is not None:
            return self.generations.readings(side.job_id, market, span, components=components)
        if side.as_of is not None:
            return self._published.readings(market, side.definition, side.as_of, span, components=components)
        return self._live.readings(market, side.definition, *span, components=components)

    def reading(self, market: str, side: Side, session: date) -> dict[str, Any]:
        """One reading of a side with components (JSON text). Raises ReadingNotFound."""
        found = self.readings(market, side, (session, session), components=True)
        if found.is_empty():
            where = f" as of {side.as_of}" if side.as_of else f" by job {side.job_id}" if side.job_id else ""
            raise ReadingNotFound(f"Nothing is published for {market} / {side.definition} on {session}{where}.")
        return found.row(0, named=True)
