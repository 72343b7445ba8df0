"""Workers in batch_workers."""

from datetime import datetime

import sqlalchemy as sa

from dart_batch.adapters.persistence.moments import naive
from dart_batch.adapters.persistence.tables import jobs, workers
from dart_batch.application.ports.workers import ProcessUsage, WorkerIdentity
from dart_batch.domain.job.status import JobStatus

_IDENTITY = (workers.c.id, workers.c.host, workers.c.boot_id, workers.c.pid, workers.c.pid_started, workers.c.alone)


class SqlWorkerRegistry:
    """Implements WorkerRegistry inside one connection's transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def register(self, worker: WorkerIdentity, slots: int, at: datetime) -> None:
        row = {
            "id": worker.id,
            "host": worker.host,
            "boot_id": worker.boot_id,
            "pid": worker.pid,
            "pid_started": worker.pid_started,
            "started_at": naive(at),
            "heartbeat_at": naive(at),
            "slots": slots,
            "alone": worker.alone,
        }
        self._connection.execute(workers.insert(), row)

    def beat(self, worker_id: str, usage: ProcessUsage, at: datetime) -> None:
        seen = {"heartbeat_at": naive(at), "cpu_percent": usage.cpu_percent, "rss_bytes": usage.rss_bytes}
        self._connection.execute(workers.update().where(workers.c.id == worker_id).values(seen))

    def leave(self, worker_id: str, at: datetime) -> None:
        self._connection.execute(workers.update().where(workers.c.id == worker_id).values(stopped_at=naive(at)))

    def holding(self) -> list[WorkerIdentity]:
        held = sa.select(jobs.c.worker).where(jobs.c.status == JobStatus.RUNNING.value)
        rows = self._connection.execute(sa.select(*_IDENTITY).where(workers.c.id.in_(held)))
        return [WorkerIdentity(*row) for row in rows]

    def named(self, worker_id: str) -> WorkerIdentity | None:
        row = self._connection.execute(sa.select(*_IDENTITY).where(workers.c.id == worker_id)).first()
        return None if row is None else WorkerIdentity(*row)
