"""The shared files, exactly as they are, must pass the schema check and be read back whole."""

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from dart_batch.adapters.market_data.exchange_calendar import ExchangeCalendars
from dart_batch.adapters.market_data.importers.file_importer import FileImporter
from dart_batch.adapters.market_data.parquet_store import ParquetStore
from dart_batch.application.ports.market_data import ImportOrder
from dart_batch.application.use_cases.import_observations import ImportObservations

DATA = Path(__file__).parents[4] / "shared/data"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not DATA.exists(), reason="the shared data folder is absent"),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> ParquetStore:
    calendars = ExchangeCalendars(last_day=date(2027, 12, 31))
    store = ParquetStore(tmp_path_factory.mktemp("observations"), calendars)
    use = ImportObservations(store, FileImporter(store, calendars))
    files = [*sorted(DATA.glob("kospi/*.parquet")), DATA / "cnn/components.csv", DATA / "us/sample_us.parquet"]
    use(
        use.plan([ImportOrder(file, NOW, shape="quotes" if "kospi" in file.name else None) for file in files]),
        accept_warnings=False,
    )
    return store


def test_a_glob_over_quotes_and_an_index_lands_in_the_right_shapes(store: ParquetStore) -> None:
    coverage = store.coverage("KOSPI")

    assert store.markets() == ["CNN", "KOSPI", "US"]
    assert store.revision("KOSPI") == 11
    assert dict(coverage.select("name", "rows").rows()) == {
        **{f"kospi_{column}": 2477 for column in ("open", "high", "low", "close", "volume", "amount")},
        "quotes": 2_258_426,
    }


def test_ten_years_of_korean_stocks_have_no_gap(store: ParquetStore) -> None:
    assert store.coverage("KOSPI")["missing"].sum() == 0
    assert store.gaps("KOSPI", "quotes") == []


def test_quotes_come_back_as_they_were(store: ParquetStore) -> None:
    columns = ["date", "ticker", "open", "high", "low", "close", "volume"]
    files = pl.scan_parquet(DATA / "kospi/kospi_20*.parquet").select(columns).rename({"date": "session"})
    expected = files.with_columns(pl.col("open", "high", "low", "close").cast(pl.Float64)).sort("session", "ticker")

    stored = store.quotes("KOSPI", until=date(2018, 1, 1), revision=11).select(expected.collect_schema().names())

    assert stored.sort("session", "ticker").collect().equals(expected.collect())


def test_the_published_indicators_come_back_as_they_were(store: ParquetStore) -> None:
    expected = pl.read_csv(DATA / "cnn/components.csv", try_parse_dates=True)

    stored = store.series("CNN", ["vix"], until=date(2025, 1, 1), revision=1)

    assert stored["value"].to_list() == expected["vix"].to_list()
    assert stored["known_at"].min() == datetime(2020, 7, 15, 20, 0, tzinfo=UTC)
