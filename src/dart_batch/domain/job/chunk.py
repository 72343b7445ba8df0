"""A slice of a job's work: the unit of commit, retry and progress."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum


class ChunkStatus(StrEnum):
    PENDING = "PENDING"
    DONE = "DONE"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Chunk:
    """One row of the ledger. Sessions are those of the market from `first_session` to `last_session` that the plan
    does not skip; `items` is their number. `tries` counts failed tries; an interruption is none. `skipped` counts
    sessions of a DONE chunk that could not be computed and were left out. `memory_bytes` is what the worker held when
    the chunk was computed, with all that ran in it; null when nobody looked.
    """

    number: int
    market: str
    first_session: date
    last_session: date
    items: int
    status: ChunkStatus = ChunkStatus.PENDING
    tries: int = 0
    written: int = 0
    withheld: int = 0
    duration_ms: float | None = None
    finished_at: datetime | None = None
    worker: str | None = None
    error_code: str | None = None
    error_message: str | None = None
    skipped: int = 0
    memory_bytes: int | None = None

    def part(self, sessions: Sequence[date]) -> "Chunk":
        """The same chunk with only these sessions of it, an unbroken run of at least one."""
        return replace(self, first_session=sessions[0], last_session=sessions[-1], items=len(sessions))
