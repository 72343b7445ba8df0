"""Job log lines in batch_logs, without secrets and within the budget of their attempt."""

from typing import Any

import sqlalchemy as sa

from dart_batch.adapters.persistence.moments import stored_text
from dart_batch.adapters.persistence.prepared import Prepared
from dart_batch.adapters.persistence.tables import logs
from dart_batch.application.ports.unit_of_work import WARNING, LogEntry
from dart_batch.domain.job.log_budget import LogBudget, Share, left_out
from dart_batch.domain.redaction import redact

LONGEST_MESSAGE = 16_000
_COLUMNS = ("job_id", "attempt", "chunk", "at", "level", "event", "message")
_INSERT = Prepared(logs.insert().inline().values({name: sa.bindparam(name) for name in _COLUMNS}))


class SqlJobLog:
    """Implements JobLog inside one connection's transactions. What it counts becomes valid with `settle`, after the
    commit, or is dropped with `undo`. Lines that belong to no attempt are not counted.
    """

    def __init__(self, connection: sa.Connection, budget: LogBudget) -> None:
        self._connection = connection
        self._budget = budget
        self._new: dict[Share, int] = {}
        self._over: list[tuple[str, int]] = []
        self._rows: list[dict[str, Any]] = []

    def add(self, job_id: str, entry: LogEntry) -> None:
        if entry.attempt and not self._kept(Share(job_id, entry.attempt, entry.level >= WARNING), entry):
            return
        self._insert(job_id, entry)

    def end(self, job_id: str, entry: LogEntry) -> None:
        lesser, grave = (self._excess(Share(job_id, entry.attempt, level)) for level in (False, True))
        said = left_out(lesser, grave)
        if said is not None:
            self._insert(job_id, LogEntry(entry.at, WARNING, "log-left-out", said, entry.attempt))
        self._insert(job_id, entry)
        self._over.append((job_id, entry.attempt))

    def flush(self) -> None:
        """Write what was added; to be called before the commit."""
        if self._rows:
            _INSERT.run_many(self._connection, self._rows)
            self._rows.clear()

    def settle(self) -> None:
        """What was added is committed."""
        if self._new:
            self._budget.keep(self._new)
        for attempt in self._over:
            self._budget.forget(*attempt)
        self.undo()

    def undo(self) -> None:
        """What was added was rolled back, or is settled."""
        self._new.clear()
        self._over.clear()
        self._rows.clear()

    def _kept(self, share: Share, entry: LogEntry) -> bool:
        self._new[share] = new = self._new.get(share, 0) + 1
        excess = self._budget.excess(share, new)
        if excess == 1:
            kind = "warnings and errors" if share.grave else "lines below WARNING"
            kept = self._budget.allowance(grave=share.grave)
            said = f"The log of this attempt has {kept:,} {kind}; further ones are left out (BATCH_LOG_LINES)."
            self._insert(share.job_id, LogEntry(entry.at, WARNING, "log-full", said, entry.attempt))
        return excess <= 0

    def _excess(self, share: Share) -> int:
        return self._budget.excess(share, self._new.get(share, 0))

    def _insert(self, job_id: str, entry: LogEntry) -> None:
        row = {
            "job_id": job_id,
            "attempt": entry.attempt,
            "chunk": entry.chunk,
            "at": stored_text(entry.at),
            "level": entry.level,
            "event": entry.event,
            "message": clean(entry.message),
        }
        self._rows.append(row)


def clean(message: str) -> str:
    """A message as it may be stored: without secrets, and cut where it is longer than LONGEST_MESSAGE."""
    text = redact(message)
    if len(text) <= LONGEST_MESSAGE:
        return text
    return f"{text[:LONGEST_MESSAGE]} ... ({len(text) - LONGEST_MESSAGE:,} more characters)"
