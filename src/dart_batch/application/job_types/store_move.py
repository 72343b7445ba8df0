"""Moving the installation to another database, slice by slice; each slice is a chunk."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime

from dart_batch.application.ports.migration import Copied, Passage, Relocation, Slice
from dart_batch.application.ports.unit_of_work import INFO, ChunkOutcome, LogEntry, UnitOfWork, UnitOfWorkFactory
from dart_batch.domain.index.validation import CheckResult
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.migration import STORE, StoreMove
from dart_batch.domain.job.migration_errors import SourceBusy, StillRunning
from dart_batch.domain.job.parameters import BatchJobParameters
from dart_batch.domain.job.plan import Plan
from dart_batch.domain.job.status import JobStatus

SLICES = "slices"
QUEUE = "queue"
LABEL = 20
RUNNING, QUEUED = (JobStatus.RUNNING.value,), (JobStatus.QUEUED.value,)


@dataclass(frozen=True, slots=True)
class StoreMoves:
    """Plans and prepares moves. Items are rows; the last chunk stops the queue here."""

    uow: UnitOfWorkFactory
    relocation: Relocation

    def plan(self, parameters: BatchJobParameters, move: StoreMove) -> Plan:
        """Raises SourceBusy while jobs run, and what Relocation.survey raises."""
        with self.uow() as uow:
            if running := uow.migrations.active("", RUNNING):
                raise SourceBusy(f"Jobs are running here: {', '.join(running[:3])}.", running=running)
        pieces = self.relocation.survey(move.target, parameters.chunk_size)
        counts: dict[str, int] = {}
        for piece in pieces:
            counts[piece.table] = counts.get(piece.table, 0) + piece.rows
        return Plan(
            chunks=_chunks(pieces, parameters.date_range.end),
            skips=(),
            added=sum(counts.values()),
            changed=0,
            runs={},
            revisions={},
            definition=STORE.identifier,
            index=STORE.name,
            definition_hash="",
            counts=counts,
            pinned={SLICES: [piece.to_list() for piece in pieces]},
        )

    def prepare(self, job: BatchJob, move: StoreMove) -> "StoreMoveWork":
        """The target is opened when the first chunk needs it."""
        pieces = [Slice.from_list(raw) for raw in job.plan["pinned"][SLICES]]
        return StoreMoveWork(job, pieces, self.relocation.passage(move.target, job.id, job.fence))

    def reverse(self, uow: UnitOfWork, job: BatchJob, move: StoreMove, by: str, at: datetime) -> str:
        """Empty a target that has not arrived, and let the queue go on here. Raises NotReversible."""
        gone = self.relocation.clear(move.target, job.id)
        held = [uow.jobs.get(one) for one in uow.migrations.active(job.id, (JobStatus.PAUSED.value,))]
        mine = [one for one in held if one.reason == f"paused by {holder(job)}"]
        for one in mine:
            one.resume(by, at)
            uow.jobs.save(one)
        return f"Took {gone:,} rows back from the target; {len(mine):,} paused jobs wait in the queue here again."


@dataclass(slots=True)
class StoreMoveWork:
    """One attempt at a move. Writes the target in `process`, under the attempt's fence."""

    job: BatchJob
    pieces: Sequence[Slice]
    way: AbstractContextManager[Passage]
    _open: Passage | None = None
    _ends: ExitStack = field(default_factory=ExitStack)

    def process(self, chunk: Chunk) -> Copied:
        """Copy the slice and read it back. The queue's chunk has nothing to copy."""
        place = self._place(chunk)
        return Copied(0, "") if place is None else self._passage().copy(self.pieces[place])

    def sessions(self, market: str) -> Sequence[date]:
        """None: it moves rows."""
        return ()

    def store(self, uow: UnitOfWork, chunk: Chunk, result: Copied, at: datetime) -> ChunkOutcome:
        """Record what the slice came to; for the queue's chunk pause all jobs that wait. Raises StillRunning."""
        place = self._place(chunk)
        if place is None:
            said = self._hold(uow, at)
        else:
            piece = self.pieces[place]
            uow.migrations.copied(self.job.id, place, piece.table, result)
            said = f"{piece.table}: {result.rows:,} rows written and read back the same ({result.content_hash[:12]})."
        uow.logs.add(self.job.id, LogEntry(at, INFO, "moved", said, self.job.fence, chunk.number))
        return ChunkOutcome(chunk.items)

    def check(self, uow: UnitOfWork) -> list[CheckResult]:
        """That every slice with rows was recorded; their content is compared once more in the end."""
        known = uow.migrations.slices(self.job.id)
        lost = [piece.table for place, piece in enumerate(self.pieces) if piece.rows and place not in known]
        return [CheckResult("slices-read-back", "error", len(known), len(lost), tuple(lost[:5]))]

    def conclude(self, uow: UnitOfWork, at: datetime) -> list[str]:
        """Bring the target level with what changed here meanwhile, and open it. Raises StillRunning."""
        _refuse_running(uow, self.job)
        try:
            arrival = self._passage().arrive(self.pieces, uow.migrations.slices(self.job.id), holder(self.job))
        finally:
            self._ends.close()
        again = f" Slices that changed meanwhile and were copied again: {arrival.again:,}." if arrival.again else ""
        queue = f" Waiting jobs that go on there: {arrival.queued:,}." if arrival.queued else ""
        return [f"Moved {arrival.rows:,} rows, content {arrival.content_hash[:12]}.{again}{queue}"]

    def _hold(self, uow: UnitOfWork, at: datetime) -> str:
        _refuse_running(uow, self.job)
        waiting = uow.migrations.active(self.job.id, QUEUED)
        for job_id in waiting:
            job = uow.jobs.get(job_id)
            job.pause(holder(self.job), at)
            uow.jobs.save(job)
        return f"The queue stands still here: {len(waiting):,} waiting jobs were paused, to go on in the target."

    def _passage(self) -> Passage:
        if self._open is None:
            self._open = self._ends.enter_context(self.way)
        return self._open

    def _place(self, chunk: Chunk) -> int | None:
        filled = [place for place, piece in enumerate(self.pieces) if piece.rows]
        return filled[chunk.number - 1] if chunk.number <= len(filled) else None


def holder(job: BatchJob) -> str:
    """Who paused the jobs that wait, as their reason names it."""
    return f"move {job.id}"


def _refuse_running(uow: UnitOfWork, job: BatchJob) -> None:
    if running := uow.migrations.active(job.id, RUNNING):
        raise StillRunning(f"Jobs are still running here: {', '.join(running[:3])}.")


def _chunks(pieces: Sequence[Slice], day: date) -> tuple[Chunk, ...]:
    filled = [piece for piece in pieces if piece.rows]
    slices = [Chunk(number, _label(piece), day, day, piece.rows) for number, piece in enumerate(filled, start=1)]
    return (*slices, Chunk(len(slices) + 1, QUEUE, day, day, 0))


def _label(piece: Slice) -> str:
    return piece.table.removeprefix("fear_greed_")[:LABEL]
