"""The chunk ledger in batch_chunks. Counters of the job move in the same statements' transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dart_batch.adapters.persistence import findings, ledger_cursor, ledger_rows, ledger_skips
from dart_batch.adapters.persistence.artefact_tables import artefacts
from dart_batch.adapters.persistence.job_log import clean
from dart_batch.adapters.persistence.moments import naive_now, stored_now, stored_text
from dart_batch.adapters.persistence.prepared import Prepared
from dart_batch.adapters.persistence.tables import chunks, history, jobs, targets
from dart_batch.application.ports.unit_of_work import ChunkOutcome, Done, Lease
from dart_batch.domain.job.chunk import Chunk, ChunkStatus
from dart_batch.domain.job.errors import LeaseLost
from dart_batch.domain.job.poison import Poison
from dart_batch.domain.job.status import Verb

_DONE = Prepared(
    chunks.update()
    .where(
        chunks.c.job_id == sa.bindparam("key"),
        chunks.c.number == sa.bindparam("nr"),
        chunks.c.status != sa.literal_column(f"'{ChunkStatus.DONE}'"),
    )
    .values(
        status=sa.literal_column(f"'{ChunkStatus.DONE}'"),
        written=chunks.c.written + sa.bindparam("more"),
        withheld=chunks.c.withheld + sa.bindparam("empty"),
        skipped=sa.bindparam("skipped"),
        duration_ms=sa.bindparam("duration_ms"),
        memory_bytes=sa.bindparam("memory_bytes"),
        finished_at=sa.bindparam("finished_at"),
        fence=sa.bindparam("fence"),
        worker=sa.bindparam("worker"),
        error_code=sa.null(),
        error_message=sa.null(),
    )
)
_HELD = (
    jobs.c.id == sa.bindparam("key"),
    jobs.c.fence == sa.bindparam("held_fence"),
    jobs.c.worker == sa.bindparam("held_by"),
)
_count = (
    jobs.update()
    .where(*_HELD)
    .values(
        items_processed=jobs.c.items_processed + sa.bindparam("items"),
        items_failed=jobs.c.items_failed + sa.bindparam("skipped"),
        chunks_done=jobs.c.chunks_done + sa.bindparam("done"),
        setbacks=sa.literal_column("0"),
        updated_at=sa.bindparam("updated_at"),
    )
)
_COUNT = Prepared(_count)
_COUNT_UNASKED = Prepared(_count.where(jobs.c.control.is_(None)))
_CONTROL = Prepared(sa.select(jobs.c.control).where(jobs.c.id == sa.bindparam("key")))
_TRY = Prepared(
    chunks.update()
    .where(chunks.c.job_id == sa.bindparam("key"), chunks.c.number == sa.bindparam("nr"))
    .values(
        tries=chunks.c.tries + 1,
        status=sa.bindparam("status"),
        error_code=sa.bindparam("code"),
        error_message=sa.bindparam("message"),
    )
)
_COUNT_FAILED = Prepared(
    jobs.update()
    .where(*_HELD)
    .values(
        items_failed=jobs.c.items_failed + sa.bindparam("items"),
        chunks_failed=jobs.c.chunks_failed + sa.bindparam("failed"),
        updated_at=sa.bindparam("updated_at"),
    )
)


_RECUT = Prepared(
    jobs.update()
    .where(*_HELD)
    .values(chunks_total=sa.bindparam("total"), chunk_size=sa.bindparam("size"), updated_at=sa.bindparam("updated_at"))
)
_FRESH = {
    "status": ChunkStatus.PENDING.value,
    "tries": 0,
    "written": 0,
    "withheld": 0,
    "skipped": 0,
    "finished_at": None,
}


class SqlChunkLedger:
    """Implements ChunkLedger inside one connection's transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, new: Mapping[str, Sequence[Chunk]]) -> None:
        ledger_rows.insert(self._connection, new)

    def all(self, job_id: str) -> list[Chunk]:
        return ledger_rows.every(self._connection, job_id)

    def open(self, job_id: str) -> list[Chunk]:
        return ledger_rows.unfinished(self._connection, job_id)

    def commit(self, lease: Lease, chunk: Chunk, outcome: ChunkOutcome, took_ms: float, at: datetime) -> Verb | None:
        skipped = len(outcome.poison)
        counted = {"items": outcome.written, "skipped": skipped, "done": 1, "updated_at": stored_text(at)}
        waiting = self._counted(lease, counted)
        self.mark([Done(lease, chunk, outcome, took_ms)], at)
        ledger_skips.record(self._connection, lease, outcome.poison, at)
        return waiting

    def sole(self, job_ids: Sequence[str]) -> dict[str, Chunk]:
        return ledger_rows.first_unfinished(self._connection, job_ids)

    def mark(self, done: Sequence[Done], at: datetime) -> None:
        finished_at = stored_text(at)
        if _DONE.run_many(self._connection, (_done(one, finished_at) for one in done)) != len(done):
            named = ", ".join(f"{one.chunk.number} of job {one.lease.job_id}" for one in done)
            raise LeaseLost(f"It is committed already: chunk {named}.")

    def advance(self, lease: Lease, chunk: Chunk, outcome: ChunkOutcome, at: datetime) -> Verb | None:
        counted = {"items": outcome.written, "skipped": 0, "done": 0, "updated_at": stored_text(at)}
        waiting = self._counted(lease, counted)
        if not ledger_cursor.move(self._connection, lease.job_id, chunk, outcome):
            raise LeaseLost(f"Chunk {chunk.number} of job {lease.job_id} is committed further already.")
        return waiting

    def record_try(self, lease: Lease, chunk: Chunk, code: str, message: str, *, final: bool) -> None:
        status = ChunkStatus.FAILED if final else ChunkStatus.PENDING
        failed = {"items": chunk.items * final, "failed": int(final), "updated_at": stored_now()}
        self._held(_COUNT_FAILED, lease, failed)
        tried = {"key": lease.job_id, "nr": chunk.number, "status": status.value, "code": code}
        _TRY.run(self._connection, tried | {"message": clean(message)})

    def poison(self, job_id: str) -> list[Poison]:
        return ledger_skips.read(self._connection, job_id)

    def reopen(self, job_id: str, *, poisoned: bool = False) -> None:
        mine = chunks.c.job_id == job_id
        rows = (
            sa.select(sa.func.count())
            .where(
                history.c.job_id == job_id,
                history.c.market == chunks.c.market,
                history.c.session.between(chunks.c.first_session, chunks.c.last_session),
            )
            .scalar_subquery()
        )
        writes = sa.exists().where(targets.c.job_id == job_id)
        again = [sa.and_(writes, rows != chunks.c.written), *([chunks.c.skipped > 0] if poisoned else [])]
        columns = (chunks.c.number, chunks.c.market, chunks.c.first_session, chunks.c.last_session)
        numbers = self._connection.execute(sa.select(*columns).where(mine, sa.or_(*again))).all()
        for number, market, first, last in numbers:
            self._clear(job_id, number, market, (first, last))
        if ledger_cursor.again(self._connection, job_id) or numbers:
            self._recount(job_id)

    def recut(self, lease: Lease, tail: Sequence[Chunk], size: int) -> None:
        first = tail[0].number
        self._held(_RECUT, lease, {"total": first - 1 + len(tail), "size": size, "updated_at": stored_now()})
        ledger_rows.replace_from(self._connection, lease.job_id, first, tail)

    def asked(self, lease: Lease) -> Verb | None:
        return self._waiting(lease)

    def wipe(self, job_id: str) -> None:
        for table in (history, artefacts):
            self._connection.execute(table.delete().where(table.c.job_id == job_id))
        ledger_skips.forget(self._connection, job_id)
        findings.forget(self._connection, job_id)
        self._connection.execute(chunks.update().where(chunks.c.job_id == job_id).values(_FRESH))
        self._recount(job_id)

    def _clear(self, job_id: str, number: int, market: str, span: tuple[Any, Any]) -> None:
        self._connection.execute(
            history.delete().where(
                history.c.job_id == job_id, history.c.market == market, history.c.session.between(*span)
            )
        )
        self._connection.execute(
            chunks.update().where(chunks.c.job_id == job_id, chunks.c.number == number).values(_FRESH)
        )
        ledger_skips.forget(self._connection, job_id, number)
        findings.forget(self._connection, job_id, number)

    def _recount(self, job_id: str) -> None:
        mine = chunks.c.job_id == job_id
        done = sa.and_(mine, chunks.c.status == ChunkStatus.DONE)
        items = sa.select(sa.func.coalesce(sa.func.sum(chunks.c.written), 0)).where(mine).scalar_subquery()
        skipped = sa.select(sa.func.coalesce(sa.func.sum(chunks.c.skipped), 0)).where(done).scalar_subquery()
        count = sa.select(sa.func.count()).where(done).scalar_subquery()
        self._connection.execute(
            jobs.update()
            .where(jobs.c.id == job_id)
            .values(
                items_processed=items,
                chunks_done=count,
                items_failed=skipped,
                chunks_failed=0,
                updated_at=naive_now(),
            )
        )

    def _counted(self, lease: Lease, values: dict[str, Any]) -> Verb | None:
        """Move the job's counters; answers the verb that waits. Mostly none does, which the same statement tells."""
        bound = values | {"key": lease.job_id, "held_fence": lease.fence, "held_by": lease.worker}
        if _COUNT_UNASKED.run(self._connection, bound).rowcount == 1:
            return None
        self._held(_COUNT, lease, values)
        return self._waiting(lease)

    def _waiting(self, lease: Lease) -> Verb | None:
        (waiting,) = _CONTROL.run(self._connection, {"key": lease.job_id}).fetchone() or (None,)
        return Verb(waiting) if waiting else None

    def _held(self, statement: Prepared, lease: Lease, values: dict[str, Any]) -> None:
        bound = values | {"key": lease.job_id, "held_fence": lease.fence, "held_by": lease.worker}
        if statement.run(self._connection, bound).rowcount != 1:
            raise LeaseLost(f"Job {lease.job_id} was taken over; fence {lease.fence} is refused.")


def _done(one: Done, finished_at: str) -> dict[str, Any]:
    lease, chunk, outcome, took_ms = one
    return {
        "key": lease.job_id,
        "nr": chunk.number,
        "more": outcome.written,
        "empty": outcome.withheld,
        "skipped": len(outcome.poison),
        "duration_ms": took_ms,
        "memory_bytes": outcome.memory_bytes,
        "finished_at": finished_at,
        "fence": lease.fence,
        "worker": lease.worker,
    }
