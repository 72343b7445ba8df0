"""The live index: one thin row per session that points at the generation it shows, and the history of those rows."""

from datetime import date

import polars as pl
import sqlalchemy as sa

from dart_batch.adapters.persistence.moments import naive
from dart_batch.adapters.persistence.tables import history, jobs, live_index, publication_changes, publications
from dart_batch.application.ports.unit_of_work import Publication

LIVE_SCHEMA = {
    "session": pl.Date,
    "withheld": pl.Boolean,
    "job_id": pl.String,
    "definition_hash": pl.String,
    "data_revision": pl.Int64,
}


class SqlPublications:
    """Implements Publications inside one connection's transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def live(self, market: str, definition: str, first: date, last: date) -> pl.DataFrame:
        query = (
            sa.select(live_index.c.session, history.c.value.is_(None), live_index.c.job_id, history.c.definition_hash)
            .select_from(_live_rows())
            .where(
                live_index.c.market == market,
                live_index.c.definition == definition,
                live_index.c.session.between(first, last),
            )
            .order_by(live_index.c.session)
        )
        rows = [tuple(row) for row in self._connection.execute(query)]
        schema = {name: dtype for name, dtype in LIVE_SCHEMA.items() if name != "data_revision"}
        frame = pl.DataFrame(rows, schema=schema, orient="row")
        revisions = self._revisions(frame["job_id"].unique().to_list(), market)
        return frame.join(revisions, on="job_id", how="left").select(list(LIVE_SCHEMA)).sort("session")

    def publish(self, publication: Publication, *, replace: bool) -> int:
        changed = self._changes(publication, replace=replace)
        sessions = self._connection.execute(
            publication_changes.insert().from_select(
                ["publication_id", "session", "job_id", "replaced_job_id"], changed
            )
        ).rowcount
        self._connection.execute(publications.insert(), _row(publication, sessions))
        self._point(publication)
        return sessions

    def _changes(self, publication: Publication, *, replace: bool) -> sa.Select[tuple[object, ...]]:
        shown = history.alias("shown")
        same_index = sa.and_(
            live_index.c.market == publication.market,
            live_index.c.definition == publication.definition,
            live_index.c.session == history.c.session,
        )
        visible = sa.and_(
            shown.c.job_id == live_index.c.job_id,
            shown.c.market == live_index.c.market,
            shown.c.session == live_index.c.session,
        )
        query = (
            sa.select(
                sa.literal(publication.id), history.c.session, sa.literal(publication.job_id), live_index.c.job_id
            )
            .select_from(history.outerjoin(live_index, same_index).outerjoin(shown, visible))
            .where(history.c.job_id == publication.job_id, history.c.market == publication.market)
        )
        return query if replace else query.where(shown.c.value.is_(None))

    def _point(self, publication: Publication) -> None:
        mine = publication_changes.c.publication_id == publication.id
        sessions = sa.select(publication_changes.c.session).where(mine)
        same = (live_index.c.market == publication.market, live_index.c.definition == publication.definition)
        self._connection.execute(live_index.delete().where(*same, live_index.c.session.in_(sessions)))
        rows = sa.select(
            sa.literal(publication.market),
            sa.literal(publication.definition),
            publication_changes.c.session,
            publication_changes.c.job_id,
            publication_changes.c.publication_id,
        ).where(mine)
        columns = ["market", "definition", "session", "job_id", "publication_id"]
        self._connection.execute(live_index.insert().from_select(columns, rows))

    def _revisions(self, job_ids: list[str], market: str) -> pl.DataFrame:
        path = sa.func.json_extract(jobs.c.plan, f'$.dataRevisions."{market}"')
        rows = self._connection.execute(sa.select(jobs.c.id, path).where(jobs.c.id.in_(job_ids))).all()
        data = {"job_id": [row[0] for row in rows], "data_revision": [int(row[1]) for row in rows]}
        return pl.DataFrame(data, schema={"job_id": pl.String, "data_revision": pl.Int64})


def _live_rows() -> sa.Join:
    return live_index.outerjoin(
        history,
        sa.and_(
            history.c.job_id == live_index.c.job_id,
            history.c.market == live_index.c.market,
            history.c.session == live_index.c.session,
        ),
    )


def _row(publication: Publication, sessions: int) -> dict[str, object]:
    return {
        "id": publication.id,
        "market": publication.market,
        "definition": publication.definition,
        "job_id": publication.job_id,
        "published_at": naive(publication.published_at),
        "published_by": publication.published_by,
        "sessions": sessions,
        "content_hash": publication.content_hash,
    }
