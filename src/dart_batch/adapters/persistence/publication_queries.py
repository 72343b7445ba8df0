"""Reads of what was ever published: the index as of a moment, the list of acts, every value a session had."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import polars as pl
import sqlalchemy as sa

from dart_batch.adapters.persistence.index_queries import COLUMNS, column, readings_frame
from dart_batch.adapters.persistence.moments import aware, naive
from dart_batch.adapters.persistence.tables import generations, history, jobs, publication_spans, publications
from dart_batch.domain.index.liveness import Act, lives
from dart_batch.domain.index.publication import GenerationState, Segment, layered

_undo = publications.alias("undo")
_PUBLISHED_ROW = sa.and_(
    history.c.job_id == publication_spans.c.job_id,
    history.c.market == publications.c.market,
    history.c.session.between(publication_spans.c.first_session, publication_spans.c.last_session),
)
_SPANS = publications.join(publication_spans, publication_spans.c.publication_id == publications.c.id)


class SqlPublicationQueries:
    """Each call is one read transaction."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def readings(
        self,
        market: str,
        definition: str,
        as_of: datetime,
        span: tuple[date | None, date | None] = (None, None),
        *,
        components: bool,
    ) -> pl.DataFrame:
        """Readings that were live at that moment, by date; columns as in SqlIndexQueries.readings. Where the row of a
        session was deleted, it is missing, and not what lay below it.
        """
        shown = _shown_at(market, definition, as_of, span)
        names = [name for name in COLUMNS if components or name != "components"]
        same = sa.and_(
            history.c.job_id == shown.c.job_id,
            history.c.market == market,
            history.c.session == shown.c.session,
        )
        query = (
            sa.select(*(column(name) for name in names), shown.c.publication_id)
            .select_from(shown.join(history, same))
            .where(shown.c.place == 1)
            .order_by(history.c.session)
        )
        with self._engine.connect() as connection:
            found = readings_frame(connection.execute(query).all(), [*names, "publication_id"])
            top = layered(_layers(connection, market, definition, as_of))
        segments = pl.DataFrame(
            {"date": [one.first for one in top], "on_top": [one.publication_id for one in top]},
            schema={"date": pl.Date, "on_top": pl.String},
        )
        covered = found.sort("date").join_asof(segments, on="date")
        return covered.filter(pl.col("publication_id") == pl.col("on_top")).select(found.columns[:-1])

    def acts(self, market: str, definition: str, limit: int, offset: int = 0) -> tuple[list[dict[str, Any]], int]:
        """Publications and rollbacks, the newest first, and how many there are in all."""
        wanted = (publications.c.market == market, publications.c.definition == definition)
        ends = (
            sa.select(
                publication_spans.c.publication_id,
                sa.func.min(publication_spans.c.first_session).label("first"),
                sa.func.max(publication_spans.c.last_session).label("last"),
            )
            .group_by(publication_spans.c.publication_id)
            .subquery()
        )
        about = sa.func.coalesce(publications.c.undoes, publications.c.id)
        query = (
            sa.select(publications, ends.c.first, ends.c.last, _undo.c.id.label("undone_by"), jobs.c.parameters)
            .select_from(
                publications.outerjoin(ends, ends.c.publication_id == about)
                .outerjoin(_undo, _undo.c.undoes == publications.c.id)
                .outerjoin(jobs, jobs.c.id == publications.c.job_id)
            )
            .where(*wanted)
            .order_by(publications.c.published_at.desc(), publications.c.id.desc())
            .limit(limit)
            .offset(offset)
        )
        with self._engine.connect() as connection:
            total = connection.execute(sa.select(sa.func.count()).where(*wanted)).scalar_one()
            return [_aware(row) for row in connection.execute(query).mappings()], total

    def states(self, job_ids: Sequence[str]) -> dict[str, GenerationState]:
        """What became of what the jobs wrote; a job that staged and published nothing (yet) has no entry."""
        decided = sa.select(generations.c.job_id, generations.c.status).where(generations.c.job_id.in_(job_ids))
        stands = sa.func.max(sa.case((_undo.c.id.is_(None), 1), else_=0))
        published = (
            sa.select(publications.c.job_id, stands)
            .select_from(publications.outerjoin(_undo, _undo.c.undoes == publications.c.id))
            .where(publications.c.kind == "PUBLISH", publications.c.job_id.in_(job_ids))
            .group_by(publications.c.job_id)
        )
        with self._engine.connect() as connection:
            waiting = {row[0]: row[1] for row in connection.execute(decided)}
            standing = {row[0]: row[1] for row in connection.execute(published)}
        found = {job: GenerationState(status) for job, status in waiting.items() if status != "PROMOTED"}
        shown = {1: GenerationState.PUBLISHED, 0: GenerationState.ROLLED_BACK}
        return found | {job: shown[stands] for job, stands in standing.items()}

    def ids(self, beginning: str, limit: int = 5) -> list[str]:
        """Ids of acts that begin like this, in their order."""
        query = sa.select(publications.c.id).where(publications.c.id.startswith(beginning, autoescape=True))
        with self._engine.connect() as connection:
            return list(connection.execute(query.order_by(publications.c.id).limit(limit)).scalars())

    def market_of(self, publication_id: str) -> str | None:
        """The market whose index an act is of; null when there is no such act."""
        query = sa.select(publications.c.market).where(publications.c.id == publication_id)
        with self._engine.connect() as connection:
            found: str | None = connection.execute(query).scalar()
        return found

    def job_of(self, publication_id: str) -> str | None:
        """The job whose generation an act published or took back; null when there is no such act."""
        query = sa.select(publications.c.job_id).where(publications.c.id == publication_id)
        with self._engine.connect() as connection:
            found: str | None = connection.execute(query).scalar()
        return found

    def of_session(self, market: str, definition: str, session: date) -> list[dict[str, Any]]:
        """Every value the session ever showed, oldest first: since, until (null: live now), publication_id, value,
        level, coverage, withheld_reason, definition, definition_hash, job_id and the job's parameters (JSON).
        """
        covers = (
            publications.c.market == market,
            publications.c.definition == definition,
            publication_spans.c.first_session <= session,
            publication_spans.c.last_session >= session,
        )
        names = ("value", "level", "coverage", "withheld_reason", "definition", "definition_hash", "job_id")
        query = (
            sa.select(
                publications.c.id,
                publications.c.published_at,
                _undo.c.id.label("undo_id"),
                _undo.c.published_at.label("undone_at"),
                *(history.c[name] for name in names),
                jobs.c.type,
                jobs.c.parameters,
            )
            .select_from(
                _SPANS.join(history, _PUBLISHED_ROW)
                .outerjoin(_undo, _undo.c.undoes == publications.c.id)
                .outerjoin(jobs, jobs.c.id == publications.c.job_id)
            )
            .where(*covers, history.c.session == session)
            .order_by(publications.c.published_at, publications.c.id)
        )
        with self._engine.connect() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
        return _with_lives(rows)


