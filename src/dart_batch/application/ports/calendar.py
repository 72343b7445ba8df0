"""Trading calendars as the application sees them."""

from datetime import date, datetime, time
from typing import Protocol


class TradingCalendar(Protocol):
    """The sessions of one market. A session is a trading day, never a calendar day."""

    market: str
    name: str

    def sessions(self, first: date, last: date) -> list[date]:
        """Sessions in [first, last], ascending. Raises CalendarRangeError outside the calendar's bounds."""
        ...

    def is_session(self, day: date) -> bool:
        """Whether the market traded on that day."""
        ...

    def close_at(self, session: date) -> datetime:
        """Close of the session in UTC: the earliest moment its closing values can be known."""
        ...

    def local_time(self, session: date, at: time) -> datetime:
        """The UTC moment of a local wall-clock time on the session's day."""
        ...


class Calendars(Protocol):
    """Finds the calendar of a market by name (KOSPI, KOSDAQ -> XKRX; US, CNN -> XNYS)."""

    def of(self, market: str) -> TradingCalendar:
        """Raises UnknownMarket when no calendar is configured for the name."""
        ...

    def markets(self) -> list[str]:
        """Names that can be used as a market."""
        ...
