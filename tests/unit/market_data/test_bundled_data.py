"""The observations that come with the product."""

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from dart_batch.adapters.market_data.bundled_data import BUNDLED_MARKET, bundled_us
from dart_batch.adapters.market_data.exchange_calendar import ExchangeCalendars
from dart_batch.adapters.market_data.importers.file_importer import FileImporter
from dart_batch.adapters.market_data.parquet_store import ParquetStore
from dart_batch.application.ports.market_data import ImportOrder

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT.parent / "shared/data/us/sample_us.parquet"
OTHER_NAMES = {
    "spx_close": "spx_close_skfolio",
    "advances": "adv_20",
    "declines": "dec_20",
    "new_highs": "nh_20",
    "new_lows": "nl_20",
    "etf_usmv": "etf_USMV",
    "etf_mtum": "etf_MTUM",
}


def test_the_bundle_stays_small() -> None:
    assert bundled_us().stat().st_size < 700 * 1024


def test_every_series_is_named_in_the_notice_with_its_package() -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    labels = pl.read_parquet(bundled_us(), columns=["series", "source"]).unique()

    assert [word for word in (*labels["series"], *labels["source"].unique()) if word not in notice] == []


def test_the_bundle_imports_without_a_finding_and_has_gaps_only_where_other_markets_closed(tmp_path: Path) -> None:
    calendars = ExchangeCalendars(last_day=date(2027, 12, 31))
    store = ParquetStore(tmp_path, calendars)
    importer = FileImporter(store, calendars)

    plan = importer.plan(ImportOrder(bundled_us(), datetime(2026, 1, 1, tzinfo=UTC), market=BUNDLED_MARKET))
    store.append(plan)

    coverage = store.coverage("US")
    assert (plan.findings, plan.new_rows) == ((), coverage["rows"].sum())
    assert coverage.filter(pl.col("missing") > 0)["name"].to_list() == ["us10y", "us2y", "us3m", "wti"]


@pytest.mark.shared
@pytest.mark.skipif(not SAMPLE.exists(), reason="the shared data folder is absent")
def test_every_value_equals_the_shared_sample() -> None:
    bundle = pl.read_parquet(bundled_us())
    sample = pl.read_parquet(SAMPLE).with_columns(pl.col("date").cast(pl.Date))
    names = {OTHER_NAMES.get(name, name): name for name in bundle["series"].unique()}
    expected = (
        sample.select("date", *names)
        .rename(names)
        .unpivot(index="date", variable_name="series", value_name="expected")
        .drop_nulls("expected")
    )

    compared = bundle.join(expected, on=["series", "date"], how="full", coalesce=True)
    differing = compared.filter(~((pl.col("value") - pl.col("expected")).abs() < 1e-12).fill_null(False))

    assert differing.select("series", "date").sort("series").rows() == [
        ("advances", date(1990, 1, 2)),
        ("declines", date(1990, 1, 2)),
    ]
