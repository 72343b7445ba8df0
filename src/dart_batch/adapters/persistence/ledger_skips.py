"""Sessions that chunks left out, in batch_skips. Part of the ledger: see SqlChunkLedger."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from dart_batch.adapters.persistence.job_log import clean
from dart_batch.adapters.persistence.moments import aware, naive
from dart_batch.adapters.persistence.tables import skips
from dart_batch.application.ports.unit_of_work import Lease
from dart_batch.domain.job.poison import Poison

_INSERT = skips.insert()


def record(connection: sa.Connection, lease: Lease, found: Sequence[Poison], at: datetime) -> None:
    """Store what a chunk left out, in the transaction that commits the chunk."""
    rows = [
        {
            "job_id": lease.job_id,
            "market": poison.market,
            "session": poison.session,
            "chunk": poison.chunk,
            "error_code": poison.code,
            "error_message": clean(poison.message),
            "fence": lease.fence,
            "recorded_at": naive(at),
        }
        for poison in found
    ]
    if rows:
        connection.execute(_INSERT, rows)


def read(connection: sa.Connection, job_id: str) -> list[Poison]:
    """What the job's chunks left out, by chunk and session."""
    query = sa.select(skips).where(skips.c.job_id == job_id).order_by(skips.c.chunk, skips.c.session)
    return [_from_row(row) for row in connection.execute(query).mappings()]


def forget(connection: sa.Connection, job_id: str, chunk: int | None = None) -> None:
    """Drop the record of one chunk, which will run again, or of all."""
    mine = skips.c.job_id == job_id
    where = mine if chunk is None else sa.and_(mine, skips.c.chunk == chunk)
    connection.execute(skips.delete().where(where))


def _from_row(row: sa.RowMapping) -> Poison:
    return Poison(
        market=row["market"],
        session=row["session"],
        chunk=row["chunk"],
        code=row["error_code"],
        message=row["error_message"],
        fence=row["fence"],
        at=aware(row["recorded_at"]),
    )
