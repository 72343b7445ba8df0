"""Takes publications back. Nothing is deleted: the index is laid out anew from all that was not taken back."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dart_batch.adapters.persistence.moments import day, naive
from dart_batch.adapters.persistence.mutexes import hold, of_index
from dart_batch.adapters.persistence.tables import publication_spans, publications, segments
from dart_batch.application.ports.unit_of_work import Undone
from dart_batch.domain.index.errors import NotRolledBack, PublicationNotFound
from dart_batch.domain.index.publication import Segment, layered

_undo = publications.alias("undo")
_upper = publication_spans.alias("upper")
VALID = sa.and_(publications.c.kind == "PUBLISH", ~sa.exists().where(_undo.c.undoes == publications.c.id))


class PublicationUndo:
    """One act inside one connection's transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def undo(self, publication_id: str, act_id: str, at: datetime, by: str) -> Undone:
        """Implements Publications.undo."""
        undone = self._publication(publication_id)
        hold(self._connection, of_index(undone["market"], undone["definition"]))
        self._refuse_covered(undone)
        act = {"id": act_id, "kind": "ROLLBACK", "undoes": publication_id, "published_at": naive(at)}
        self._connection.execute(publications.insert(), dict(undone) | act | {"published_by": by})
        self._lay_out(undone["market"], undone["definition"])
        return Undone(undone["market"], undone["definition"], undone["job_id"], undone["sessions"])

    def _publication(self, publication_id: str) -> sa.RowMapping:
        query = sa.select(publications).where(publications.c.id == publication_id).with_for_update()
        found = self._connection.execute(query).mappings().first()
        if found is None:
            raise PublicationNotFound(f"There is no publication '{publication_id}'.", publication_id=publication_id)
        if found["kind"] != "PUBLISH":
            hint = "To have it back, promote or run a job that computes the same."
            raise NotRolledBack(f"{publication_id} is a rollback itself.", hint=hint)
        if self._connection.execute(sa.select(_undo.c.id).where(_undo.c.undoes == publication_id)).first():
            raise NotRolledBack(f"Publication {publication_id} was rolled back before.", hint="Nothing is left to do.")
        return found

    def _refuse_covered(self, lower: sa.RowMapping) -> None:
        own = publication_spans
        shared = sa.and_(_upper.c.first_session <= own.c.last_session, own.c.first_session <= _upper.c.last_session)
        query = (
            sa.select(publications.c.id)
            .distinct()
            .select_from(publications.join(_upper, _upper.c.publication_id == publications.c.id).join(own, shared))
            .where(own.c.publication_id == lower["id"], _same_index(lower["market"], lower["definition"]), VALID)
            .where(_after(lower))
            .order_by(publications.c.id)
        )
        covering = list(self._connection.execute(query).scalars())
        if covering:
            raise NotRolledBack(
                f"Later publications lie on top of {lower['id']}: {', '.join(covering)}.",
                hint="Roll those back first, the newest one first.",
                covering=covering,
            )

    def _lay_out(self, market: str, definition: str) -> None:
        spans = (publication_spans.c[name] for name in ("first_session", "last_session", "job_id", "publication_id"))
        query = (
            sa.select(*spans)
            .select_from(publications.join(publication_spans, publication_spans.c.publication_id == publications.c.id))
            .where(_same_index(market, definition), VALID)
            .order_by(publications.c.published_at, publications.c.id, publication_spans.c.first_session)
        )
        layers = [Segment(day(first), day(last), *ids) for first, last, *ids in self._connection.execute(query)]
        index = {"market": market, "definition": definition}
        self._connection.execute(
            segments.delete().where(segments.c.market == market, segments.c.definition == definition)
        )
        if shown := layered(layers):
            self._connection.execute(segments.insert(), [_row(segment) | index for segment in shown])


def _same_index(market: str, definition: str) -> sa.ColumnElement[bool]:
    return sa.and_(publications.c.market == market, publications.c.definition == definition)


def _after(lower: sa.RowMapping) -> sa.ColumnElement[bool]:
    at, own = publications.c.published_at, publications.c.id
    return sa.or_(at > lower["published_at"], sa.and_(at == lower["published_at"], own > lower["id"]))


def _row(segment: Segment) -> dict[str, Any]:
    return {
        "first_session": segment.first,
        "last_session": segment.last,
        "job_id": segment.job_id,
        "publication_id": segment.publication_id,
    }
