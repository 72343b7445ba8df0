"""What may be let go when it is old, and what never."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol


class Kind(StrEnum):
    """`logs`: the log of a job that ended. `jobs`: an ended job with its ledger and readings, unless something of it
    was ever published. `workers`: the record of a worker that is gone. `artefacts`: files of jobs that are gone.
    """

    LOGS = "logs"
    JOBS = "jobs"
    WORKERS = "workers"
    ARTEFACTS = "artefacts"


@dataclass(frozen=True, slots=True)
class Expired:
    """What of one kind and day (UTC; of a job its end, of a worker its last sign of life) has had its time.

    `count` has the kind's own unit (lines, jobs, workers), `readings` the rows that go with jobs.
    """

    kind: Kind
    day: date
    count: int
    readings: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """Jobs that are old enough to go and stay, since the live index, a rollback or an as-of question needs them."""

    jobs: int
    first: date
    last: date


class Retention(Protocol):
    """The old ends of the tables. Active jobs and published generations are out of its reach."""

    def expired(self, kind: Kind, until: date) -> list[Expired]:
        """What could go, up to and with that day; by day."""
        ...

    def kept(self, until: date) -> Kept | None:
        """What stays for good although it ended up to that day; null when there is none."""
        ...

    def prune(self, kind: Kind, first: date, last: date) -> dict[str, int]:
        """Delete what `expired` tells of these days now; answers the number of rows by table, where there are any."""
        ...

    def damaged(self) -> tuple[int, list[str]]:
        """Number of published generations, and the jobs of those of which no reading is left."""
        ...
