"""The audit trail in audit_entries. Writers queue at the row of audit_head, so that there is one chain."""

from operator import attrgetter

import sqlalchemy as sa

from dart_batch.adapters.persistence.access_tables import audit_entries, audit_head
from dart_batch.adapters.persistence.mutexes import AUDIT, hold
from dart_batch.adapters.persistence.prepared import Prepared
from dart_batch.domain.access.audit import BEGINNING, Act, AuditEntry, Link, chained

_COLUMNS = [column.name for column in audit_entries.c]
_values = attrgetter(*AuditEntry.__slots__)
_INSERT = Prepared(audit_entries.insert().values({name: sa.bindparam(name) for name in _COLUMNS}))
_HEAD = sa.select(audit_head.c.number, audit_head.c.hash).where(audit_head.c.id == 1)


class SqlAuditTrail:
    """Implements AuditTrail inside one connection's transactions. The head is locked only from `flush` to the commit,
    as the last lock of a transaction, so that it takes part in no deadlock.
    """

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._acts: list[Act] = []

    def record(self, act: Act) -> None:
        self._acts.append(act)

    def flush(self) -> None:
        """Write what was recorded; to be called right before the commit."""
        if not self._acts:
            return
        last = self._locked_head()
        rows = []
        for act in self._acts:
            entry = chained(last, act)
            rows.append(dict(zip(_COLUMNS, _values(entry), strict=True)))
            last = Link(entry.number, entry.hash)
        _INSERT.run_many(self._connection, rows)
        self._connection.execute(
            audit_head.update().where(audit_head.c.id == 1).values(number=last.number, hash=last.hash)
        )
        self._acts.clear()

    def _locked_head(self) -> Link:
        found = self._head()
        if found is None:
            hold(self._connection, AUDIT)
            found = self._head()
        if found is None:
            self._connection.execute(audit_head.insert().values(id=1, number=0, hash=BEGINNING))
            found = Link()
        return found

    def _head(self) -> Link | None:
        row = self._connection.execute(_HEAD.with_for_update()).first()
        return None if row is None else Link(row.number, row.hash)

    def undo(self) -> None:
        """What was recorded was rolled back."""
        self._acts.clear()


def head_of(connection: sa.Connection) -> Link:
    """The recorded end of the chain; the beginning while nothing was recorded."""
    row = connection.execute(_HEAD).first()
    return Link() if row is None else Link(row.number, row.hash)


def entry_of(row: sa.Row[tuple[object, ...]]) -> AuditEntry:
    """The entry as it was stored."""
    return AuditEntry(*row)
