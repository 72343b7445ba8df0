"""How columns are kept in a batch file: leaner, and exactly the same when read back."""

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dart_batch.adapters.market_data.columns import compact, listed, restored
from dart_batch.application.ports.market_data import QUOTE_SCHEMA

DAY, CLOSE = date(2024, 1, 2), datetime(2024, 1, 2, 6, 30, tzinfo=UTC)


def rows(close: list[float], volume: list[int], source: list[str]) -> pl.DataFrame:
    prices = {name: close for name in ("open", "high", "low", "close")}
    same = {"session": [DAY] * len(close), "known_at": [CLOSE] * len(close)}
    tickers = [f"{number:06}" for number in range(len(close))]
    return pl.DataFrame(same | prices | {"ticker": tickers, "volume": volume, "source": source}, schema=QUOTE_SCHEMA)


@pytest.mark.parametrize(
    ("close", "volume", "kept"),
    [
        ([100.0, 2.0**24], [0, 2**53], (pl.Float32, pl.Float64)),
        ([100.1, 7.0], [1, 2**53 + 1], (pl.Float64, pl.Int64)),
        ([2.0**24 + 1, 7.0], [-(2**53) - 1, 5], (pl.Float64, pl.Int64)),
    ],
)
def test_numbers_are_kept_leaner_only_where_nothing_is_lost(
    close: list[float], volume: list[int], kept: tuple[type[pl.DataType], ...], tmp_path: Path
) -> None:
    quotes = rows(close, volume, ["a.csv", "a.csv"])

    found = compact(quotes)
    found.write_parquet(tmp_path / "batch.parquet")

    assert (found.schema["close"], found.schema["volume"]) == kept
    assert_frame_equal(pl.scan_parquet(tmp_path / "batch.parquet").select(restored("quotes")).collect(), quotes)


@pytest.mark.parametrize(("largest", "kept"), [(2**24, pl.Float32), (2**24 + 1, pl.Float64)])
def test_whole_prices_are_kept_as_floats_that_hold_them(largest: int, kept: type[pl.DataType]) -> None:
    quotes = rows([1.0, largest], [1, 2], ["a.csv", "a.csv"])

    found = compact(quotes.with_columns(pl.col("open", "high", "low", "close").cast(pl.Int32)))

    assert found.schema["close"] == kept
    assert_frame_equal(found.select(restored("quotes")), quotes)


@pytest.mark.parametrize("coded", [False, True])
def test_listed_tickers_are_kept_as_places_and_read_back_as_texts_or_codes(coded: bool, tmp_path: Path) -> None:
    quotes = rows([1.0, 2.0, 3.0], [1, 2, 3], ["a.csv"] * 3)
    tickers = pl.Series("ticker", ["000660", "005930", "000660"])
    of_two = quotes.with_columns(tickers.cast(pl.Enum(["000660", "005930"])))

    compact(of_two).write_parquet(tmp_path / "batch.parquet")

    stored = pl.scan_parquet(tmp_path / "batch.parquet")
    back = stored.select(restored("quotes", listed(of_two), coded=coded)).filter(pl.col("session") == DAY).collect()
    assert_frame_equal(back, quotes.with_columns(tickers.cast(pl.Categorical()) if coded else tickers))
    assert stored.collect_schema()["ticker_place"].is_integer()
    assert "ticker" not in stored.collect_schema()


def test_only_a_source_that_is_one_for_all_is_kept_as_one() -> None:
    one, two = (compact(rows([1.0, 2.0], [1, 2], ["a.csv", other])) for other in ("a.csv", "b.csv"))

    assert one.schema["source"] == pl.Enum(["a.csv"])
    assert two.schema["source"] == pl.String
    assert two.select(restored("quotes"))["source"].to_list() == ["a.csv", "b.csv"]


def test_no_rows_are_no_trouble() -> None:
    assert compact(rows([], [], [])).is_empty()
