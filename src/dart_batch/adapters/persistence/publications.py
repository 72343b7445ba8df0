"""The live index: segments that point at generations, and the history of what was published."""

from collections.abc import Sequence
from datetime import date, datetime

import polars as pl
import sqlalchemy as sa

from dart_batch.adapters.persistence.moments import day, stored_text
from dart_batch.adapters.persistence.mutexes import hold, of_index
from dart_batch.adapters.persistence.prepared import Prepared
from dart_batch.adapters.persistence.publication_undo import PublicationUndo
from dart_batch.adapters.persistence.tables import history, jobs, publication_spans, publications, segments
from dart_batch.application.ports.unit_of_work import Publication, Recorded, Undone
from dart_batch.domain.index.publication import Run, Segment, clipped, overlay

LIVE_SCHEMA = {
    "session": pl.Date,
    "withheld": pl.Boolean,
    "job_id": pl.String,
    "definition_hash": pl.String,
    "data_revision": pl.Int64,
}
_STORED = [name for name in LIVE_SCHEMA if name != "data_revision"]
SHOWN = sa.and_(
    history.c.job_id == segments.c.job_id,
    history.c.market == segments.c.market,
    history.c.session.between(segments.c.first_session, segments.c.last_session),
)
_LIVE = Prepared(
    sa.select(history.c.session, history.c.value.is_(None), history.c.job_id, history.c.definition_hash)
    .select_from(segments.join(history, SHOWN))
    .where(
        segments.c.market == sa.bindparam("of"),
        segments.c.definition == sa.bindparam("by"),
        history.c.session.between(sa.bindparam("since"), sa.bindparam("until")),
    )
)
_newest = (
    sa.select(segments.c.job_id, segments.c.market, segments.c.first_session, segments.c.last_session)
    .where(segments.c.market == sa.bindparam("of"), segments.c.definition == sa.bindparam("by"))
    .order_by(segments.c.first_session.desc())
    .limit(sa.literal_column("1"))
    .subquery()
)
_END = Prepared(
    sa.select(history.c.definition_hash)
    .where(
        history.c.job_id == _newest.c.job_id,
        history.c.market == _newest.c.market,
        history.c.session.between(_newest.c.first_session, _newest.c.last_session),
    )
    .order_by(history.c.session.desc())
    .limit(sa.literal_column("1"))
)
_INSERT = Prepared(publications.insert().values({column.name: sa.bindparam(column.name) for column in publications.c}))
_SPAN = Prepared(publication_spans.insert().values({one.name: sa.bindparam(one.name) for one in publication_spans.c}))
_SEGMENT = Prepared(segments.insert().values({column.name: sa.bindparam(column.name) for column in segments.c}))
_index = (segments.c.market == sa.bindparam("of"), segments.c.definition == sa.bindparam("by"))
_before = sa.select(sa.func.max(segments.c.first_session)).where(
    *_index, segments.c.first_session <= sa.bindparam("since")
)
_touching = (
    sa.select(segments.c.first_session, segments.c.last_session, segments.c.job_id, segments.c.publication_id)
    .where(
        *_index,
        segments.c.first_session >= sa.func.coalesce(_before.scalar_subquery(), sa.bindparam("since")),
        segments.c.first_session <= sa.bindparam("until"),
        segments.c.last_session >= sa.bindparam("since"),
    )
    .order_by(segments.c.first_session)
    .with_for_update()
)
_TOUCHED = Prepared(_touching)
_GONE = Prepared(
    segments.delete().where(
        segments.c.market == sa.bindparam("of"),
        segments.c.definition == sa.bindparam("by"),
        segments.c.first_session == sa.bindparam("since"),
    )
)


