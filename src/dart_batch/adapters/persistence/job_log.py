"""Job log lines in batch_logs."""

import sqlalchemy as sa

from dart_batch.adapters.persistence.moments import naive
from dart_batch.adapters.persistence.tables import logs
from dart_batch.application.ports.unit_of_work import LogEntry

_INSERT = logs.insert().inline()


class SqlJobLog:
    """Implements JobLog inside one connection's transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, job_id: str, entry: LogEntry) -> None:
        row = {
            "job_id": job_id,
            "attempt": entry.attempt,
            "chunk": entry.chunk,
            "at": naive(entry.at),
            "level": entry.level,
            "event": entry.event,
            "message": entry.message,
        }
        self._connection.execute(_INSERT, row)
