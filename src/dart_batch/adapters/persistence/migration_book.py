"""What migrations keep, and ask, inside one connection's transaction."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa

from dart_batch.adapters.persistence.migration_tables import imported_rows, slices
from dart_batch.adapters.persistence.moments import naive
from dart_batch.adapters.persistence.publication_undo import VALID
from dart_batch.adapters.persistence.tables import jobs, publications, segments, targets
from dart_batch.application.ports.migration import Copied, ImportedRow


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

    def imported(self, job_id: str, rows: Sequence[ImportedRow]) -> None:
        if rows:
            self._connection.execute(imported_rows.insert(), [_row(job_id, one) for one in rows])

    def imported_row(self, job_id: str, session: date) -> ImportedRow | None:
        columns = (imported_rows.c[name] for name in ("number", "session", "content"))
        mine = (imported_rows.c.job_id == job_id, imported_rows.c.session == session, imported_rows.c.reason.is_(None))
        found = self._connection.execute(sa.select(*columns).where(*mine)).first()
        return None if found is None else ImportedRow(*found)

    def valid(self, market: str, index: str) -> list[str]:
        of = (publications.c.market == market, publications.c.definition == index, VALID)
        return list(self._connection.execute(sa.select(publications.c.id).where(*of)).scalars())

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


def _row(job_id: str, row: ImportedRow) -> dict[str, object]:
    return {
        "job_id": job_id,
        "number": row.number,
        "session": row.session,
        "field": row.field,
        "reason": row.reason,
        "content": row.content,
    }
