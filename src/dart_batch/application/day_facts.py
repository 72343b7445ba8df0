"""What is recorded about the days of an index besides its readings."""

from dataclasses import dataclass
from datetime import date, datetime

from dart_batch.domain.index.publication import Segment


@dataclass(frozen=True, slots=True)
class Try:
    """Sessions from `first` to `last` that a job has computed, by `at`."""

    first: date
    last: date
    at: datetime


@dataclass(frozen=True, slots=True)
class Failure(Try):
    """Sessions that a job was to write when it failed, or that it left out because it could not compute them."""

    job_id: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class DayFacts:
    """`failures` and the `successes` after the first of them; `revised` sessions, which published different values;
    and for each passed validation that computed all it looked at afresh, what it looked at.
    """

    failures: tuple[Failure, ...]
    successes: tuple[Try, ...]
    revised: tuple[date, ...]
    validated: tuple[tuple[Segment, ...], ...]
