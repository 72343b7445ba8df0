"""Job log lines in batch_logs."""

import sqlalchemy as sa

from dart_batch.adapters.persistence.moments import stored_text
from dart_batch.adapters.persistence.prepared import Prepared
from dart_batch.adapters.persistence.tables import logs
from dart_batch.application.ports.unit_of_work import LogEntry

_COLUMNS = ("job_id", "attempt", "chunk", "at", "level", "event", "message")
_INSERT = Prepared(logs.insert().inline().values({name: sa.bindparam(name) for name in _COLUMNS}))


class SqlJobLog:
    """Implements JobLog inside one connection's transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, job_id: str, entry: LogEntry) -> None:
        row = {
            "job_id": job_id,
            "attempt": entry.attempt,
            "chunk": entry.chunk,
            "at": stored_text(entry.at),
            "level": entry.level,
            "event": entry.event,
            "message": entry.message,
        }
        _INSERT.run(self._connection, row)
