"""Rows that pass their checks at a glance: a shortcut that changes no finding."""

from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dart_batch.adapters.market_data.exchange_calendar import ExchangeCalendars
from dart_batch.adapters.market_data.importers.checking import Check, run_checks
from dart_batch.adapters.market_data.importers.layouts import BARS, Layout
from dart_batch.adapters.market_data.importers.parsing import Lines, parse
from dart_batch.adapters.market_data.importers.row_checks import bar_checks, day_checks, plain_bars

DAY = date(2024, 1, 2)
RECORDED = datetime(2024, 1, 31, tzinfo=UTC)
PRICE = st.sampled_from([0.0, 1.0, 2.0, 3.0, -1.0, 2.5, None, float("nan"), float("inf")])
WHOLE = st.sampled_from([0, 1, 2, 3, -1, None])


def lines_of(bars: list[list[float | None]], dtype: type[pl.DataType]) -> Lines:
    cells = {name: [bar[place] for bar in bars] for place, name in enumerate(BARS)}
    frame = pl.DataFrame(cells, schema=dict.fromkeys(BARS, dtype))
    day, ticker = pl.lit(DAY).alias("date"), pl.lit("005930").alias("ticker")
    return parse(frame.with_row_index("line").with_columns(day, ticker), Layout.QUOTES, source="x", ticker_digits=6)


def checks_of(lines: Lines) -> list[Check]:
    calendar = ExchangeCalendars().of("KOSPI")
    return [*lines.checks, *day_checks(calendar, [DAY], RECORDED), *bar_checks()]


@pytest.mark.parametrize(("dtype", "cell"), [(pl.Float64, PRICE), (pl.Int64, WHOLE)])
def test_the_findings_are_those_of_looking_at_every_row(
    dtype: type[pl.DataType], cell: st.SearchStrategy[float | None]
) -> None:
    @given(st.lists(st.lists(cell, min_size=5, max_size=5), min_size=1, max_size=8))
    def same(bars: list[list[float | None]]) -> None:
        lines = lines_of(bars, dtype)
        frame, checks = lines.frame, checks_of(lines)

        findings, unusable = run_checks(frame, checks, lines.whole & plain_bars(frame.schema["volume"]))

        slowly, without = run_checks(frame, checks)
        assert findings == slowly
        assert unusable.to_list() == without.to_list()

    same()


def test_usual_rows_are_plain_and_troubled_ones_are_not() -> None:
    usual = [[2.0, 3.0, 1.0, 2.0, 5.0], [0.0, 0.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0, 7.0]]
    troubled = [[2.0, 1.0, 3.0, 2.0, 5.0], [2.0, 3.0, 1.0, 2.0, 0.5], [2.0, 3.0, 1.0, None, 5.0]]
    frame = lines_of(usual + troubled, pl.Float64).frame

    assert frame.select(plain_bars(pl.Float64()).fill_null(False)).to_series().to_list() == [True] * 3 + [False] * 3
