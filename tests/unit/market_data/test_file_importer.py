"""Files of every layout through the importer, into the fake store."""

import gzip
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from dart_batch.adapters.market_data.importers.layouts import Layout
from dart_batch.application.ports.calendar import UnknownMarket
from dart_batch.application.ports.market_data import FileNotUsable, ImportOrder, MarketNotNamed, Shape
from fakes.import_desk import NOW, PLAIN, ImportDesk

BARS = "date,ticker,open,high,low,close,volume\n"
CLOSE = datetime(2024, 1, 2, 6, 30, tzinfo=UTC)
DAY = date(2024, 1, 2)


@pytest.fixture
def desk(tmp_path: Path) -> ImportDesk:
    return ImportDesk(tmp_path)


def test_long_quotes_keep_their_tickers_and_numbers(desk: ImportDesk) -> None:
    plan = desk.plan(BARS + "2024-01-02,005930,78200,79800,78200,79600,17142847\n")

    quote = (DAY, "005930", 78200.0, 79800.0, 78200.0, 79600.0, 17142847, "kospi.csv", CLOSE)
    assert plan.observations.rows() == [quote]
    assert (plan.market, plan.shape, plan.rows, plan.new_rows, plan.findings) == ("KOSPI", "quotes", 1, 1, ())


def test_korean_headers_and_compact_dates_are_understood(desk: ImportDesk) -> None:
    plan = desk.plan("일자,종목코드,시가,고가,저가,종가,거래량\n20240102,005930,1,2,1,2,5\n")

    assert plan.observations.select("session", "ticker", "close").row(0) == (DAY, "005930", 2.0)


def test_long_series_carry_their_own_source_and_moment(desk: ImportDesk) -> None:
    plan = desk.plan("series,date,value,source,known_at\nvkospi,2024-01-02,14.5,KRX,2024-01-03T08:00:00+09:00\n")

    known = datetime(2024, 1, 2, 23, 0, tzinfo=UTC)
    assert plan.observations.rows() == [("vkospi", DAY, 14.5, "KRX", known)]


def test_a_moment_without_a_zone_is_utc(desk: ImportDesk) -> None:
    plan = desk.plan("series,session,value,known_at\nvkospi,2024-01-02,14.5,2024-01-03 08:00:00\n")

    assert plan.observations["known_at"].item() == datetime(2024, 1, 3, 8, 0, tzinfo=UTC)


def test_without_a_moment_a_value_is_known_at_the_close_plus_the_lag(desk: ImportDesk) -> None:
    text = "date,vkospi\n2024-01-02,14.5\n"

    assert desk.plan(text).observations["known_at"].item() == CLOSE
    lagged = desk.plan(text, order=replace(PLAIN, lag=timedelta(days=1)))
    assert lagged.observations["known_at"].item() == CLOSE + timedelta(days=1)


@pytest.mark.parametrize("column", ["value", "value "])
def test_a_wide_column_may_be_called_like_a_column_of_the_store(desk: ImportDesk, column: str) -> None:
    plan = desk.plan(f"date,{column}\n2024-01-02,1.5\n")

    assert plan.observations.select("session", "series", "value").rows() == [(DAY, "value", 1.5)]


def test_wide_series_have_no_row_where_the_cell_is_empty(desk: ImportDesk) -> None:
    plan = desk.plan("date,usdKrw,vkospi\n2024-01-02,1300.5,\n2024-01-03,,14\n")

    assert plan.observations.select("series", "value").rows() == [("usdKrw", 1300.5), ("vkospi", 14.0)]
    assert (plan.rows, plan.names, plan.findings) == (2, ("usdKrw", "vkospi"), ())


@pytest.mark.parametrize("shape", [None, "quotes", "series"])
def test_the_bars_of_one_instrument_become_series_whatever_was_asked(desk: ImportDesk, shape: Shape | None) -> None:
    text = "date,open,high,low,close,volume,amount\n2024-01-02,1,3,1,2,10,20\n"

    plan = desk.plan(text, "index_kospi.csv", replace(PLAIN, shape=shape))

    assert plan.names == ("kospi_amount", "kospi_close", "kospi_high", "kospi_low", "kospi_open", "kospi_volume")
    assert plan.shape == "series"


