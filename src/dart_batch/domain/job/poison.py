"""Sessions that cannot be computed and are left out, so that the rest of a job can be finished."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

NAMED = 20


@dataclass(frozen=True, slots=True)
class Poison:
    """One session of a chunk that fails however small the chunk is cut, and why. `fence` and `at` say in which
    attempt and when that was recorded; they are null before.
    """

    market: str
    session: date
    chunk: int
    code: str
    message: str
    fence: int | None = None
    at: datetime | None = None

    def __str__(self) -> str:
        return f"{self.market} {self.session}: {self.message}"


def named(found: Sequence[Poison]) -> str:
    """Market and session of each, as far as a message should go."""
    places = [f"{one.market} {one.session}" for one in found[:NAMED]]
    more = len(found) - len(places)
    return ", ".join(places) + (f" and {more} more" if more else "")
