"""Which sessions a validation looks at, the same for the plan and for every attempt."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from dart_batch.application.job_types.validation.examining import Ground
from dart_batch.application.ports.calendar import Calendars
from dart_batch.application.ports.market_data import QUOTES_NAME, MarketData
from dart_batch.domain.index.publication import Segment
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.validation import Scope

_MARGIN = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Grounds:
    """Measures what is stored against the calendars."""

    market_data: MarketData
    calendars: Calendars

    def observed(self, market: str, revision: int) -> tuple[date, date] | None:
        """First and last session with an observation; null when there is none."""
        names = self.names(market)
        return self.market_data.extent(market, names, quotes=True, revision=revision)

    def names(self, market: str) -> list[str]:
        """The series of a market."""
        coverage = self.market_data.coverage(market)
        return coverage.filter(pl.col("name") != QUOTES_NAME)["name"].to_list()

    def sessions(self, market: str, scope: Scope, segments: Sequence[Segment], span: DateRange) -> list[date]:
        """Sessions of the calendar inside the span: of a generation those of its segments, else all from the first to
        the last segment.
        """
        if not segments:
            return []
        first = max(segments[0].first, span.start)
        last = min(max(segment.last for segment in segments), span.end)
        days = self.calendars.of(market).sessions(first, last) if first <= last else []
        if scope is not Scope.GENERATION:
            return days
        return [day for day in days if any(one.first <= day <= one.last for one in segments)]

    def ground(self, market: str, planned: Sequence[date], left_out: Collection[date], span: DateRange) -> Ground:
        """What the checks of a market are told about its sessions; `left_out` are not expected to be there."""
        calendar = self.calendars.of(market)
        begin = max(calendar.bounds[0], min(span.start, planned[0]) - _MARGIN)
        days = pl.Series("session", calendar.sessions(begin, min(calendar.bounds[1], span.end)), dtype=pl.Date)
        expected = pl.Series("session", [day for day in planned if day not in left_out], dtype=pl.Date)
        return Ground(planned, days, expected, span.start, span.end)
