"""PARALLEL: chunks are computed by the processes of a pool and committed here, in the order of the ledger."""

from collections.abc import Sequence
from concurrent.futures import Future, wait
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from dart_batch.application.execution.chunks import ChunkRunner
from dart_batch.application.execution.halting import Halt
from dart_batch.application.execution.strategies import remote
from dart_batch.application.execution.strategies.asking import Asking, Spreading
from dart_batch.application.execution.strategies.chunked import drive_chunked
from dart_batch.application.execution.strategies.stripes import cut_stripes, order_of_work, stripe_of
from dart_batch.application.ports.job_type import Distributable, Work
from dart_batch.application.ports.process_pool import ProcessPool
from dart_batch.application.ports.unit_of_work import ChunkOutcome, UnitOfWork
from dart_batch.domain.errors import Fatal
from dart_batch.domain.index.validation import CheckResult
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.errors import Stopped

LOOK_SECONDS = 0.05


class NotDistributable(Fatal):
    """Work of this type cannot be computed by other processes."""

    code = "not-distributable"
    hint = "Submit the job with the strategy CHUNKED."


def drive_parallel(
    runner: ChunkRunner, chunks: Sequence[Chunk], halt: Halt, pool: ProcessPool, spreading: Spreading | None = None
) -> None:
    """Commit the chunks one by one while the pool, and other nodes that are idle, compute the next ones. Raises like
    drive_chunked, and NotDistributable; what is computed and not committed by then is dropped.
    """
    name = f"{runner.lease.job_id}/{runner.lease.fence}"
    asking = spreading.over(runner.lease, runner.work, halt) if spreading else None
    with closing(Elsewhere(name, runner.work, chunks, halt, pool, asking)) as work:
        drive_chunked(replace(runner, work=work), chunks, halt)


class Elsewhere:
    """Work whose `process` is done by a pool, for at most twice as many chunks at a time as it has lanes. Everything
    else is done by the work itself. `name` tells the work of one attempt from any other in the pool.
    """

    def __init__(
        self,
        name: str,
        work: Work,
        chunks: Sequence[Chunk],
        halt: Halt,
        pool: ProcessPool,
        asking: Asking | None = None,
    ) -> None:
        if not isinstance(work, Distributable):
            raise NotDistributable(f"{type(work).__name__} cannot be computed by other processes.")
        self._name, self._work, self._halt, self._pool = name, work, halt, pool
        self._remote = work.remote
        self._asking, lanes = asking, pool.size + (asking.lanes if asking else 0)
        self._stripes = cut_stripes(chunks, lanes)
        self._coming = order_of_work(self._stripes, lanes)
        self._flying: dict[tuple[int, date, date], Future[Any]] = {}
        self._begun: set[int] = set()
        for number, stripe in enumerate(self._stripes):
            if asking is not None and number % lanes >= pool.size:
                asking.ask(number, stripe)

    def process(self, chunk: Chunk) -> Any:
        """Wait for the chunk, or a part of one. Raises what computing it raised, ProcessLost, or Stopped."""
        self._send_ahead()
        number = stripe_of(self._stripes, chunk)
        if self._asking is not None and (found := self._asking.answer(number, chunk)) is not None:
            return found
        flying = self._flying.pop(_key(chunk), None)
        try:
            return self._waited(flying or self._sent(number, chunk))
        except remote.Unprepared:
            self._begun.discard(number)
            return self._waited(self._sent(number, chunk))

    def _waited(self, future: Future[Any]) -> Any:
        while not wait([future], LOOK_SECONDS).done:
            if self._halt.is_set():
                raise Stopped(self._halt.reason)
        return future.result()

    def sessions(self, market: str) -> Sequence[date]:
        return self._work.sessions(market)

    def store(self, uow: UnitOfWork, chunk: Chunk, result: Any, at: datetime) -> ChunkOutcome:
        return self._work.store(uow, chunk, result, at)

    def check(self, uow: UnitOfWork) -> list[CheckResult]:
        return self._work.check(uow)

    def conclude(self, uow: UnitOfWork, at: datetime) -> list[str]:
        return self._work.conclude(uow, at)

    def close(self) -> None:
        """Nobody asks for the rest any more."""
        if self._asking is not None:
            self._asking.close()
        for future in self._flying.values():
            future.cancel()
        for number in self._begun:
            self._pool.submit(number, remote.forget, f"{self._name}/{number}")

    def _send_ahead(self) -> None:
        while len(self._flying) < 2 * self._pool.size and (coming := next(self._coming, None)) is not None:
            number, chunk = coming
            if self._asking is not None and number in self._asking:
                continue
            self._flying[_key(chunk)] = self._sent(number, chunk)

    def _sent(self, number: int, chunk: Chunk) -> Future[Any]:
        process = None if number in self._begun else remote.packed(self._remote(self._stripes[number]))
        self._begun.add(number)
        return self._pool.submit(number, remote.compute, f"{self._name}/{number}", process, chunk)


def _key(chunk: Chunk) -> tuple[int, date, date]:
    return chunk.number, chunk.first_session, chunk.last_session