def test_an_instrument_a_market_and_a_source_can_be_named(desk: ImportDesk) -> None:
    order = replace(PLAIN, market="us", name="spx", source="vendor")

    plan = desk.plan("date,close\n2024-01-02,4742\n", "prices.csv", order)

    assert (plan.market, plan.names, plan.observations["source"].item()) == ("US", ("spx_close",), "vendor")


def test_the_market_is_taken_from_the_file_or_its_folder(desk: ImportDesk) -> None:
    text = "date,vkospi\n2024-01-02,14.5\n"

    assert desk.plan(text, "KOSPI_2024.csv").market == "KOSPI"
    assert desk.plan(text, "us/components.csv").market == "US"


def test_a_file_of_no_recognisable_market_is_refused(desk: ImportDesk) -> None:
    with pytest.raises(MarketNotNamed):
        desk.plan("date,vkospi\n2024-01-02,14.5\n", "data/prices.csv")
    with pytest.raises(UnknownMarket):
        desk.plan("date,vkospi\n2024-01-02,14.5\n", order=replace(PLAIN, market="NIKKEI"))


def test_columns_that_are_not_imported_are_named(desk: ImportDesk) -> None:
    plan = desk.plan(BARS.replace("volume", "volume,sector") + "2024-01-02,005930,1,2,1,2,5,IT\n")

    assert [(finding.code, finding.examples) for finding in plan.findings] == [("unused-column", ("sector",))]


