"""What every observation store promises, run on the fake and on the Parquet store."""

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dart_batch.adapters.market_data.parquet_store import ParquetStore
from dart_batch.application.ports.market_data import (
    CHANGE_SCHEMA,
    COVERAGE_SCHEMA,
    MONTH_SCHEMA,
    QUOTE_SCHEMA,
    SERIES_SCHEMA,
    NoSuchSeries,
    ObservationStore,
)
from fakes.calendar import FakeCalendars
from fakes.market_data import FakeMarketData, append, plan_of, quote_frame, series_frame

FAR = date(2030, 1, 1)
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, MONDAY = (date(2024, 1, day) for day in (2, 3, 4, 5, 8))
LATER = datetime(2024, 1, 20, tzinfo=UTC)


@pytest.fixture(params=["fake", "parquet"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObservationStore:
    if request.param == "fake":
        return FakeMarketData(FakeCalendars())
    return ParquetStore(tmp_path / "observations", FakeCalendars())


def values(store: ObservationStore, revision: int, name: str = "kospi_close", until: date = FAR) -> list[float]:
    return store.series("KOSPI", [name], until=until, revision=revision)["value"].to_list()


def closes(store: ObservationStore, revision: int) -> list[float]:
    quotes = store.quotes("KOSPI", until=FAR, revision=revision).collect()
    return quotes.sort("ticker", "session", "known_at")["close"].to_list()


def test_an_empty_market_answers_with_typed_empty_frames(store: ObservationStore) -> None:
    assert store.revision("KOSPI") == 0
    assert store.markets() == []
    assert_frame_equal(store.series("KOSPI", ["x"], until=FAR, revision=0), pl.DataFrame(schema=SERIES_SCHEMA))
    assert_frame_equal(store.quotes("KOSPI", until=FAR, revision=0).collect(), pl.DataFrame(schema=QUOTE_SCHEMA))
    assert_frame_equal(store.coverage("KOSPI"), pl.DataFrame(schema=COVERAGE_SCHEMA))
    assert_frame_equal(store.coverage_by_month("KOSPI"), pl.DataFrame(schema=MONTH_SCHEMA))


def test_each_batch_of_either_shape_is_one_revision(store: ObservationStore) -> None:
    assert append(store, "KOSPI", series_frame([("kospi_close", TUESDAY, 1.0)])) == 1
    assert append(store, "KOSPI", quote_frame([("005930", TUESDAY, 79600, 10)])) == 2
    assert store.revision("KOSPI") == 2


def test_markets_are_numbered_apart_and_their_case_does_not_matter(store: ObservationStore) -> None:
    append(store, "kospi", series_frame([("kospi_close", TUESDAY, 1.0)]))

    assert append(store, "US", series_frame([("spx_close", TUESDAY, 1.0)])) == 1
    assert store.revision("Kospi") == 1
    assert store.markets() == ["KOSPI", "US"]


def test_series_come_back_sorted_with_their_schema(store: ObservationStore) -> None:
    rows = [("b", WEDNESDAY, 3.0), ("b", TUESDAY, 2.0), ("a", WEDNESDAY, 1.0)]
    append(store, "KOSPI", series_frame(rows))

    frame = store.series("KOSPI", ["b", "a"], until=FAR, revision=1)

    assert frame.schema == SERIES_SCHEMA
    assert frame.select("series", "session", "value").rows() == [
        ("a", WEDNESDAY, 1.0),
        ("b", TUESDAY, 2.0),
        ("b", WEDNESDAY, 3.0),
    ]


def test_unknown_names_have_no_rows(store: ObservationStore) -> None:
    append(store, "KOSPI", series_frame([("kospi_close", TUESDAY, 1.0)]))

    assert store.series("KOSPI", ["vkospi"], until=FAR, revision=1).is_empty()
    assert store.series("KOSPI", [], until=FAR, revision=1).is_empty()


def test_until_cuts_off_what_comes_after_it(store: ObservationStore) -> None:
    days = (TUESDAY, WEDNESDAY, THURSDAY)
    append(store, "KOSPI", series_frame([("kospi_close", day, float(day.day)) for day in days]))
    append(store, "KOSPI", quote_frame([("005930", day, float(day.day), 1) for day in days]))

    quotes = store.quotes("KOSPI", until=WEDNESDAY, revision=2).collect()

    assert values(store, 2, until=WEDNESDAY) == [2.0, 3.0]
    assert sorted(quotes["session"]) == [TUESDAY, WEDNESDAY]
    assert quotes.schema == QUOTE_SCHEMA


def test_an_answer_at_a_revision_never_changes(store: ObservationStore) -> None:
    append(store, "KOSPI", series_frame([("kospi_close", TUESDAY, 1.0)]))
    append(store, "KOSPI", quote_frame([("005930", TUESDAY, 10, 1)]))
    before = values(store, 2), closes(store, 2)

    append(store, "KOSPI", series_frame([("kospi_close", TUESDAY, 9.0), ("kospi_close", WEDNESDAY, 2.0)]))
    append(store, "KOSPI", quote_frame([("005930", TUESDAY, 90, 1), ("005930", WEDNESDAY, 20, 1)]))

    assert (values(store, 2), closes(store, 2)) == before == ([1.0], [10.0])


def test_the_fingerprint_of_a_revision_stays_and_is_another_for_other_content(store: ObservationStore) -> None:
    append(store, "KOSPI", series_frame([("kospi_close", TUESDAY, 1.0)]))
    before = store.fingerprint("KOSPI", 1)
    append(store, "KOSPI", series_frame([("kospi_close", TUESDAY, 9.0)]))

    assert store.fingerprint("KOSPI", 1) == before
    assert len({before, store.fingerprint("KOSPI", 2), store.fingerprint("KOSPI", 0)}) == 3


def test_a_correction_wins_from_its_revision_on(store: ObservationStore) -> None:
    append(store, "KOSPI", series_frame([("kospi_close", TUESDAY, 1.0), ("kospi_close", WEDNESDAY, 2.0)]))
    append(store, "KOSPI", series_frame([("kospi_close", TUESDAY, 5.0)]))
    append(store, "KOSPI", series_frame([("kospi_close", TUESDAY, 7.0)]))

    assert [values(store, revision) for revision in (0, 1, 2, 3)] == [[], [1.0, 2.0], [5.0, 2.0], [7.0, 2.0]]


def test_a_corrected_quote_is_one_row(store: ObservationStore) -> None:
    append(store, "KOSPI", quote_frame([("005930", TUESDAY, 10, 1), ("000660", TUESDAY, 20, 1)]))
    append(store, "KOSPI", quote_frame([("005930", TUESDAY, 10, 2)]))

    quotes = store.quotes("KOSPI", until=FAR, revision=2).select("ticker", "volume").collect()

    assert sorted(quotes.rows()) == [("000660", 1), ("005930", 2)]


def test_vintages_of_one_session_are_all_kept(store: ObservationStore) -> None:
    append(store, "KOSPI", series_frame([("kospi_close", TUESDAY, 1.0)]))
    append(store, "KOSPI", series_frame([("kospi_close", TUESDAY, 1.5)], known_at=LATER))

    assert values(store, 2) == [1.0, 1.5]
    assert store.coverage("KOSPI")["corrections"].to_list() == [0]


def test_equal_rows_are_not_stored_again(store: ObservationStore) -> None:
    rows = series_frame([("kospi_close", TUESDAY, 1.0), ("kospi_close", WEDNESDAY, 2.0)])
    append(store, "KOSPI", rows)

    assert append(store, "KOSPI", rows) == 1
    assert store.unknown("KOSPI", "series", rows).is_empty()


def test_only_the_rows_that_differ_are_unknown(store: ObservationStore) -> None:
    append(store, "KOSPI", quote_frame([("005930", TUESDAY, 10, 1), ("000660", TUESDAY, 20, 1)]))
    again = quote_frame([("005930", TUESDAY, 11, 1), ("000660", TUESDAY, 20, 1), ("005930", WEDNESDAY, 12, 1)])

    unknown = store.unknown("KOSPI", "quotes", again)

    assert unknown.select("ticker", "session", "corrects").rows() == [
        ("005930", TUESDAY, True),
        ("005930", WEDNESDAY, False),
    ]


def test_rows_stored_since_the_plan_was_made_are_left_out(store: ObservationStore) -> None:
    plan = plan_of(store, "KOSPI", series_frame([("kospi_close", TUESDAY, 1.0), ("kospi_close", WEDNESDAY, 2.0)]))
    append(store, "KOSPI", series_frame([("kospi_close", TUESDAY, 1.0), ("kospi_close", WEDNESDAY, 9.0)]))

    revision = store.append(plan)

    assert revision == 2
    assert values(store, 2) == [1.0, 2.0]
    assert store.coverage("KOSPI")["corrections"].to_list() == [1]


def test_a_plan_carried_out_twice_changes_nothing_the_second_time(store: ObservationStore) -> None:
    plan = plan_of(store, "KOSPI", series_frame([("kospi_close", TUESDAY, 1.0)]))

    assert [store.append(plan), store.append(plan)] == [1, 1]


def test_coverage_counts_rows_missing_sessions_corrections_and_sources(store: ObservationStore) -> None:
    append(store, "KOSPI", series_frame([("kospi_close", TUESDAY, 1.0), ("kospi_close", MONDAY, 2.0)], source="krx"))
    append(store, "KOSPI", series_frame([("kospi_close", MONDAY, 3.0)], source="file"))
    append(store, "KOSPI", quote_frame([("005930", TUESDAY, 10, 1), ("000660", WEDNESDAY, 10, 1)]))

    coverage = store.coverage("KOSPI")

    assert coverage.schema == COVERAGE_SCHEMA
    assert coverage.rows() == [
        ("kospi_close", "series", TUESDAY, MONDAY, 2, 3, 1, ["file", "krx"]),
        ("quotes", "quotes", TUESDAY, WEDNESDAY, 2, 0, 0, ["test"]),
    ]


def test_gaps_are_the_sessions_between_first_and_last_without_an_observation(store: ObservationStore) -> None:
    append(store, "KOSPI", series_frame([("kospi_close", TUESDAY, 1.0), ("kospi_close", MONDAY, 2.0)]))
    append(store, "KOSPI", quote_frame([("005930", TUESDAY, 10, 1), ("005930", THURSDAY, 10, 1)]))

    assert store.gaps("KOSPI", "kospi_close") == [WEDNESDAY, THURSDAY, FRIDAY]
    assert store.gaps("KOSPI", "quotes") == [WEDNESDAY]


def test_gaps_of_an_unknown_name_are_refused(store: ObservationStore) -> None:
    with pytest.raises(NoSuchSeries):
        store.gaps("KOSPI", "vkospi")


def test_coverage_by_month_sets_observations_against_sessions(store: ObservationStore) -> None:
    append(store, "KOSPI", series_frame([("a", date(2024, 1, 30), 1.0), ("a", date(2024, 3, 1), 2.0)]))

    months = store.coverage_by_month("KOSPI")

    assert months.schema == MONTH_SCHEMA
    assert months.rows() == [
        ("a", date(2024, 1, 1), 1, 23),
        ("a", date(2024, 2, 1), 0, 21),
        ("a", date(2024, 3, 1), 1, 21),
    ]


def test_an_extent_looks_only_at_what_is_named_and_at_the_revision(store: ObservationStore) -> None:
    append(store, "KOSPI", series_frame([("kospi_close", WEDNESDAY, 1.0), ("vkospi", TUESDAY, 20.0)]))
    append(store, "KOSPI", quote_frame([("005930", THURSDAY, 79600, 10), ("005930", FRIDAY, 79700, 10)]))

    def extent(*names: str, quotes: bool = False, revision: int = 2) -> tuple[date, date] | None:
        return store.extent("KOSPI", names, quotes=quotes, revision=revision)

    def of_all(*, quotes: bool = False, revision: int = 2) -> tuple[date, date] | None:
        return store.extent("KOSPI", None, quotes=quotes, revision=revision)

    assert extent("kospi_close") == (WEDNESDAY, WEDNESDAY)
    assert extent("kospi_close", quotes=True) == (WEDNESDAY, FRIDAY)
    assert extent("kospi_close", quotes=True, revision=1) == (WEDNESDAY, WEDNESDAY)
    assert extent(quotes=True) == (THURSDAY, FRIDAY)
    assert extent("unknown") is None
    assert extent("kospi_close", quotes=True, revision=0) is None
    assert (of_all(), of_all(quotes=True)) == ((TUESDAY, WEDNESDAY), (TUESDAY, FRIDAY))
    assert of_all(quotes=True, revision=0) is None


def test_quotes_can_be_asked_for_from_a_day_on(store: ObservationStore) -> None:
    append(store, "KOSPI", quote_frame([("005930", TUESDAY, 79600, 10)]))
    append(store, "KOSPI", quote_frame([("005930", WEDNESDAY, 77000, 12), ("005930", THURSDAY, 76600, 9)]))

    quotes = store.quotes("KOSPI", since=WEDNESDAY, until=WEDNESDAY, revision=2).collect()

    assert quotes["volume"].to_list() == [12]


def test_a_batch_encoded_ahead_is_stored_as_it_is(store: ObservationStore) -> None:
    plan = plan_of(store, "KOSPI", quote_frame([("005930", TUESDAY, 79600, 10)]))

    revision = store.append(plan, store.encoded(plan))

    assert store.quotes("KOSPI", until=FAR, revision=revision).collect()["close"].to_list() == [79600]


def test_what_changed_since_a_batch_was_encoded_is_not_overlooked(store: ObservationStore) -> None:
    rows = [("005930", TUESDAY, 79600, 10), ("000660", TUESDAY, 142400, 7)]
    plan = plan_of(store, "KOSPI", quote_frame(rows))
    ahead = store.encoded(plan)
    append(store, "KOSPI", quote_frame([("005930", TUESDAY, 79600, 10), ("000660", TUESDAY, 142400, 8)]))

    revision = store.append(plan, ahead)

    stored = store.quotes("KOSPI", until=FAR, revision=revision).collect().sort("ticker")
    assert stored.select("ticker", "volume").rows() == [("000660", 7), ("005930", 10)]
    assert store.coverage("KOSPI")["corrections"].to_list() == [1]


def test_changes_tell_what_later_batches_brought_and_since_when_it_was_known(store: ObservationStore) -> None:
    append(store, "KOSPI", series_frame([("kospi_close", TUESDAY, 1.0), ("vkospi", TUESDAY, 20.0)]))
    append(store, "KOSPI", series_frame([("kospi_close", TUESDAY, 2.0), ("kospi_close", WEDNESDAY, 3.0)]))
    append(store, "KOSPI", series_frame([("kospi_close", TUESDAY, 4.0)], known_at=LATER))
    append(store, "KOSPI", quote_frame([("005930", TUESDAY, 79600, 10), ("000660", TUESDAY, 140000, 5)]))

    found = store.changes("KOSPI", ["kospi_close"], quotes=True, after=1, revision=4)
    closed = datetime(2024, 1, 2, 6, 30, tzinfo=UTC)

    assert found.schema == CHANGE_SCHEMA
    assert found.rows() == [
        (2, "kospi_close", TUESDAY, 1, closed, LATER),
        (2, "kospi_close", WEDNESDAY, 1, closed.replace(day=3), closed.replace(day=3)),
        (3, "kospi_close", TUESDAY, 1, LATER, LATER),
        (4, "quotes", TUESDAY, 2, closed, closed),
    ]


def test_changes_leave_out_other_series_stocks_and_later_batches(store: ObservationStore) -> None:
    append(store, "KOSPI", series_frame([("kospi_close", TUESDAY, 1.0)]))
    append(store, "KOSPI", quote_frame([("005930", TUESDAY, 79600, 10)]))
    append(store, "KOSPI", series_frame([("vkospi", TUESDAY, 20.0)]))

    assert store.changes("KOSPI", ["vkospi"], quotes=False, after=0, revision=2).is_empty()
    assert store.changes("KOSPI", ["kospi_close"], quotes=False, after=1, revision=3).is_empty()
