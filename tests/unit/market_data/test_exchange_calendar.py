from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from dart_batch.adapters.market_data.exchange_calendar import NEVER_SESSIONS, ExchangeCalendars
from dart_batch.adapters.market_data.schedules import Schedule, ScheduleRequest, cached_schedule
from dart_batch.application.ports.calendar import CalendarRangeError, NotASession, UnknownMarket

CALENDARS = ExchangeCalendars(last_day=date(2027, 12, 31))


def test_korean_and_american_names_lead_to_their_exchange() -> None:
    assert {CALENDARS.of(name).name for name in ("KOSPI", "kosdaq", "KOSPI200", "KRX")} == {"XKRX"}
    assert {CALENDARS.of(name).name for name in ("US", "CNN", "nyse", "NASDAQ", "SP500")} == {"XNYS"}


def test_an_unknown_market_is_refused_with_the_names_that_exist() -> None:
    with pytest.raises(UnknownMarket) as refusal:
        CALENDARS.of("NIKKEI")

    assert "KOSPI" in refusal.value.hint


@pytest.mark.parametrize("day", NEVER_SESSIONS["XKRX"])
def test_days_the_library_lists_but_the_exchange_was_closed_are_no_sessions(day: date) -> None:
    assert not CALENDARS.of("KOSPI").is_session(day)


def test_saturdays_were_sessions_until_december_1998() -> None:
    korea = CALENDARS.of("KOSPI")

    assert korea.is_session(date(1998, 12, 5))
    assert not korea.is_session(date(1998, 12, 12))
    assert not korea.is_session(date(1998, 8, 15))


@pytest.mark.parametrize(("year", "count"), [(1995, 293), (1996, 293), (1997, 292), (1998, 292), (1999, 249)])
def test_years_with_saturdays_have_the_sessions_the_exchange_held(year: int, count: int) -> None:
    assert len(CALENDARS.of("KOSPI").sessions(date(year, 1, 1), date(year, 12, 31))) == count


def test_sessions_are_ascending_and_include_both_ends() -> None:
    sessions = CALENDARS.of("US").sessions(date(2001, 9, 10), date(2001, 9, 17))

    assert sessions == [date(2001, 9, 10), date(2001, 9, 17)]


def test_the_close_is_given_in_utc_and_follows_the_changes_of_closing_time() -> None:
    korea = CALENDARS.of("KOSPI")

    assert korea.close_at(date(2016, 7, 29)) == datetime(2016, 7, 29, 6, 0, tzinfo=UTC)
    assert korea.close_at(date(2016, 8, 1)) == datetime(2016, 8, 1, 6, 30, tzinfo=UTC)


def test_a_day_without_trading_has_no_close() -> None:
    with pytest.raises(NotASession):
        CALENDARS.of("US").close_at(date(2012, 10, 29))


def test_local_wall_clock_time_respects_daylight_saving() -> None:
    america = CALENDARS.of("US")

    assert america.local_time(date(2024, 1, 2), time(9, 30)) == datetime(2024, 1, 2, 14, 30, tzinfo=UTC)
    assert america.local_time(date(2024, 7, 2), time(9, 30)) == datetime(2024, 7, 2, 13, 30, tzinfo=UTC)
    assert CALENDARS.of("KOSPI").local_time(date(2024, 7, 2), time(8)) == datetime(2024, 7, 1, 23, tzinfo=UTC)


def test_days_outside_the_bounds_are_refused() -> None:
    with pytest.raises(CalendarRangeError):
        CALENDARS.of("US").sessions(date(1979, 12, 31), date(1980, 2, 1))
    with pytest.raises(CalendarRangeError):
        CALENDARS.of("US").is_session(date(2028, 1, 3))


REQUEST = ScheduleRequest("XKRX", date(2020, 1, 1), date(2020, 1, 3))
SCHEDULE = Schedule((date(2020, 1, 2), date(2020, 1, 3)), (1577946600, 1578033000))


def never(request: ScheduleRequest) -> Schedule:
    raise AssertionError(f"{request} was built although the cache holds it")


def test_a_schedule_is_built_once_and_then_read_from_the_cache(tmp_path: Path) -> None:
    first = cached_schedule(REQUEST, tmp_path, lambda _: SCHEDULE)

    assert cached_schedule(REQUEST, tmp_path, never) == first == SCHEDULE


def test_a_broken_cache_file_is_built_again(tmp_path: Path) -> None:
    (tmp_path / REQUEST.cache_name()).write_text('{"sessions": [1')

    assert cached_schedule(REQUEST, tmp_path, lambda _: SCHEDULE) == SCHEDULE
    assert cached_schedule(REQUEST, tmp_path, never) == SCHEDULE


def test_a_cache_folder_that_cannot_be_written_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    assert cached_schedule(REQUEST, tmp_path / "file" / "calendars", lambda _: SCHEDULE) == SCHEDULE


def test_other_closed_days_are_another_cache_entry() -> None:
    assert (
        ScheduleRequest("XKRX", REQUEST.first, REQUEST.last, (date(2020, 1, 2),)).cache_name() != REQUEST.cache_name()
    )
