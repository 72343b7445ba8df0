"""Calendars whose sessions are the weekdays, apart from named holidays; every session closes at 06:30 UTC."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from dart_batch.application.ports.calendar import CalendarRangeError, NotASession, TradingCalendar, UnknownMarket

CLOSE = time(6, 30)


@dataclass
class WeekdayCalendar:
    market: str = "KOSPI"
    name: str = "FAKE"
    holidays: frozenset[date] = frozenset()
    bounds: tuple[date, date] = (date(1980, 1, 1), date(2030, 12, 31))

    def sessions(self, first: date, last: date) -> list[date]:
        days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
        return [day for day in days if self.is_session(day)]

    def is_session(self, day: date) -> bool:
        if not self.bounds[0] <= day <= self.bounds[1]:
            raise CalendarRangeError(f"{day} is outside of {self.bounds}.")
        return day.weekday() < 5 and day not in self.holidays

    def close_at(self, session: date) -> datetime:
        if not self.is_session(session):
            raise NotASession(f"{session} is not a session.")
        return datetime.combine(session, CLOSE, UTC)

    def local_time(self, session: date, at: time) -> datetime:
        return datetime.combine(session, at, UTC) - timedelta(hours=9)


@dataclass
class FakeCalendars:
    calendars: dict[str, TradingCalendar] = field(default_factory=lambda: {"KOSPI": WeekdayCalendar()})

    def of(self, market: str) -> TradingCalendar:
        if market.upper() not in self.calendars:
            raise UnknownMarket(f"No market is called '{market}'.")
        return self.calendars[market.upper()]

    def markets(self) -> list[str]:
        return list(self.calendars)
