"""What migrations keep, and ask, inside one connection's transaction."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime

import polars as pl
import sqlalchemy as sa

from dart_batch.adapters.persistence.migration_tables import imported_rows, slices
from dart_batch.adapters.persistence.moments import naive
from dart_batch.adapters.persistence.prepared import Prepared
from dart_batch.adapters.persistence.publication_undo import VALID
from dart_batch.adapters.persistence.tables import jobs, publication_spans, publications, segments, targets
from dart_batch.application.ports.migration import Copied, ImportedRow
from dart_batch.application.ports.unit_of_work import Publication
from dart_batch.domain.index.publication import Segment

_FORGET = Prepared(
    imported_rows.delete().where(
        imported_rows.c.job_id == sa.bindparam("of"), imported_rows.c.number == sa.bindparam("nr")
    )
)
_ROWS = sa.select(*(imported_rows.c[item.name] for item in fields(ImportedRow))).order_by(imported_rows.c.number)
_OF_AN_ACT = ("id", "market", "definition", "job_id", "published_by", "sessions", "content_hash")


class SqlMigrationBook:
    """Implements MigrationBook."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def copied(self, job_id: str, number: int, table: str, copied: Copied) -> None:
        same = sa.and_(slices.c.job_id == job_id, slices.c.number == number)
        row = {"job_id": job_id, "number": number, "table_name": table}
        self._connection.execute(slices.delete().where(same))
        self._connection.execute(slices.insert(), row | {"row_count": copied.rows, "content_hash": copied.content_hash})

    def slices(self, job_id: str) -> dict[int, Copied]:
        query = sa.select(slices.c.number, slices.c.row_count, slices.c.content_hash).where(slices.c.job_id == job_id)
        return {number: Copied(*rest) for number, *rest in self._connection.execute(query)}

    def active(self, besides: str, statuses: Sequence[str], index: str | None = None) -> list[str]:
        query = sa.select(jobs.c.id).where(jobs.c.status.in_(statuses), jobs.c.id != besides)
        if index is not None:
            query = query.where(sa.exists().where(targets.c.job_id == jobs.c.id, targets.c.definition == index))
        return list(self._connection.execute(query.order_by(jobs.c.created_at, jobs.c.id)).scalars())

    def imported(self, job_id: str, rows: pl.DataFrame) -> None:
        found = [{"job_id": job_id, "field": None, "reason": None} | row for row in rows.to_dicts()]
        _FORGET.run_many(self._connection, [{"of": job_id, "nr": row["number"]} for row in found])
        if found:
            self._connection.execute(imported_rows.insert(), found)

    def imported_row(self, job_id: str, session: date) -> ImportedRow | None:
        good = (imported_rows.c.session == session, imported_rows.c.reason.is_(None))
        found = self._connection.execute(_ROWS.where(imported_rows.c.job_id == job_id, *good)).first()
        return None if found is None else ImportedRow(*found)

    def rejected(self, job_id: str) -> list[ImportedRow]:
        bad = (imported_rows.c.job_id == job_id, imported_rows.c.reason.is_not(None))
        return [ImportedRow(*row) for row in self._connection.execute(_ROWS.where(*bad))]

    def published(self, index: str) -> list[str]:
        query = sa.select(segments.c.market).distinct().where(segments.c.definition == index)
        return list(self._connection.execute(query.order_by(segments.c.market)).scalars())

    def restore(self, publication: Publication, shown: Sequence[Segment]) -> None:
        act = {name: getattr(publication, name) for name in _OF_AN_ACT} | {"kind": "PUBLISH", "undoes": None}
        act |= {"published_at": naive(publication.published_at)}
        self._connection.execute(publications.insert(), act)
        spans = [_span(publication.id, one) for one in shown]
        self._connection.execute(publication_spans.insert(), spans)
        index = {"market": publication.market, "definition": publication.definition}
        self._connection.execute(segments.insert(), [span | index for span in spans])

    def valid(self, market: str, index: str, job_id: str | None = None) -> list[str]:
        query = sa.select(publications.c.id).where(publications.c.market == market, VALID)
        query = query.where(publications.c.definition == index)
        if job_id is not None:
            query = query.where(publications.c.job_id == job_id)
        return list(self._connection.execute(query).scalars())

    def retire(self, market: str, index: str, ids: Sequence[str], at: datetime, by: str) -> int:
        of = (publications.c.market == market, publications.c.definition == index)
        newest = sa.select(publications).where(*of, VALID).order_by(publications.c.published_at, publications.c.id)
        found = self._connection.execute(newest).mappings().all()
        act = {"kind": "ROLLBACK", "published_at": naive(at), "published_by": by}
        undone = [dict(row) | act | {"id": ids[at_], "undoes": row["id"]} for at_, row in enumerate(found)]
        if undone:
            self._connection.execute(publications.insert(), undone)
        gone = (segments.c.market == market, segments.c.definition == index)
        self._connection.execute(segments.delete().where(*gone))
        return len(undone)


def _span(publication_id: str, segment: Segment) -> dict[str, object]:
    ends = {"first_session": segment.first, "last_session": segment.last}
    return ends | {"publication_id": publication_id, "job_id": segment.job_id}
