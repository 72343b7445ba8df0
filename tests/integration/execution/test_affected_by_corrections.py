"""A backfill of exactly the published sessions whose inputs were corrected."""

import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api_desk import Api, furnished
from builders import MINI
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.corrections import AffectedByCorrections
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.errors import InvalidParameters, NothingToDo
from dart_batch.entrypoints.cli.bundled_data import ensure_bundled_data
from fakes.market_data import append, quote_frame, series_frame
from index_desk import DAYS, QUARTER, IndexDesk

READ = ["date", "value", "level", "coverage", "components", "input_hash", "withheld_reason"]
AFFECTED = AffectedByCorrections()
CARRIED = MINI.replace("minimum_coverage", "carry = 2\nminimum_coverage")
OWN_ROWS = MINI.replace('rows = "sessions"', 'rows = "own"')


@pytest.fixture(params=[MINI, CARRIED, OWN_ROWS], ids=["sessions", "carried", "own-rows"])
def desk(request: pytest.FixtureRequest, uow: Callable[[], SqlUnitOfWork], engine: sa.Engine) -> IndexDesk:
    made = IndexDesk.of(uow, engine)
    made.define(request.param.replace("version = 1", "version = 2"))
    made.backfill(definition="mini@2")
    return made


def affected(desk: IndexDesk, **changes: Any) -> BatchJob:
    return desk.backfill(definition="mini@2", details=AFFECTED, **changes)


def written(desk: IndexDesk, job: BatchJob) -> set[date]:
    with desk.uow() as work:
        return set(map(date.fromisoformat, map(str, work.generations.stored(job.id, "KOSPI").sessions)))


def fully(desk: IndexDesk) -> pl.DataFrame:
    desk.backfill(definition="mini@2", overwrite_existing=True)
    return desk.live().select(READ)


def differing(old: pl.DataFrame, new: pl.DataFrame) -> set[date]:
    both = old.join(new, on="date", suffix="_new")
    return set(both.filter(pl.col("input_hash") != pl.col("input_hash_new"))["date"].to_list())


def correct(desk: IndexDesk, name: str, day: date, value: float, known_at: datetime | None = None) -> None:
    append(desk.data, "KOSPI", series_frame([(name, day, value)], known_at=known_at))


def test_a_correction_is_mended_where_a_window_holds_it_and_nowhere_else(
    uow: Callable[[], SqlUnitOfWork], engine: sa.Engine
) -> None:
    desk = IndexDesk.of(uow, engine)
    desk.backfill()
    correct(desk, "alpha", DAYS[20], 55.5)

    job = desk.backfill(details=AFFECTED)

    assert job.plan["runs"] == {"KOSPI": [[str(DAYS[20]), str(DAYS[24])]]}
    assert job.plan["causes"] == {"KOSPI": [f"new or corrected: alpha {DAYS[20]}"]}
    assert {skip["reason"] for skip in job.plan["skips"]} == {"its inputs have not changed"}


def test_without_a_correction_there_is_nothing_to_do(desk: IndexDesk) -> None:
    with pytest.raises(NothingToDo, match="its inputs have not changed"):
        affected(desk)


def test_a_correction_of_what_the_definition_does_not_read_is_nothing_to_do(desk: IndexDesk) -> None:
    correct(desk, "gamma", DAYS[20], 1.0)

    with pytest.raises(NothingToDo):
        affected(desk)


def test_a_correction_that_became_known_after_the_last_session_changes_no_reading(desk: IndexDesk) -> None:
    correct(desk, "alpha", DAYS[20], 55.5, known_at=datetime(2025, 1, 1, tzinfo=UTC))

    with pytest.raises(NothingToDo):
        affected(desk)


def test_sessions_of_another_definition_stay_and_name_it(desk: IndexDesk) -> None:
    desk.promote(desk.recalculate(QUARTER, definition="mini@2", index="mini"))
    correct(desk, "alpha", DAYS[20], 55.5)

    with pytest.raises(NothingToDo, match=r"published by mini@2\+[0-9a-f]{8}; name that definition"):
        affected(desk)


def test_what_was_put_together_anew_is_judged_by_the_observations_its_scores_came_from(desk: IndexDesk) -> None:
    correct(desk, "alpha", DAYS[20], 55.5)
    job = desk.recalculate(QUARTER, definition="mini@2", index="mini")
    desk.promote(job)

    mended = desk.backfill(definition=job.plan["definition"], details=AFFECTED)

    before = desk.live().select(READ)
    desk.backfill(definition=job.plan["definition"], overwrite_existing=True)
    assert written(desk, mended)
    assert desk.live().select(READ).equals(before)


def test_only_sessions_inside_the_range_are_mended(desk: IndexDesk) -> None:
    correct(desk, "alpha", DAYS[20], 55.5)

    job = affected(desk, date_range=DateRange(DAYS[0], DAYS[21]))

    assert written(desk, job) <= {DAYS[20], DAYS[21]}


def test_all_sessions_anew_and_only_the_affected_ones_exclude_each_other(desk: IndexDesk) -> None:
    with pytest.raises(InvalidParameters, match="choose one"):
        affected(desk, overwrite_existing=True)


