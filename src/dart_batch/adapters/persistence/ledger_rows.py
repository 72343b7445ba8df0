"""Chunks as rows of batch_chunks. Part of the ledger: see SqlChunkLedger."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from itertools import zip_longest
from typing import Any

import sqlalchemy as sa

from dart_batch.adapters.persistence.moments import day, moment
from dart_batch.adapters.persistence.prepared import Prepared
from dart_batch.adapters.persistence.tables import chunks
from dart_batch.domain.job.chunk import Chunk, ChunkStatus

_COLUMNS = [field.name for field in fields(Chunk)]
_NEW = ("job_id", "number", "market", "first_session", "last_session", "items")
_ZERO = ("tries", "written", "withheld", "skipped")
_INSERT = Prepared(
    chunks.insert().values(
        {name: sa.bindparam(name) for name in _NEW}
        | {name: sa.literal_column("0") for name in _ZERO}
        | {"status": sa.literal_column(f"'{ChunkStatus.PENDING}'")}
    )
)
_shown = sa.select(*(chunks.c[name] for name in _COLUMNS))
_all = _shown.where(chunks.c.job_id == sa.bindparam("key")).order_by(chunks.c.number)
_open = chunks.c.status != sa.literal_column(f"'{ChunkStatus.DONE}'")
_ALL = Prepared(_all)
_OPEN = Prepared(_all.where(_open))
_TOGETHER = [f"key{number}" for number in range(64)]
_FIRST = Prepared(
    _shown.add_columns(chunks.c.job_id).where(
        chunks.c.job_id.in_([sa.bindparam(name, type_=sa.String) for name in _TOGETHER]),
        chunks.c.number == sa.literal_column("1"),
        _open,
    )
)


def insert(connection: sa.Connection, new: Mapping[str, Sequence[Chunk]]) -> None:
    """Store new chunks of jobs as PENDING."""
    _INSERT.run_many(
        connection, (_row(job_id, chunk) for job_id, chunks_of_it in new.items() for chunk in chunks_of_it)
    )


def replace_from(connection: sa.Connection, job_id: str, first: int, new: Sequence[Chunk]) -> None:
    """Put PENDING chunks in place of the PENDING ones with this number or a higher one."""
    old = (chunks.c.job_id == job_id, chunks.c.number >= first, chunks.c.status == ChunkStatus.PENDING)
    connection.execute(chunks.delete().where(*old))
    insert(connection, {job_id: new})


def every(connection: sa.Connection, job_id: str) -> list[Chunk]:
    """All chunks of a job, by number."""
    return [_chunk(row) for row in _ALL.run(connection, {"key": job_id}).fetchall()]


def unfinished(connection: sa.Connection, job_id: str) -> list[Chunk]:
    """Chunks of a job that are not DONE, by number."""
    return [_chunk(row) for row in _OPEN.run(connection, {"key": job_id}).fetchall()]


def first_unfinished(connection: sa.Connection, job_ids: Sequence[str]) -> dict[str, Chunk]:
    """The first chunk of each job, where it is not DONE."""
    found: dict[str, Chunk] = {}
    for first in range(0, len(job_ids), len(_TOGETHER)):
        asked = job_ids[first : first + len(_TOGETHER)]
        bound = dict(zip_longest(_TOGETHER, asked, fillvalue=asked[0]))
        rows = _FIRST.run(connection, bound).fetchall()
        found |= {job_id: _chunk(values) for *values, job_id in rows}
    return found


def _row(job_id: str, chunk: Chunk) -> dict[str, Any]:
    return {
        "job_id": job_id,
        "number": chunk.number,
        "market": chunk.market,
        "first_session": chunk.first_session.isoformat(),
        "last_session": chunk.last_session.isoformat(),
        "items": chunk.items,
    }


def _chunk(values: Sequence[Any]) -> Chunk:
    row = dict(zip(_COLUMNS, values, strict=True))
    row["first_session"], row["last_session"] = day(row["first_session"]), day(row["last_session"])
    row["status"], row["finished_at"] = ChunkStatus(row["status"]), moment(row["finished_at"])
    return Chunk(**row)
