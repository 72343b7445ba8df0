"""The periods that reports are about."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dart_batch.domain.job.date_range import DateRange

_DAY = timedelta(days=1)


class Every(StrEnum):
    """A calendar period."""

    MONTH = "MONTH"
    QUARTER = "QUARTER"
    YEAR = "YEAR"


_MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both included; `every` is null for days of one's own choice."""

    first: date
    last: date
    every: Every | None

    @property
    def whole(self) -> bool:
        """Whether it is all of a calendar period, not a part that the range left of it."""
        if self.every is None:
            return False
        return (self.first, self.last) == _calendar(self.first, _MONTHS[self.every])

    @property
    def label(self) -> str:
        """2024-03, 2024-Q1, 2024; else first and last day. Letters that a file's name may have."""
        if not self.whole:
            return f"{self.first}_{self.last}"
        month = self.first.month
        return {
            Every.MONTH: f"{self.first:%Y-%m}",
            Every.QUARTER: f"{self.first:%Y}-Q{(month + 2) // 3}",
            Every.YEAR: f"{self.first:%Y}",
        }[self.every or Every.YEAR]

    @property
    def before(self) -> "Period":
        """The calendar period before; for other days as many days, just before."""
        last = self.first - _DAY
        if self.every is None or not self.whole:
            return Period(last - (self.last - self.first), last, None)
        return Period(*_calendar(last, _MONTHS[self.every]), self.every)

    @property
    def year_before(self) -> "Period":
        """The same days of the year before; the end of February stays the end of February."""
        return Period(_year_back(self.first), _year_back(self.last), self.every)


def periods_of(span: DateRange, every: Every) -> list[Period]:
    """The calendar periods of a range, ascending; the first and the last may be parts."""
    found: list[Period] = []
    day = span.start
    while day <= span.end:
        _, last = _calendar(day, _MONTHS[every])
        found.append(Period(day, min(last, span.end), every))
        day = last + _DAY
    return found


def _calendar(day: date, months: int) -> tuple[date, date]:
    first = (day.month - 1) // months * months + 1
    last = first + months - 1
    return date(day.year, first, 1), date(day.year, last, monthrange(day.year, last)[1])


def _year_back(day: date) -> date:
    year, end = day.year - 1, monthrange(day.year, day.month)[1]
    shorter = monthrange(year, day.month)[1]
    return date(year, day.month, shorter if day.day == end else min(day.day, shorter))
