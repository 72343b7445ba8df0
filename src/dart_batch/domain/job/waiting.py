"""Why a job does not run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class WaitingFor(StrEnum):
    """What would have to happen before the job runs."""

    START = "start"
    RESUME = "resume"
    RETRY = "retry"
    SESSIONS = "sessions"
    OWNER = "owner"
    MARKET = "market"
    WORKER = "worker"
    SLOT = "slot"


@dataclass(frozen=True, slots=True)
class Waiting:
    """The reason as a code, in English words, and the `facts` in them by name; `position` (from 1) of `queued` is its
    place in the queue, null when it is not in it.
    """

    code: WaitingFor
    reason: str
    facts: Mapping[str, str] = field(default_factory=dict)
    position: int | None = None
    queued: int | None = None