class SqlPublications:
    """Implements Publications inside one connection's transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def live(self, market: str, definition: str, first: date, last: date) -> pl.DataFrame:
        bound = {"of": market, "by": definition, "since": first.isoformat(), "until": last.isoformat()}
        columns = list(zip(*_LIVE.run(self._connection, bound).fetchall(), strict=True)) or [() for _ in _STORED]
        frame = pl.DataFrame(list(map(pl.Series, _STORED, columns))).select(
            pl.col("session").cast(pl.String).str.to_date("%Y-%m-%d"),
            *(pl.col(name).cast(LIVE_SCHEMA[name]) for name in _STORED[1:]),
        )
        revisions = self._revisions(frame["job_id"].unique().to_list(), market)
        return frame.join(revisions, on="job_id", how="left").select(list(LIVE_SCHEMA)).sort("session")

    def publish(self, publication: Publication) -> None:
        market, definition = publication.market, publication.definition
        new = [Segment(first, last, publication.job_id, publication.id) for first, last in publication.runs]
        touched = self._touched(market, definition, publication.runs)
        _INSERT.run(self._connection, _row(publication))
        _SPAN.run_many(self._connection, [_span(segment) for segment in new])
        index = {"market": market, "definition": definition}
        gone = [{"of": market, "by": definition, "since": segment.first.isoformat()} for segment in touched]
        _GONE.run_many(self._connection, gone)
        _SEGMENT.run_many(self._connection, [_span(segment) | index for segment in overlay(touched, new)])

    def ends_with(self, market: str, definition: str) -> str | None:
        row = _END.run(self._connection, {"of": market, "by": definition}).fetchone()
        return None if row is None else str(row[0])

    def segments(self, market: str, definition: str, runs: Sequence[Run]) -> list[Segment]:
        return clipped(self._touched(market, definition, runs), runs)

    def recorded(self, market: str, publication_ids: Sequence[str]) -> list[Recorded]:
        columns = (publications.c.id, publications.c.job_id, publications.c.content_hash, publications.c.sessions)
        query = sa.select(*columns).where(publications.c.market == market, publications.c.id.in_(publication_ids))
        return [Recorded(*row) for row in self._connection.execute(query.order_by(publications.c.id))]

    def undo(self, publication_id: str, act_id: str, at: datetime, by: str) -> Undone:
        return PublicationUndo(self._connection).undo(publication_id, act_id, at, by)

    def _touched(self, market: str, definition: str, runs: Sequence[Run]) -> list[Segment]:
        """Live segments that share a session with the runs, from their first to their last one. As segments never
        overlap, only the last one that begins before them has to be looked at besides those that begin within.
        """
        hold(self._connection, of_index(market, definition))
        since, until = runs[0][0].isoformat(), runs[-1][1].isoformat()
        bound = {"of": market, "by": definition, "since": since, "until": until}
        rows = _TOUCHED.run(self._connection, bound).fetchall()
        return [Segment(day(first), day(last), *ids) for first, last, *ids in rows]

    def _revisions(self, job_ids: list[str], market: str) -> pl.DataFrame:
        path = sa.func.json_extract(jobs.c.plan, f'$.dataRevisions."{market}"')
        rows = self._connection.execute(sa.select(jobs.c.id, path).where(jobs.c.id.in_(job_ids))).all()
        data = {"job_id": [row[0] for row in rows], "data_revision": [int(row[1]) for row in rows]}
        return pl.DataFrame(data, schema={"job_id": pl.String, "data_revision": pl.Int64})


def _span(segment: Segment) -> dict[str, object]:
    return {
        "publication_id": segment.publication_id,
        "first_session": segment.first.isoformat(),
        "last_session": segment.last.isoformat(),
        "job_id": segment.job_id,
    }


def _row(publication: Publication) -> dict[str, object]:
    return {
        "id": publication.id,
        "market": publication.market,
        "definition": publication.definition,
        "job_id": publication.job_id,
        "published_at": stored_text(publication.published_at),
        "published_by": publication.published_by,
        "sessions": publication.sessions,
        "content_hash": publication.content_hash,
        "kind": "PUBLISH",
        "undoes": None,
    }
