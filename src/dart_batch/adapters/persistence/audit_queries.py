"""Reads of the audit trail."""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from dart_batch.adapters.persistence.access_tables import audit_entries
from dart_batch.adapters.persistence.audit_trail import entry_of, head_of
from dart_batch.domain.access.audit import AuditEntry, AuditFault, Link, faults

PAGE = 5_000


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries a list shows, the newest first; `act` may be the beginning of one (`job.`), `before` is the number
    of the last entry of the page before.
    """

    actor: str | None = None
    act: str | None = None
    subject: str | None = None
    entry: str | None = None
    limit: int = 50
    before: int | None = None


class SqlAuditQueries:
    """Each call is one read transaction."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def entries(self, wanted: AuditFilter) -> list[AuditEntry]:
        """A page of entries, the newest first."""
        query = sa.select(audit_entries).where(*_where(wanted)).order_by(audit_entries.c.number.desc())
        with self._engine.connect() as connection:
            return [entry_of(row) for row in connection.execute(query.limit(wanted.limit))]

    def verify(self, anchor: Link | None = None) -> tuple[Link, list[AuditFault]]:
        """The end of the chain and everything that is wrong with it; `anchor` is an end that was noted before."""
        with self._engine.connect() as connection:
            head = head_of(connection)
            found = list(faults(_all(connection), head))
            if anchor is not None and not _holds(connection, anchor):
                found.append(AuditFault(anchor.number, f"Entry {anchor.number} is not the one that was noted."))
        return head, found


def _holds(connection: sa.Connection, anchor: Link) -> bool:
    query = sa.select(audit_entries.c.hash).where(audit_entries.c.number == anchor.number)
    return bool(connection.execute(query).scalar() == anchor.hash)


def _all(connection: sa.Connection) -> Iterator[AuditEntry]:
    last = 0
    while True:
        page = (
            sa.select(audit_entries).where(audit_entries.c.number > last).order_by(audit_entries.c.number).limit(PAGE)
        )
        rows = connection.execute(page).all()
        if not rows:
            return
        yield from map(entry_of, rows)
        last = rows[-1].number


def _where(wanted: AuditFilter) -> list[sa.ColumnElement[bool]]:
    columns = audit_entries.c
    same = {columns.actor: wanted.actor, columns.subject: wanted.subject, columns.entry: wanted.entry}
    found: list[sa.ColumnElement[bool]] = [column == value for column, value in same.items() if value is not None]
    if wanted.act is not None:
        found.append(columns.act.startswith(wanted.act, autoescape=True))
    if wanted.before is not None:
        found.append(columns.number < wanted.before)
    return found
