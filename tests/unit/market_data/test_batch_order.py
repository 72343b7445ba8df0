"""Quotes in a batch: by session, and inside a row group by ticker."""

from datetime import date, timedelta

import polars as pl
import pytest

from dart_batch.adapters.market_data.batches import arranged

FIRST = date(2020, 1, 1)


def quotes(pairs: list[tuple[int, str]]) -> pl.DataFrame:
    days = [FIRST + timedelta(days=day) for day, _ in pairs]
    tickers = [ticker for _, ticker in pairs]
    schema = {"session": pl.Date, "ticker": pl.String, "close": pl.Int64}
    return pl.DataFrame({"session": days, "ticker": tickers, "close": list(range(len(pairs)))}, schema=schema)


def pairs_of(frame: pl.DataFrame) -> list[tuple[int, str]]:
    return [((day - FIRST).days, ticker) for day, ticker in frame.select("session", "ticker").rows()]


def test_rows_of_a_group_stand_by_ticker_with_their_sessions_in_order() -> None:
    found = arranged(quotes([(1, "B"), (0, "B"), (0, "A"), (1, "A")]))

    assert pairs_of(found) == [(0, "A"), (1, "A"), (0, "B"), (1, "B")]


def test_later_sessions_stand_in_later_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dart_batch.adapters.market_data.batches.ROWS_PER_GROUP", 4)

    found = arranged(quotes([(day, ticker) for day in range(4) for ticker in "BA"]))

    assert pairs_of(found) == [(0, "A"), (1, "A"), (0, "B"), (1, "B"), (2, "A"), (3, "A"), (2, "B"), (3, "B")]


def test_two_moments_of_one_quote_keep_their_order() -> None:
    found = arranged(quotes([(0, "B"), (0, "A"), (0, "A")]))

    assert found["close"].to_list() == [1, 2, 0]


def test_no_rows_are_no_trouble() -> None:
    assert arranged(quotes([])).is_empty()