@pytest.mark.parametrize(
    ("text", "shape", "missing"),
    [
        ("date,ticker,close\n2024-01-02,005930,1\n", None, "open, high, low, volume"),
        ("series,date\nvkospi,2024-01-02\n", None, "value"),
        ("day_of,close\n2024-01-02,1\n", None, "date"),
        ("date,vkospi\n2024-01-02,1\n", "quotes", "ticker, open, high, low, close, volume"),
        (BARS + "2024-01-02,005930,1,1,1,1,1\n", "series", "series, value"),
        ("date,source\n2024-01-02,KRX\n", None, "of any series"),
    ],
)
def test_a_missing_column_is_refused_by_name(desk: ImportDesk, text: str, shape: Shape | None, missing: str) -> None:
    with pytest.raises(FileNotUsable, match=f"has no column {missing};"):
        desk.plan(text, order=replace(PLAIN, shape=shape))


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("kospi.txt", b"date,close", "neither CSV nor Parquet"),
        ("kospi.csv", b"", "cannot be read"),
        ("kospi.csv", b"date,close\n2024-01-02,1,2,3\n", "cannot be read"),
        ("kospi.parquet", b"not parquet", "cannot be read"),
        ("kospi.csv", b"date,session,close\n", "has a column twice"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(
    desk: ImportDesk, tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(FileNotUsable, match=reason):
        desk.importer.plan(ImportOrder(tmp_path / name, NOW))


def test_an_absent_file_is_refused(desk: ImportDesk, tmp_path: Path) -> None:
    with pytest.raises(FileNotUsable, match="No such file"):
        desk.importer.plan(ImportOrder(tmp_path / "kospi.csv", NOW))


def test_compressed_csv_and_parquet_say_the_same_as_csv(desk: ImportDesk, tmp_path: Path) -> None:
    text = BARS + "2024-01-02,005930,1,2,1,2,5\n2024-01-02,000660,3,4,3,4,6\n"
    (tmp_path / "kospi.csv.gz").write_bytes(gzip.compress(text.encode()))
    frame = pl.read_csv(text.encode(), schema_overrides={"ticker": pl.String}).with_columns(
        pl.col("date").str.to_datetime(time_unit="ns")
    )
    frame.write_parquet(tmp_path / "kospi.parquet")

    plain = desk.plan(text).observations.drop("source")
    packed = desk.importer.plan(ImportOrder(tmp_path / "kospi.csv.gz", NOW)).observations.drop("source")
    columnar = desk.importer.plan(ImportOrder(tmp_path / "kospi.parquet", NOW)).observations.drop("source")

    assert plain.equals(packed)
    assert plain.equals(columnar)


def test_a_byte_order_mark_and_blank_lines_do_not_matter(desk: ImportDesk) -> None:
    plan = desk.plan("\ufeffdate,vkospi\n2024-01-02,14.5\n\n")

    assert (plan.rows, plan.findings) == (1, ())


def test_importing_again_brings_nothing_new(desk: ImportDesk) -> None:
    text = BARS + "2024-01-02,005930,1,2,1,2,5\n"
    desk.load(text)

    again = desk.load(text, "kospi_again.csv")

    assert (again.new_rows, again.corrected_rows, again.known_rows) == (0, 0, 1)
    assert desk.store.revision("KOSPI") == 1


def test_another_value_for_the_same_moment_is_a_correction(desk: ImportDesk) -> None:
    desk.load("date,vkospi\n2024-01-02,14.5\n2024-01-03,15\n")

    plan = desk.load("date,vkospi\n2024-01-02,14.6\n2024-01-03,15\n2024-01-04,16\n")

    assert (plan.new_rows, plan.corrected_rows, plan.known_rows) == (1, 1, 1)
    assert desk.store.series("KOSPI", ["vkospi"], until=NOW.date(), revision=2)["value"].to_list() == [14.6, 15, 16]


def test_every_row_is_counted_exactly_once(desk: ImportDesk) -> None:
    desk.load("date,vkospi\n2024-01-02,14.5\n2024-01-03,15\n")

    plan = desk.plan("date,vkospi\n2024-01-02,14.6\n2024-01-03,15\n2024-01-04,16\nx,17\n2024-01-05,y\n")

    assert plan.rows == 5
    assert plan.new_rows + plan.corrected_rows + plan.known_rows + plan.dropped_rows == plan.rows


@pytest.mark.parametrize(
    ("file", "text", "layout", "market", "name"),
    [
        ("kospi_2011.csv", BARS, Layout.QUOTES, "KOSPI", "kospi_2011"),
        ("index_kospi.csv", "date,open,high,low,close\n", Layout.INSTRUMENT, "KOSPI", "kospi"),
        ("us/wide.csv", "Date,spx,vix\n", Layout.WIDE, "US", "wide"),
        ("plain/long.csv", "series,date,value\n", Layout.LONG, None, "long"),
    ],
)
def test_the_header_and_the_name_tell_what_a_file_is(
    desk: ImportDesk, file: str, text: str, layout: Layout, market: str | None, name: str
) -> None:
    detected = desk.importer.detect(desk.write(text, file))

    assert (detected.layout, detected.market, detected.name) == (layout, market, name)
    assert detected.shape == ("quotes" if layout is Layout.QUOTES else "series")


@pytest.mark.parametrize("ticker", [" 005930", "005930 ", "\u3000005930"])
def test_blanks_around_a_ticker_of_a_parquet_file_do_not_make_another_stock(desk: ImportDesk, ticker: str) -> None:
    path = desk.folder / "kospi.parquet"
    bar = {"open": [1, 1], "high": [1, 1], "low": [1, 1], "close": [1, 1], "volume": [5, 5]}
    pl.DataFrame({"date": ["2024-01-02", "2024-01-03"], "ticker": ["005930", ticker]} | bar).write_parquet(path)

    plan = desk.importer.plan(replace(PLAIN, path=path))

    assert plan.observations["ticker"].to_list() == ["005930", "005930"]


def test_rows_of_a_file_in_any_order_come_by_session_and_ticker(desk: ImportDesk) -> None:
    later, earlier = "2024-01-03,000020,1,1,1,1,5", "2024-01-02,{},1,1,1,1,5"

    plan = desk.plan("\n".join([BARS.strip(), later, earlier.format("000040"), earlier.format("000020")]))

    assert plan.observations["ticker"].to_list() == ["000020", "000040", "000020"]
    assert plan.observations["session"].is_sorted()
