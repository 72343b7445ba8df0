"""STREAM: session after session, written in small batches as they are computed."""

from collections.abc import Sequence
from concurrent.futures import Future, wait
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any

from dart_batch.application.execution.chunks import ChunkRunner
from dart_batch.application.execution.halting import Halt
from dart_batch.application.execution.isolating import POISONING
from dart_batch.application.execution.strategies.blocks import Block, Computed, DaysOf, Flow, Pace, Segment, blocks_of
from dart_batch.application.ports.job_type import Streamable
from dart_batch.application.ports.unit_of_work import ChunkOutcome
from dart_batch.domain.errors import Fatal, Transient
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.errors import Stopped
from dart_batch.domain.job.status import Verb

LOOK_SECONDS = 0.05
WRITING_SECONDS = 0.01


class NotStreamable(Fatal):
    """Work of this type has no sessions that could flow."""

    code = "not-streamable"
    hint = "Submit the job with the strategy CHUNKED."


@dataclass(frozen=True, slots=True)
class MicroBatch:
    """A commit: as soon as `sessions` are computed, or `milliseconds` after the first of them was."""

    sessions: int = 25
    milliseconds: float = 20.0


def drive_stream(runner: ChunkRunner, chunks: Sequence[Chunk], halt: Halt, batch: MicroBatch) -> None:
    """Read, compute and write at the same time. Raises like drive_chunked but after any micro-batch, and
    NotStreamable. A block that cannot be computed gives its chunk to the rules of the runner, from where it is on.
    """
    if not isinstance(runner.work, Streamable):
        raise NotStreamable(f"{type(runner.work).__name__} has no sessions that could flow.")
    days, pace = DaysOf(runner.work), Pace(WRITING_SECONDS)
    writer = _Writer(runner, runner.work, halt, batch, days, pace)
    with closing(Flow(runner.work, blocks_of(chunks, days, pace), runner.clock)) as flow:
        for block, computed in flow:
            writer.take(block, computed)


Piece = tuple[Chunk, Any]


@dataclass(slots=True)
class _Writer:
    """Gathers computed sessions and commits them. `_chunk` is the one at hand with its cursor, `_over` the number of
    the last one that is DONE.
    """

    runner: ChunkRunner
    work: Streamable
    halt: Halt
    batch: MicroBatch
    days: DaysOf
    pace: Pace
    _chunk: Chunk | None = None
    _over: int = 0
    _began: float = 0.0
    _since: float = 0.0
    _pending: list[Piece] = field(default_factory=list)

    def take(self, block: Block, computed: "Future[Computed]") -> None:
        """Write the block, but for a rest that waits for more."""
        self._await(computed)
        try:
            done = computed.result()
        except POISONING as error:
            self._give_up(block, error)
            return
        started = self.runner.clock.monotonic()
        for segment in block.segments:
            if segment.chunk.number > self._over:
                self._write(segment, done)
        self.pace.took(block.part.items, self.runner.clock.monotonic() - started)

    def _await(self, computed: "Future[Computed]") -> None:
        while not wait([computed], self._patience()).done:
            self._stop_if_asked()
            if self._pending and self._patience() <= 0:
                self._flush()

    def _patience(self) -> float:
        """Seconds that may pass before somebody has to be looked after."""
        if not self._pending:
            return LOOK_SECONDS
        return max(0.0, self._since + self.batch.milliseconds / 1000 - self.runner.clock.monotonic())

    def _write(self, segment: Segment, done: Computed) -> None:
        if self._chunk is None or self._chunk.number != segment.chunk.number:
            self._chunk, self._began = segment.chunk, self.runner.clock.monotonic()
        first = 0
        while first < len(segment.days) and self._chunk is not None:
            self._stop_if_asked()
            count = min(self.batch.sessions - self._gathered, len(segment.days) - first)
            self._gather(segment, done, first, count)
            first += count
            if self._gathered >= self.batch.sessions or self._whole:
                self._flush()

    def _gather(self, segment: Segment, done: Computed, first: int, count: int) -> None:
        self._since = self._since if self._pending else done.at
        part = segment.chunk.part(segment.days[first : first + count])
        self._pending.append((part, self.work.piece(done.result, segment.start + first, count)))

    @property
    def _gathered(self) -> int:
        return sum(part.items for part, _ in self._pending)

    @property
    def _whole(self) -> bool:
        return self._chunk is not None and self._chunk.written + self._gathered == self._chunk.items

    def _flush(self) -> None:
        """Commit what is gathered; with the chunk's last session the chunk is DONE."""
        chunk, parts = self._chunk, self._pending
        if chunk is None or not parts:
            return
        try:
            waiting = self._commit(chunk, parts)
        except Transient as error:
            self._by_the_runner(chunk, error)
            return
        self._obey(waiting)

    def _commit(self, chunk: Chunk, parts: list[Piece]) -> Verb | None:
        if self._whole:
            took = self.runner.clock.monotonic() - self._began
            waiting = self.runner.complete(chunk, parts, (), took * 1000)
            self._chunk, self._over, self._pending = None, chunk.number, []
            return waiting
        with self.runner.unit as uow:
            at = self.runner.clock.now()
            stored = [self.runner.work.store(uow, part, result, at) for part, result in parts]
            outcome = ChunkOutcome(sum(one.written for one in stored), sum(one.withheld for one in stored))
            waiting = uow.ledger.advance(self.runner.lease, chunk, outcome, at)
            uow.commit("sessions")
        written, empty = chunk.written + outcome.written, chunk.withheld + outcome.withheld
        self._chunk, self._pending = replace(chunk, written=written, withheld=empty), []
        return waiting

    def _give_up(self, block: Block, error: Exception | None) -> None:
        """A block cannot be computed: commit what came before it, and let the runner see to its chunks."""
        self._flush()
        for segment in block.segments:
            if segment.chunk.number > self._over:
                self._by_the_runner(segment.chunk, error)
                error = None

    def _by_the_runner(self, chunk: Chunk, error: Exception | None) -> None:
        """Give the rest of the chunk to the rules of any chunk: try again, leave out, or fail."""
        rest = self._rest(chunk.number)
        waiting = None if rest is None else self._run(rest, error)
        self._chunk, self._over, self._pending = None, chunk.number, []
        self._obey(waiting)

    def _run(self, rest: Chunk, error: Exception | None) -> Verb | None:
        if isinstance(error, Transient) and self.runner.again(rest):
            rest = self.runner.tried(rest, error, self.halt)
        return self.runner.run(rest, self.halt)

    def _rest(self, number: int) -> Chunk | None:
        """What the ledger says is not written of a chunk; null when it is DONE, as when only the answer was lost."""
        with self.runner.unit as uow:
            held = next((one for one in uow.ledger.open(self.runner.lease.job_id) if one.number == number), None)
        return None if held is None else replace(held.part(self.days.open(held)), written=0, withheld=0)

    def _stop_if_asked(self) -> None:
        if self.halt.is_set():
            raise Stopped(self.halt.reason)

    @staticmethod
    def _obey(waiting: Verb | None) -> None:
        if waiting is not None:
            raise Stopped(f"{waiting.value} was asked for.")
