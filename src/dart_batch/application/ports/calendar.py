"""Trading calendars as the application sees them."""

from datetime import date, datetime, time
from typing import Protocol

from dart_batch.domain.errors import NotFound, Refused


class UnknownMarket(NotFound):
    """No calendar is configured for the market's name."""

    code = "unknown-market"


class CalendarRangeError(Refused):
    """The days asked for lie outside what the calendar knows."""

    code = "calendar-range"
    hint = "Choose days inside the bounds that the message names."


class NotASession(Refused):
    """The day named is not a trading day of the calendar."""

    code = "not-a-session"
    hint = "Name a trading day; weekends and holidays have no close."


class TradingCalendar(Protocol):
    """The sessions of one market. A session is a trading day, never a calendar day."""

    market: str
    name: str

    @property
    def bounds(self) -> tuple[date, date]:
        """First and last day (inclusive) about which the calendar can be asked."""
        ...

    def sessions(self, first: date, last: date) -> list[date]:
        """Sessions in [first, last], ascending. Raises CalendarRangeError outside the calendar's bounds."""
        ...

    def is_session(self, day: date) -> bool:
        """Whether the market traded on that day. Raises CalendarRangeError outside the calendar's bounds."""
        ...

    def close_at(self, session: date) -> datetime:
        """Close of the session in UTC: the earliest moment its closing values can be known.

        Raises NotASession when the market did not trade that day, CalendarRangeError outside the calendar's bounds.
        """
        ...

    def local_time(self, session: date, at: time) -> datetime:
        """The UTC moment of a local wall-clock time on the session's day."""
        ...


class Calendars(Protocol):
    """Finds the calendar of a market by name (KOSPI, KOSDAQ -> XKRX; US, CNN -> XNYS)."""

    def of(self, market: str) -> TradingCalendar:
        """Raises UnknownMarket when no calendar is configured for the name. Case does not matter."""
        ...

    def markets(self) -> list[str]:
        """Names that can be used as a market."""
        ...
