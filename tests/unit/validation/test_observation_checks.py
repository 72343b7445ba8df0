"""Checks of the observation store: each finds its own fault, and clean observations have none."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from math import nan

import polars as pl
import pytest

from dart_batch.engine.definition_file import shipped
from dart_batch.engine.schema import KNOWN_AT
from dart_batch.engine.validation.check import look
from dart_batch.engine.validation.observations import SERIES_CHECKS, SeriesRows
from dart_batch.engine.validation.quotes import QUOTE_CHECKS, QuoteRows
from fakes.calendar import WeekdayCalendar

DAYS = WeekdayCalendar().sessions(date(2015, 3, 2), date(2015, 8, 31))
CLOSES = pl.DataFrame(
    {"session": DAYS, "close_at": [datetime(day.year, day.month, day.day, 6, 30, tzinfo=UTC) for day in DAYS]},
    schema_overrides={"close_at": KNOWN_AT},
)
SATURDAY = date(2015, 4, 4)
FIRST, TENTH, LAST = DAYS[0], DAYS[9], DAYS[-1]
AT_TENTH = pl.col("session") == TENTH
STEADY = pl.Series([100.0 + 2 * (number % 7) for number in range(len(DAYS))])


def series(values: pl.Series = STEADY) -> pl.DataFrame:
    return CLOSES.select(pl.lit("alpha").alias("series"), "session", values.alias("value"), known_at="close_at")


def objecting(frame: pl.DataFrame) -> dict[str, date]:
    newest = pl.Series([LAST])
    found = look(SERIES_CHECKS, SeriesRows(frame, CLOSES, newest), frame.height, thorough=True).findings
    return dict(found.select("code", "session").rows())


def with_values(change: pl.Expr) -> pl.DataFrame:
    return series().with_columns(value=change)


def test_clean_series_have_no_finding() -> None:
    assert objecting(series()) == {}


def test_a_monthly_series_has_no_gaps_and_is_not_frozen() -> None:
    monthly = series().gather_every(21)

    assert objecting(monthly) == {}


@pytest.mark.parametrize(
    ("frame", "found"),
    [
        (series().filter(~AT_TENTH), {"observation-gaps": DAYS[10]}),
        (
            pl.concat([series(), series().head(1).with_columns(session=pl.lit(SATURDAY))]),
            {"observation-non-sessions": SATURDAY},
        ),
        (pl.concat([series(), series().filter(AT_TENTH)]), {"observation-duplicates": TENTH}),
        (
            with_values(pl.when(AT_TENTH).then(nan).otherwise("value")),
            {"observation-range": TENTH, "observation-gaps": DAYS[10]},
        ),
        (
            series().with_columns(
                known_at=pl.when(AT_TENTH).then(pl.col("known_at").dt.offset_by("-1h")).otherwise("known_at")
            ),
            {"known-early": TENTH},
        ),
        (
            with_values(pl.when(pl.col("session").is_between(TENTH, DAYS[27])).then(107.0).otherwise("value")),
            {},
        ),
        (
            with_values(pl.when(pl.col("session").is_between(TENTH, DAYS[28])).then(107.0).otherwise("value")),
            {"observation-frozen": DAYS[28]},
        ),
        (
            with_values(pl.when(pl.col("session") >= TENTH).then(pl.col("value") * 0.3).otherwise("value")),
            {"observation-jumps": TENTH},
        ),
        (
            with_values(pl.when(pl.col("session") >= TENTH).then(pl.col("value") / 1000).otherwise("value")),
            {"observation-jumps": TENTH, "unit-break": TENTH},
        ),
        (series().filter(pl.col("session") <= DAYS[-7]), {"stale-source": DAYS[-7]}),
        (series().filter(pl.col("session") <= DAYS[-6]), {}),
    ],
)
def test_a_fault_of_a_series_is_found_where_it_is(frame: pl.DataFrame, found: dict[str, date]) -> None:
    assert objecting(frame) == found


def quotes() -> pl.DataFrame:
    close = pl.Series([1000.0 + 10 * (number % 7) for number in range(len(DAYS))])
    one = CLOSES.select("session", close=close, known_at="close_at").with_columns(
        open="close", high="close", low="close", volume=pl.lit(500, dtype=pl.Int64)
    )
    return pl.concat([one.with_columns(ticker=pl.lit(ticker)) for ticker in ("A", "B")])


def objecting_quotes(frame: pl.DataFrame, first: date = FIRST) -> dict[str, tuple[date, str]]:
    rows = QuoteRows(frame, first, CLOSES, shipped()["kospi"].stocks)
    found = look(QUOTE_CHECKS, rows, frame.height, thorough=True).findings
    return {code: (session, subject) for code, session, subject in found.select("code", "session", "subject").rows()}


def moved(day: date, factor: float) -> pl.DataFrame:
    """Prices of A that change by a factor on a day and stay there, and nothing else."""
    after = (pl.col("ticker") == "A") & (pl.col("session") >= day)
    flat = quotes().with_columns(close=pl.when(after).then(1000.0 * factor).otherwise(1000.0))
    return flat.with_columns(open="close", high="close", low="close")


B_TENTH = (pl.col("ticker") == "B") & AT_TENTH
BEFORE, SINCE = date(2015, 6, 12), date(2015, 6, 15)


def test_clean_quotes_have_no_finding() -> None:
    assert objecting_quotes(quotes()) == {}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda all_: all_.filter(~AT_TENTH), {"observation-gaps": (TENTH, "quotes")}),
        (lambda all_: all_.filter(~B_TENTH), {}),
        (
            lambda all_: pl.concat([all_, all_.head(1).with_columns(session=pl.lit(SATURDAY))]),
            {"observation-non-sessions": (SATURDAY, "quotes")},
        ),
        (lambda all_: pl.concat([all_, all_.filter(B_TENTH)]), {"observation-duplicates": (TENTH, "B")}),
        (
            lambda all_: all_.with_columns(high=pl.when(B_TENTH).then(900.0).otherwise("high")),
            {"quote-order": (TENTH, "B")},
        ),
        (
            lambda all_: all_.with_columns(
                pl.when(B_TENTH).then(0).otherwise(pl.col("open", "high", "low", "volume")).name.keep()
            ),
            {},
        ),
        (
            lambda all_: all_.with_columns(
                pl.when(B_TENTH).then(0.0).otherwise(pl.col("open", "high", "low")).name.keep()
            ),
            {},
        ),
        (
            lambda all_: all_.with_columns(pl.when(B_TENTH).then(0.0).otherwise(pl.col("high", "low")).name.keep()),
            {"quote-order": (TENTH, "B")},
        ),
        (
            lambda all_: all_.with_columns(
                known_at=pl.when(B_TENTH).then(pl.col("known_at") - timedelta(hours=1)).otherwise("known_at")
            ),
            {"known-early": (TENTH, "quotes")},
        ),
        (lambda _: moved(BEFORE, 1.16), {"price-limit": (BEFORE, "A")}),
        (lambda _: moved(SINCE, 1.16), {}),
        (lambda _: moved(SINCE, 1.31), {"price-limit": (SINCE, "A")}),
        (lambda _: moved(SINCE, 0.5), {"price-limit": (SINCE, "A")}),
    ],
)
def test_a_fault_of_quotes_is_found_where_it_is(
    change: Callable[[pl.DataFrame], pl.DataFrame], found: dict[str, tuple[date, str]]
) -> None:
    assert objecting_quotes(change(quotes())) == found


def test_quotes_of_before_are_context_and_not_judged_again() -> None:
    broken = moved(SINCE, 1.31)

    assert objecting_quotes(broken, SINCE) == {"price-limit": (SINCE, "A")}
    assert objecting_quotes(broken, DAYS[DAYS.index(SINCE) + 1]) == {}
