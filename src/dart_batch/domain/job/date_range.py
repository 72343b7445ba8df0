"""A closed range of calendar days."""

from dataclasses import dataclass
from datetime import date

from dart_batch.domain.job.errors import InvalidParameters

EARLIEST = date(1980, 1, 1)


@dataclass(frozen=True, slots=True)
class DateRange:
    """Days from `start` to `end`, both included.

    Raises InvalidParameters when the end lies before the start or the start before 1980-01-01.
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise InvalidParameters(
                f"dateRange ends on {self.end} before it starts on {self.start}.", field="dateRange.endDate"
            )
        if self.start < EARLIEST:
            raise InvalidParameters(f"dateRange starts before {EARLIEST}.", field="dateRange.startDate")

    @classmethod
    def parse(cls, start: str, end: str) -> "DateRange":
        """From two ISO dates (YYYY-MM-DD). Raises InvalidParameters naming the field that is no date."""
        return cls(_day(start, "dateRange.startDate"), _day(end, "dateRange.endDate"))

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def __str__(self) -> str:
        return f"{self.start}..{self.end}"


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        raise InvalidParameters(f"{field} must be a date as YYYY-MM-DD, got {text!r}.", field=field) from None
