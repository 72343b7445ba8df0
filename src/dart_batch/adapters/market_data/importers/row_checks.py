"""The checks of single rows: days, bars and numbers.

Frames have `line`, `session`, `known_at` (null: not given) and, by layout, `label` (ticker or series) and prices. Raw
exchange data are full of suspended, dead and odd-lot rows and of splits; those are named, never held against a file.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import polars as pl

from dart_batch.adapters.market_data.importers.cells import MOMENT
from dart_batch.adapters.market_data.importers.checking import Check
from dart_batch.adapters.market_data.importers.layouts import BARS
from dart_batch.application.ports.calendar import TradingCalendar

opening, high, low, close, volume = (pl.col(name) for name in BARS)
ROUNDING = 1e-6
FARTHEST_ZONE = timedelta(days=2)
FLAT = (opening == 0) & (high == 0) & (low == 0)
PRICES = (opening, high, low, close)


def day_checks(calendar: TradingCalendar, days: Sequence[date], recorded_at: datetime) -> list[Check]:
    """Checks of `session` (Date) and `known_at`; `days` are the distinct days of the file, ascending."""
    earliest, latest = calendar.bounds
    inside = [day for day in days if earliest <= day <= latest]
    open_days = set(calendar.sessions(inside[0], inside[-1])) if inside else set()
    closed = [day for day in inside if day not in open_days]
    begun = recorded_at.date() - FARTHEST_ZONE
    future = [day for day in days if day > begun and calendar.local_time(day, time(0)) > recorded_at]
    early = [day for day in days if day < earliest]
    unknown, shut = f"{calendar.name} is known from {earliest} on only.", f"{calendar.name} had no session that day."
    return [
        *_on_days("future-date", "error", "The day has not begun yet.", future),
        *_on_days("before-calendar", "warning", unknown, early),
        *_on_days("non-session-day", "warning", shut, closed),
    ]


def _on_days(code: str, severity: str, message: str, days: Sequence[date]) -> list[Check]:
    """A check that fails on these days, or none when there is no such day; what is an error cannot be stored."""
    if not days:
        return []
    failing, example = pl.col("session").is_in(days), _words(pl.col("session"), pl.col("label"))
    return [Check(code, severity, message, failing, example, unusable=severity == "error", everywhere=True)]


def moment_checks(calendar: TradingCalendar, days: Sequence[date]) -> list[Check]:
    """Checks of `known_at`; `days` are the distinct days of the file, at least one."""
    begun = [calendar.local_time(day, time(0)) for day in days]
    session, known = pl.col("session"), pl.col("known_at")
    too_early = known < session.replace_strict(list(days), begun, return_dtype=MOMENT)
    example = _words(session, pl.col("label"), "known at", known.dt.to_string("iso:strict"))
    message = "known_at lies before the day itself."
    return [Check("known-too-early", "warning", message, too_early, example, everywhere=True)]


def plain_bars(volumes: pl.DataType) -> pl.Expr:
    """Whether a bar passes `bar_checks` at a glance, but for those of usual bars, which look everywhere; null where a
    cell is empty. `volumes` is the type of the volume: it is whole.
    """
    moved = (low > 0) & (low <= opening) & (low <= close) & (opening <= high) & (close <= high)
    whole = volume >= 0 if volumes.is_integer() else (volume >= 0) & (volume == volume.round())
    return whole & (moved | (FLAT & (close >= 0)))


def bar_checks() -> list[Check]:
    """Checks of open, high, low, close (price units) and volume (shares); nulls never fail."""
    return [*_impossible_bars(), *_doubtful_bars(), *_usual_bars()]


def _impossible_bars() -> list[Check]:
    crossed = _words(*WHERE, "high", high, "< low", low)
    negative = pl.any_horizontal(price < 0 for price in PRICES)
    return [
        Check("high-below-low", "error", "The high is below the low.", high < low, crossed),
        Check("negative-price", "error", "A price is below zero.", negative, WHOLE_BAR),
        Check("negative-volume", "error", "The volume is below zero.", volume < 0, _words(*WHERE, "volume", volume)),
    ]


def _doubtful_bars() -> list[Check]:
    ceiling, floor = high * (1 + ROUNDING), low * (1 - ROUNDING)
    open_outside = (opening > 0) & ((opening > ceiling) | (opening < floor))
    outside = (high > 0) & (low > 0) & ((close > ceiling) | (close < floor) | open_outside)
    partly = ~FLAT & (pl.min_horizontal(opening, high, low) == 0)
    between, zeros = "The open or close is not between low and high.", "Some of open, high and low are 0, others not."
    return [
        Check("close-outside-range", "warning", between, outside, WHOLE_BAR, forgiven=True),
        Check("partly-zero-bar", "info", zeros, partly, WHOLE_BAR),
    ]


def _usual_bars() -> list[Check]:
    suspended = "Open, high, low and volume are 0 and the close is carried: a suspension."
    odd_lot = "Open, high and low are 0 although shares were traded, as KRX has it for odd lots."
    dead = "The close is 0: a dead listing."
    quiet, traded = FLAT & (volume == 0) & (close > 0), FLAT & (volume > 0) & (close > 0)
    return [
        Check("suspended", "info", suspended, quiet, _words(*WHERE, "close", close), everywhere=True),
        Check("dead-listing", "info", dead, FLAT & (close == 0), _words(*WHERE), everywhere=True),
        Check("zero-bar-traded", "info", odd_lot, traded, _words(*WHERE, "volume", volume), everywhere=True),
    ]


def _words(*parts: pl.Expr | str) -> pl.Expr:
    shown = [pl.lit(part) if isinstance(part, str) else _plain(part) for part in parts]
    return pl.concat_str(shown, separator=" ", ignore_nulls=True)


def _plain(part: pl.Expr) -> pl.Expr:
    return part.cast(pl.String).str.replace(r"\.0$", "")


WHERE = (pl.col("session"), pl.col("label"))
WHOLE_BAR = _words(*WHERE, "open", opening, "high", high, "low", low, "close", close)
