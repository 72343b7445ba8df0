"""Trading calendars of the markets, from exchange-calendars with the corrections of the KOSPI method."""

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from threading import Lock
from zoneinfo import ZoneInfo

from platformdirs import user_cache_path

from dart_batch.adapters.market_data.schedules import Schedule, ScheduleRequest, cached_schedule
from dart_batch.application.ports.calendar import CalendarRangeError, NotASession, TradingCalendar, UnknownMarket

CALENDAR_OF_MARKET = {
    "KOSPI": "XKRX",
    "KOSDAQ": "XKRX",
    "KOSPI200": "XKRX",
    "KRX": "XKRX",
    "US": "XNYS",
    "CNN": "XNYS",
    "NYSE": "XNYS",
    "NASDAQ": "XNYS",
    "SP500": "XNYS",
}
ZONE_OF_CALENDAR = {"XKRX": ZoneInfo("Asia/Seoul"), "XNYS": ZoneInfo("America/New_York")}
NEVER_SESSIONS = {
    "XKRX": (
        date(1995, 6, 27),
        date(1995, 12, 28),
        date(1996, 4, 11),
        date(1996, 11, 23),
        date(1996, 12, 28),
        date(1998, 6, 4),
        date(2026, 6, 3),
        date(2026, 7, 17),
    )
}
FIRST_DAY = date(1980, 1, 1)


class ExchangeCalendar:
    """The sessions of one market between fixed bounds."""

    def __init__(self, market: str, name: str, bounds: tuple[date, date], schedule: Schedule) -> None:
        self.market = market
        self.name = name
        self._bounds = bounds
        self._zone = ZONE_OF_CALENDAR[name]
        self._sessions = schedule.sessions
        self._close_of = dict(zip(schedule.sessions, schedule.closes, strict=True))

    @property
    def bounds(self) -> tuple[date, date]:
        """First and last day (inclusive) about which the calendar can be asked."""
        return self._bounds

    def sessions(self, first: date, last: date) -> list[date]:
        """Sessions in [first, last], ascending; empty when last < first. Raises CalendarRangeError."""
        self._check(first)
        self._check(last)
        return list(self._sessions[bisect_left(self._sessions, first) : bisect_right(self._sessions, last)])

    def is_session(self, day: date) -> bool:
        """Whether the market traded on that day. Raises CalendarRangeError."""
        self._check(day)
        return day in self._close_of

    def close_at(self, session: date) -> datetime:
        """Close of the session in UTC. Raises NotASession, CalendarRangeError."""
        if not self.is_session(session):
            raise NotASession(f"{session} is not a session of {self.name}.", session=session)
        return datetime.fromtimestamp(self._close_of[session], UTC)

    def local_time(self, session: date, at: time) -> datetime:
        """The UTC moment of a local wall-clock time on the session's day."""
        return datetime.combine(session, at, self._zone).astimezone(UTC)

    def _check(self, day: date) -> None:
        first, last = self._bounds
        if not first <= day <= last:
            raise CalendarRangeError(f"{self.name} is known from {first} to {last}; {day} is outside.", day=day)


class ExchangeCalendars:
    """Calendars by market name. Each is built when first asked for and kept.

    `cache_folder` holds prepared session lists (default: the user's cache folder); `last_day` bounds the calendars
    (default: the end of next year).
    """

    def __init__(self, cache_folder: Path | None = None, last_day: date | None = None) -> None:
        self._folder = cache_folder or user_cache_path("dart-batch") / "calendars"
        self._last_day = last_day or date(datetime.now(UTC).year + 1, 12, 31)
        self._calendar = cache(self._load)
        self._loading = Lock()

    def __reduce__(self) -> tuple[type["ExchangeCalendars"], tuple[Path, date]]:
        """Travels without what it has loaded."""
        return ExchangeCalendars, (self._folder, self._last_day)

    def of(self, market: str) -> TradingCalendar:
        """The market's calendar; case does not matter. Raises UnknownMarket, naming those that exist."""
        name = market.upper()
        if name not in CALENDAR_OF_MARKET:
            known = ", ".join(self.markets())
            raise UnknownMarket(f"No market is called '{market}'.", hint=f"Use one of: {known}.", market=market)
        with self._loading:
            return self._calendar(name)

    def markets(self) -> list[str]:
        """Names that can be used as a market."""
        return list(CALENDAR_OF_MARKET)

    def _load(self, market: str) -> ExchangeCalendar:
        name = CALENDAR_OF_MARKET[market]
        request = ScheduleRequest(name, FIRST_DAY, self._last_day, NEVER_SESSIONS.get(name, ()))
        return ExchangeCalendar(market, name, (FIRST_DAY, self._last_day), cached_schedule(request, self._folder))
