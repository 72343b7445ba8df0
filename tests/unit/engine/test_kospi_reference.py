"""The `kospi` definition on the shared KOSPI data: regimes, cleaning, and the same definition in pandas."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from bench.kospi_pandas import readings as pandas_readings

from dart_batch.domain.index.level import Level
from dart_batch.engine.axis import SessionAxis
from dart_batch.engine.compute import compute
from dart_batch.engine.definition_file import shipped
from dart_batch.engine.panel.stocks import Stocks
from engine_frames import SHARED, axis_of

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.exists(), reason="the shared data folder is absent"),
]
KOSPI = shipped()["kospi"]
NOON = pl.col("session").cast(pl.Datetime("us")).dt.offset_by("12h").dt.replace_time_zone("UTC")


@pytest.fixture(scope="module")
def index() -> pl.DataFrame:
    table = pl.read_parquet(SHARED / "kospi/index_kospi.parquet").rename({"date": "session"})
    long = table.unpivot(index="session", variable_name="series", value_name="value")
    return long.with_columns(series="kospi_" + pl.col("series"), known_at=NOON)


@pytest.fixture(scope="module")
def axis(index: pl.DataFrame) -> SessionAxis:
    return axis_of(index["session"].unique().sort().to_list())


@pytest.fixture(scope="module")
def quotes() -> pl.LazyFrame:
    raw = pl.scan_parquet(SHARED / "kospi/kospi_[0-9]*.parquet").rename({"date": "session"})
    return raw.with_columns(pl.col("close").cast(pl.Float64), known_at=NOON)


@pytest.fixture(scope="module")
def frame(axis: SessionAxis, index: pl.DataFrame, quotes: pl.LazyFrame) -> pl.DataFrame:
    return compute(KOSPI, axis, index, quotes)


def test_the_same_definition_in_pandas_gives_the_same_values(frame: pl.DataFrame) -> None:
    expected = pandas_readings(SHARED / "kospi")

    assert expected["date"].to_list() == frame["session"].to_list()
    np.testing.assert_allclose(frame["value"].to_numpy(), expected["value"].to_numpy(), atol=1e-9, rtol=0)


def test_the_great_fears_of_the_years_are_extreme_fear(frame: pl.DataFrame) -> None:
    fears = [date(2011, 8, 9), date(2015, 8, 24), date(2016, 2, 12)]

    levels = frame.filter(pl.col("session").is_in(fears))["level"].to_list()

    assert levels == [Level.EXTREME_FEAR] * 3


def test_2008_is_withheld_because_its_windows_reach_before_the_data(frame: pl.DataFrame) -> None:
    crash = frame.filter(pl.col("session") == date(2008, 10, 28))

    assert crash["value"].item() is None
    assert crash["withheld_reason"].item().startswith("coverage 0.00 is below the minimum 0.50: priceMomentum")


def test_without_option_data_the_put_call_ratio_is_missing_and_said_to_be(frame: pl.DataFrame) -> None:
    last = frame[-1]

    assert last["coverage"].item() == 0.85
    assert last["components"].str.json_path_match("$.putCallRatio.score").item() is None
    assert last["components"].str.json_path_match("$.volatility.source").item().startswith("proxy:realised volatility")


def test_the_index_is_centred_and_spread_as_the_reference(frame: pl.DataFrame) -> None:
    values = frame["value"].drop_nulls()

    assert values.mean() == pytest.approx(50, abs=2)
    assert values.std() == pytest.approx(22, abs=3)


def test_chunks_of_the_history_are_the_history(
    frame: pl.DataFrame, axis: SessionAxis, index: pl.DataFrame, quotes: pl.LazyFrame
) -> None:
    span = (date(2013, 5, 2), date(2013, 7, 31))

    chunk = compute(KOSPI, axis, index, quotes, span)

    assert chunk.equals(frame.filter(pl.col("session").is_between(*span)))


def test_stocks_alone_make_an_index_with_marked_proxies(
    axis: SessionAxis, index: pl.DataFrame, quotes: pl.LazyFrame
) -> None:
    day = date(2011, 8, 9)

    alone = compute(KOSPI, axis, index.clear(), quotes, (day, day))

    assert alone["level"].item() == Level.EXTREME_FEAR
    assert alone["coverage"].item() == 0.85
    momentum = alone["components"].str.json_path_match("$.priceMomentum.source").item()
    assert momentum == "proxy:equal-weighted chain of cleaned stock returns in place of the KOSPI"


def test_cleaning_turns_an_absurd_mean_return_into_a_real_one(axis: SessionAxis, quotes: pl.LazyFrame) -> None:
    raw = (
        quotes.filter(pl.col("close") > 0)
        .sort("ticker", "session")
        .select(move=pl.col("close").pct_change().over("ticker"), session="session")
        .group_by("session")
        .agg(pl.col("move").mean())
        .select(pl.col("move").mean() * 10_000)
        .collect()
        .item()
    )
    stocks = Stocks(axis, quotes, KOSPI.stocks, 0.95, frozenset(["mean_return"])).features(0, len(axis))

    cleaned = np.nanmean(stocks.values["mean_return"]) * 10_000

    assert raw > 100
    assert cleaned == pytest.approx(4.2, abs=1.0)
