"""Why a job does not run."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Waiting:
    """The reason in words; `position` (from 1) of `queued` is its place in the queue, null when it is not in it."""

    reason: str
    position: int | None = None
    queued: int | None = None
