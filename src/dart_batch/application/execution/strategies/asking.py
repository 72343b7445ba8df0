"""Runs of chunks that others are asked to compute."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from dart_batch.application.execution.halting import Halt
from dart_batch.application.execution.strategies.stripes import Stripe
from dart_batch.application.ports.clock import Clock
from dart_batch.application.ports.job_type import Spreadable, Work
from dart_batch.application.ports.neighbours import Helpers, Request
from dart_batch.application.ports.unit_of_work import Lease
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.errors import Stopped

LOOK_SECONDS = 0.02
PATIENCE_SECONDS = 60.0
MOST_HELPERS = 32


@dataclass(frozen=True, slots=True)
class Spreading:
    """How the jobs of a worker find helpers. `version` is this program's."""

    helpers: Helpers
    clock: Clock
    version: str

    def over(self, lease: Lease, work: Work, halt: Halt) -> "Asking | None":
        """What one attempt asks others for; null when nobody is idle, or its work cannot be computed elsewhere."""
        if not isinstance(work, Spreadable):
            return None
        idle = min(self.helpers.idle(), MOST_HELPERS)
        return Asking(self, lease, work.inputs, halt, idle) if idle else None


@dataclass(slots=True)
class Asking:
    """The requests of one attempt, by the number of their run."""

    spreading: Spreading
    lease: Lease
    inputs: Callable[[str], str]
    halt: Halt
    lanes: int
    _requests: dict[int, Request] = field(default_factory=dict)

    def ask(self, number: int, stripe: Stripe) -> None:
        """Ask for a run of chunks of one market."""
        inputs, version = self.inputs(stripe[0].market), self.spreading.version
        request = Request(self.lease.job_id, self.lease.fence, number, stripe, inputs, version)
        self._requests[number] = request
        self.spreading.helpers.ask(request)

    def __contains__(self, number: object) -> bool:
        """Whether others are asked for this run, and may still answer."""
        return number in self._requests

    def answer(self, number: int, chunk: Chunk) -> pl.DataFrame | None:
        """The chunk's readings; null when it has to be computed here: nobody computes its run, or who does gave no
        answer within PATIENCE_SECONDS. Raises Stopped.
        """
        request = self._requests.get(number)
        if request is None or not _whole(chunk, request.chunks):
            return None
        helpers, clock = self.spreading.helpers, self.spreading.clock
        patient_until = clock.monotonic() + PATIENCE_SECONDS
        while (found := helpers.answer(request, chunk)) is None:
            if self.halt.is_set():
                raise Stopped(self.halt.reason)
            if not helpers.underway(request) or clock.monotonic() > patient_until:
                return self._last_look(number, chunk)
            self.halt.wait(LOOK_SECONDS)
        return found

    def close(self) -> None:
        """Nothing is asked for any more."""
        for request in self._requests.values():
            self.spreading.helpers.withdraw(request)
        self._requests.clear()

    def _last_look(self, number: int, chunk: Chunk) -> pl.DataFrame | None:
        """Between the two looks who helps may have answered and gone."""
        request = self._requests[number]
        if (found := self.spreading.helpers.answer(request, chunk)) is None:
            self.spreading.helpers.withdraw(self._requests.pop(number))
        return found


def _whole(chunk: Chunk, chunks: Sequence[Chunk]) -> bool:
    return any(replace(chunk, tries=one.tries) == one for one in chunks)
