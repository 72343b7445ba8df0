"""What only the Parquet store has to prove: files, crashes, writers at the same time, folders that refuse."""

import json
import os
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dart_batch.adapters.market_data.parquet_store import ParquetStore
from dart_batch.application.ports.calendar import UnknownMarket
from dart_batch.application.ports.market_data import BatchUnreadable, StoreNotWritable
from fakes.calendar import FakeCalendars
from fakes.market_data import append, plan_of, quote_frame, series_frame

DAY, NEXT, FAR = date(2024, 1, 2), date(2024, 1, 3), date(2030, 1, 1)


def store_in(folder: Path) -> ParquetStore:
    return ParquetStore(folder, FakeCalendars())


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.parquet"))


def test_batches_of_both_shapes_share_one_sequence_of_numbers(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    append(store, "kospi", series_frame([("a", DAY, 1.0)]))
    append(store, "kospi", quote_frame([("005930", DAY, 1.0, 1)]))

    assert files(tmp_path) == ["KOSPI/quotes/000002.parquet", "KOSPI/series/000001.parquet"]


def test_a_batch_says_where_it_came_from(tmp_path: Path) -> None:
    append(store_in(tmp_path), "KOSPI", series_frame([("a", DAY, 1.0)]))

    facts = pl.read_parquet_metadata(tmp_path / "KOSPI/series/000001.parquet")["dart_batch"]

    for part in ("observations.csv", "0" * 64, "2024-01-31T09:00:00+00:00", '"rows": 1', '"first": "2024-01-02"'):
        assert part in facts


def test_what_a_crash_left_half_written_is_no_batch_and_is_swept_away(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    append(store, "KOSPI", series_frame([("a", DAY, 1.0)]))
    left = tmp_path / "KOSPI" / ".writing-4711"
    left.write_bytes(b"PAR1 half")

    before = store.revision("KOSPI")
    append(store, "KOSPI", series_frame([("a", NEXT, 1.0)]))

    assert (before, store.revision("KOSPI"), left.exists()) == (1, 2, False)


def test_a_batch_is_never_replaced(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    append(store, "KOSPI", series_frame([("a", DAY, 1.0)]))
    before = (tmp_path / "KOSPI/series/000001.parquet").read_bytes()

    append(store, "KOSPI", series_frame([("a", DAY, 2.0)]))

    assert (tmp_path / "KOSPI/series/000001.parquet").read_bytes() == before


def import_one(folder: Path, place: int) -> int:
    return append(store_in(folder), "KOSPI", series_frame([(f"s{place}", DAY, float(place))]))


def test_importers_at_the_same_time_all_succeed_under_different_numbers(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        numbers = list(pool.map(import_one, [tmp_path] * 8, range(8)))

    store = store_in(tmp_path)
    assert sorted(numbers) == list(range(1, 9))
    assert store.coverage("KOSPI").height == 8


def test_a_reader_sees_only_the_columns_and_days_it_asks_for(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    append(store, "KOSPI", quote_frame([("005930", DAY, 1.0, 1)]))
    append(store, "KOSPI", quote_frame([("005930", date(2024, 2, 1), 1.0, 1)]))

    plan = store.quotes("KOSPI", until=NEXT, revision=2).select("session", "close").explain()

    assert "000002" not in plan
    assert "PROJECT 2/" in plan.replace("*", "").upper()


def test_disjoint_batches_are_read_without_comparing_them(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    append(store, "KOSPI", quote_frame([("005930", DAY, 1.0, 1)]))
    append(store, "KOSPI", quote_frame([("000660", DAY, 1.0, 1)]))
    plain = store.quotes("KOSPI", until=FAR, revision=2).explain()

    append(store, "KOSPI", quote_frame([("000660", DAY, 2.0, 1)]))
    corrected = store.quotes("KOSPI", until=FAR, revision=3).explain()

    assert ("JOIN" in plain, "JOIN" in corrected) == (False, True)


def of_an_earlier_release(folder: Path, rows: pl.DataFrame) -> None:
    """A batch with its tickers as texts, and without a list of them."""
    folder.mkdir(parents=True)
    day = str(rows["session"][0])
    facts = {"rows": rows.height, "corrections": 0, "first": day, "last": day, "file": "old.csv", "sha256": "0" * 64}
    told = json.dumps(facts | {"recorded_at": "2024-01-31T09:00:00+00:00"})
    rows.with_columns(corrects=pl.lit(False)).write_parquet(folder / "000001.parquet", metadata={"dart_batch": told})


def test_batches_of_an_earlier_release_are_read_beside_those_with_listed_tickers(tmp_path: Path) -> None:
    old = quote_frame([("000660", DAY, 1.0, 1), ("005930", DAY, 2.0, 2)])
    new = quote_frame([("005930", NEXT, 3.0, 3), ("035720", NEXT, 4.0, 4)])
    of_an_earlier_release(tmp_path / "KOSPI" / "quotes", old)
    store = store_in(tmp_path)

    append(store, "KOSPI", new.cast({"ticker": pl.Enum(["005930", "035720"])}))
    append(store, "KOSPI", quote_frame([("035720", NEXT, 5.0, 4), ("005930", DAY, 2.5, 2)]))

    stored = store.quotes("KOSPI", until=FAR, revision=3).collect()
    coded = store.quotes("KOSPI", until=FAR, revision=3, coded=True).collect()
    before = store.quotes("KOSPI", until=FAR, revision=2).sort("session", "ticker").collect()
    assert sorted(stored.select("ticker", "close").rows()) == [
        ("000660", 1.0),
        ("005930", 2.5),
        ("005930", 3.0),
        ("035720", 5.0),
    ]
    assert (stored.schema["ticker"], coded.schema["ticker"]) == (pl.String(), pl.Categorical())
    assert_frame_equal(coded.cast({"ticker": pl.String()}), stored, check_row_order=False)
    assert_frame_equal(before, pl.concat([old, new]))
    assert store.coverage("KOSPI")["corrections"].to_list() == [2]
    assert store.changes("KOSPI", [], quotes=True, after=0, revision=3)["rows"].to_list() == [2, 2, 1, 1]


def test_a_root_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = store_in(tmp_path / "file")

    with pytest.raises(StoreNotWritable, match="cannot write to") as refusal:
        append(store, "KOSPI", series_frame([("a", DAY, 1.0)]))

    assert "DART_DATA_DIR" in refusal.value.hint


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write into a read-only folder")
def test_a_read_only_folder_can_be_read_and_refuses_to_be_written(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    append(store, "KOSPI", series_frame([("a", DAY, 1.0)]))
    plan = plan_of(store, "KOSPI", series_frame([("a", NEXT, 1.0)]))
    (tmp_path / "KOSPI").chmod(0o500)

    with pytest.raises(StoreNotWritable):
        store.append(plan)

    assert store.revision("KOSPI") == 1


def test_a_folder_that_does_not_exist_is_an_empty_store(tmp_path: Path) -> None:
    store = store_in(tmp_path / "absent")

    assert (store.markets(), store.revision("KOSPI")) == ([], 0)
    assert not (tmp_path / "absent").exists()


def test_a_damaged_batch_is_named(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    append(store, "KOSPI", series_frame([("a", DAY, 1.0)]))
    (tmp_path / "KOSPI/series/000001.parquet").write_bytes(b"PAR1")

    with pytest.raises(BatchUnreadable, match=r"000001\.parquet"):
        store_in(tmp_path).series("KOSPI", ["a"], until=FAR, revision=1)


def test_a_market_is_never_a_path(tmp_path: Path) -> None:
    with pytest.raises(UnknownMarket):
        store_in(tmp_path).revision("../KOSPI")


def test_other_folders_beside_the_markets_are_no_markets(tmp_path: Path) -> None:
    (tmp_path / ".cache").mkdir()
    (tmp_path / "EXPORTS").mkdir()

    assert store_in(tmp_path).markets() == []