def _shown_at(market: str, definition: str, as_of: datetime, span: tuple[date | None, date | None]) -> sa.Subquery:
    """Session and job of every reading that was published by then and not taken back, the topmost in place 1."""
    newest = (publications.c.published_at.desc(), publications.c.id.desc())
    query = (
        sa.select(
            history.c.session,
            history.c.job_id,
            publications.c.id.label("publication_id"),
            sa.func.row_number().over(partition_by=history.c.session, order_by=newest).label("place"),
        )
        .select_from(_SPANS.join(history, _PUBLISHED_ROW))
        .where(_valid_at(market, definition, as_of))
    )
    first, last = span
    query = query.where(history.c.session >= first) if first else query
    return (query.where(history.c.session <= last) if last else query).subquery()


def _valid_at(market: str, definition: str, as_of: datetime) -> sa.ColumnElement[bool]:
    moment = naive(as_of)
    return sa.and_(
        publications.c.market == market,
        publications.c.definition == definition,
        publications.c.published_at <= moment,
        ~sa.exists().where(_undo.c.undoes == publications.c.id, _undo.c.published_at <= moment),
    )


def _layers(connection: sa.Connection, market: str, definition: str, as_of: datetime) -> list[Segment]:
    names = ("first_session", "last_session", "job_id", "publication_id")
    query = (
        sa.select(*(publication_spans.c[name] for name in names))
        .select_from(_SPANS)
        .where(_valid_at(market, definition, as_of))
        .order_by(publications.c.published_at, publications.c.id, publication_spans.c.first_session)
    )
    return [Segment(*row) for row in connection.execute(query)]


def _with_lives(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    published = [Act(row["id"], row["published_at"]) for row in rows]
    undone = [Act(row["undo_id"], row["undone_at"], undoes=row["id"]) for row in rows if row["undo_id"]]
    by_id = {row["id"]: row for row in rows}
    order = sorted([*published, *undone], key=lambda act: (act.at, act.undoes is not None, act.id))
    return [
        by_id[life.publication_id]
        | {"publication_id": life.publication_id, "since": aware(life.since), "until": aware(life.until)}
        for life in lives(order)
    ]


def _aware(row: sa.RowMapping) -> dict[str, Any]:
    return dict(row) | {"published_at": aware(row["published_at"])}