MOMENTS = st.sampled_from([None, 0, 1, 3, 30])
CORRECTIONS = st.lists(
    st.tuples(
        st.sampled_from(["alpha", "beta"]),
        st.integers(-3, len(DAYS) - 1),
        st.floats(0, 100).map(lambda value: round(value, 1)),
        MOMENTS,
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=CORRECTIONS)
def test_mending_equals_a_full_recompute_and_writes_no_session_too_many(
    desk: IndexDesk, wanted: list[tuple[str, int, float, int | None]]
) -> None:
    before = desk.live().select(READ)
    for name, place, value, days in wanted:
        day = DAYS[place] if place >= 0 else DAYS[0] + timedelta(days=place)
        correct(desk, name, day, value, None if days is None else datetime.combine(day, time(7), UTC) + timedelta(days))

    try:
        sessions = written(desk, affected(desk))
    except NothingToDo:
        sessions = set()

    mended = desk.live().select(READ)
    full = fully(desk)
    assert mended.equals(full.filter(pl.col("date").is_in(mended["date"].implode())))
    assert sessions == differing(before, full)


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    api = furnished(tmp_path_factory.mktemp("bundled"))
    ensure_bundled_data(api.core)
    yield api


def us_backfill(api: Api, **changes: Any) -> dict[str, Any]:
    span = {"startDate": "2004-01-01", "endDate": "2006-12-31"}
    return api.published(targetMarkets=["US"], definition="us", dateRange=span, chunkSize=200, **changes)


def us_live(api: Api) -> pl.DataFrame:
    return api.core.index.readings("US", "us", components=True).select(READ)


def test_on_real_data_mending_equals_a_full_recompute(bundled: Api) -> None:
    us_backfill(bundled)
    before, data, day = us_live(bundled), bundled.core.market_data, date(2005, 6, 15)
    stored = data.series("US", ["spx_close"], until=day, revision=data.revision("US"))
    append(data, "US", stored.filter(pl.col("session") == day).with_columns(value=pl.col("value") * 1.2))

    job = us_backfill(bundled, affectedByCorrections=True)

    mended = us_live(bundled)
    us_backfill(bundled, overwriteExisting=True)
    full = us_live(bundled)
    changed = differing(before, full)
    assert mended.equals(full)
    assert job["plan"]["changed"] == len(changed)
    assert 0 < len(changed) < before.height
    assert job["plan"]["causes"] == {"US": [f"new or corrected: spx_close {day}"]}
    assert job["parameters"]["affectedByCorrections"] is True


def test_an_older_beginning_of_the_data_is_a_correction_of_what_looked_back_to_it(
    uow: Callable[[], SqlUnitOfWork], engine: sa.Engine
) -> None:
    desk = IndexDesk.of(uow, engine)
    desk.backfill()
    append(desk.data, "KOSPI", series_frame([("beta", DAYS[0] - timedelta(days=1), 5.0)]))

    job = desk.backfill(details=AFFECTED)

    mended = desk.live().select(READ)
    desk.backfill(overwrite_existing=True)
    assert written(desk, job)
    assert mended.equals(desk.live().select(READ).filter(pl.col("date") >= DAYS[0]))


STOCKS = """
name = "stocks"
version = 1
title = "Stocks"
rows = "sessions"
as_of = "18:00"
minimum_coverage = 0.5

[levels]
extreme_fear = 25
fear = 45
neutral = 55
greed = 75

[normalisation]
method = "percentile"
window = 5
convention = "midrank"

[stocks]
high_low_window = 8
volatility_window = 6
groups = 2

[[component]]
name = "strength"
weight = 1.0
direction = "greed"
formula = "quotes.new_highs - quotes.new_lows + quotes.volatile_return"
"""
TICKERS = [f"{number:06}" for number in range(6)]


@pytest.fixture
def exchange(uow: Callable[[], SqlUnitOfWork], engine: sa.Engine) -> IndexDesk:
    made = IndexDesk.of(uow, engine)
    made.define(STOCKS)
    rows = [
        (ticker, day, 100.0 + hash_of(ticker, day) % 9, 10 + hash_of(day, ticker) % 5)
        for day in DAYS
        for ticker in TICKERS
    ]
    append(made.data, "KOSPI", quote_frame(rows))
    made.backfill(definition="stocks")
    return made


def hash_of(*parts: object) -> int:
    return zlib.crc32(repr(parts).encode())


def test_a_corrected_price_is_mended_in_the_windows_of_its_stocks(exchange: IndexDesk) -> None:
    before = exchange.live("stocks").select(READ)
    append(exchange.data, "KOSPI", quote_frame([(ticker, DAYS[30], 90.0, 10) for ticker in TICKERS[:2]]))

    job = exchange.backfill(definition="stocks", details=AFFECTED)

    mended = exchange.live("stocks").select(READ)
    exchange.backfill(definition="stocks", overwrite_existing=True)
    full = exchange.live("stocks").select(READ)
    assert job.plan["causes"] == {"KOSPI": [f"new or corrected: quotes {DAYS[30]} (2 observations)"]}
    assert mended.equals(full)
    assert written(exchange, job) == differing(before, full) == set(DAYS[30:42])


def test_prices_that_the_index_does_not_read_change_no_session(exchange: IndexDesk) -> None:
    stored = exchange.data.quotes("KOSPI", until=DAYS[30], revision=exchange.data.revision("KOSPI"), since=DAYS[30])
    append(exchange.data, "KOSPI", stored.collect().with_columns(open=pl.col("open") + 1.0))

    with pytest.raises(NothingToDo):
        exchange.backfill(definition="stocks", details=AFFECTED)
