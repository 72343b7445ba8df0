"""Finds the single sessions that keep a chunk from being computed."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dart_batch.application.execution.halting import Halt
from dart_batch.application.ports.job_type import UNCOMPUTABLE, Work
from dart_batch.application.ports.process_pool import RemoteFailure
from dart_batch.domain.errors import DartBatchError, Transient
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.errors import PlanBroken, Stopped
from dart_batch.domain.job.poison import Poison

POISONING = (Transient, RemoteFailure, *UNCOMPUTABLE)


@dataclass(slots=True)
class Isolation:
    """A search by halving. `parts` has what could be computed, by session, `poison` the sessions that could not; it
    ends early when there are more than `allowed` of them.
    """

    work: Work
    halt: Halt
    allowed: int
    parts: list[tuple[Chunk, Any]] = field(default_factory=list)
    poison: list[Poison] = field(default_factory=list)
    _days: Sequence[date] = ()

    @property
    def exceeded(self) -> bool:
        """Whether more sessions are poisoned than allowed; then the search is not complete."""
        return len(self.poison) > self.allowed

    def search(self, part: Chunk, error: Exception) -> None:
        """Look into a part that failed with `error`. Raises Stopped when the job is asked to stop, and what is no
        session's fault (PlanBroken, LeaseLost).
        """
        if part.items == 1:
            self.poison.append(_poison(part, error))
            return
        for half in self._halves(part):
            if self.exceeded:
                return
            if self.halt.is_set():
                raise Stopped(self.halt.reason)
            self._try(half)

    def _try(self, half: Chunk) -> None:
        try:
            self.parts.append((half, self.work.process(half)))
        except PlanBroken:
            raise
        except POISONING as error:
            self.search(half, error)

    def _halves(self, part: Chunk) -> Iterator[Chunk]:
        self._days = self._days or self.work.sessions(part.market)
        days = self._days[bisect_left(self._days, part.first_session) : bisect_right(self._days, part.last_session)]
        if len(days) != part.items:
            raise PlanBroken(f"Chunk {part.number} was planned with {part.items} sessions, now it has {len(days)}.")
        middle = len(days) // 2
        yield part.part(days[:middle])
        yield part.part(days[middle:])


def _poison(part: Chunk, error: Exception) -> Poison:
    if isinstance(error, DartBatchError):
        return Poison(part.market, part.first_session, part.number, error.code, error.message)
    return Poison(part.market, part.first_session, part.number, "unexpected", f"{type(error).__name__}: {error}")
