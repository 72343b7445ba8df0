"""Reads of what jobs wrote for an index, published or not."""

from datetime import date
from typing import Any

import polars as pl
import sqlalchemy as sa

from dart_batch.adapters.persistence.index_queries import COLUMNS, ReadingNotFound, column, readings_frame
from dart_batch.adapters.persistence.moments import aware
from dart_batch.adapters.persistence.publication_queries import SqlPublicationQueries
from dart_batch.adapters.persistence.tables import history, jobs, targets


class SqlGenerationQueries:
    """Each call is one read transaction."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def readings(
        self, job_id: str, market: str, span: tuple[date | None, date | None] = (None, None), *, components: bool
    ) -> pl.DataFrame:
        """What a job wrote for a market, by date; columns as in SqlIndexQueries.readings. Raises ReadingNotFound when
        it wrote nothing for it at all.
        """
        names = [name for name in COLUMNS if components or name != "components"]
        mine = (history.c.job_id == job_id, history.c.market == market)
        query = sa.select(*(column(name) for name in names)).where(*mine).order_by(history.c.session)
        first, last = span
        query = query.where(history.c.session >= first) if first else query
        query = query.where(history.c.session <= last) if last else query
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
            if not rows and connection.execute(sa.select(history.c.session).where(*mine).limit(1)).first() is None:
                raise ReadingNotFound(
                    f"Job {job_id} wrote no readings of {market}.",
                    hint=f"GET /api/index/{market}/generations lists the jobs that did.",
                )
        return readings_frame(rows, names)

    def of_index(self, market: str, definition: str, limit: int) -> list[dict[str, Any]]:
        """Jobs that staged or published readings of an index, the one that ended last first: job_id, type, owner,
        parameters (JSON), finished_at, first, last, sessions and state (GenerationState).
        """
        query = (
            sa.select(
                jobs.c.id.label("job_id"),
                jobs.c.type,
                jobs.c.owner,
                jobs.c.parameters,
                jobs.c.finished_at,
                jobs.c.items_processed.label("sessions"),
                targets.c.first_session.label("first"),
                targets.c.last_session.label("last"),
            )
            .select_from(targets.join(jobs, jobs.c.id == targets.c.job_id))
            .where(targets.c.market == market, targets.c.definition == definition, jobs.c.status == "COMPLETED")
            .order_by(jobs.c.finished_at.desc(), jobs.c.id.desc())
            .limit(limit)
        )
        with self._engine.connect() as connection:
            rows = [
                dict(row) | {"finished_at": aware(row["finished_at"])} for row in connection.execute(query).mappings()
            ]
        states = SqlPublicationQueries(self._engine).states([row["job_id"] for row in rows])
        return [row | {"state": states[row["job_id"]]} for row in rows if row["job_id"] in states]
