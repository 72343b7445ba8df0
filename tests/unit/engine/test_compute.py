"""Readings: scores, weights, coverage, proxies, carried scores, what was known when."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import polars as pl
import pytest

from dart_batch.application.ports.market_data import QUOTE_SCHEMA, SERIES_SCHEMA
from dart_batch.domain.index.definition import Definition
from dart_batch.domain.index.errors import UnknownSession
from dart_batch.domain.index.level import Level, level_of
from dart_batch.engine.axis import SessionAxis
from dart_batch.engine.compute import compute
from dart_batch.engine.lineage import lineage
from dart_batch.engine.lookback import lookback_sessions
from dart_batch.engine.schema import QUOTE_COLUMNS, READING_SCHEMA, SERIES_COLUMNS
from engine_frames import (
    axis_of,
    definition_of,
    moment,
    observation,
    quote,
    quote_frame,
    series_frame,
    sessions,
)

RISING = [float(number) for number in range(8)]
PROXY = '\n[[component.proxy]]\nnote = "b in place of a"\nformula = "b"\n'


def readings(definition: Definition, series: pl.DataFrame, days: int = 8, **rest: Any) -> pl.DataFrame:
    return compute(definition, axis_of(sessions(days)), series, **rest)


def component(frame: pl.DataFrame, row: int, name: str) -> dict[str, Any]:
    part: dict[str, Any] = json.loads(frame["components"][row])[name]
    return part


def test_the_columns_agree_with_those_of_the_market_data_port() -> None:
    assert {name: SERIES_SCHEMA[name] for name in SERIES_COLUMNS} == SERIES_COLUMNS
    assert {name: QUOTE_SCHEMA[name] for name in QUOTE_COLUMNS} == QUOTE_COLUMNS


def test_every_wanted_session_gets_exactly_one_row_of_the_schema() -> None:
    definition = definition_of({"a": "a"})
    days = sessions(8)

    frame = readings(definition, series_frame({"a": RISING}), wanted=(days[3], days[6]))

    assert dict(frame.schema) == READING_SCHEMA
    assert frame["session"].to_list() == days[3:7]


def test_no_wanted_session_is_no_row() -> None:
    frame = readings(
        definition_of({"a": "a"}), series_frame({"a": RISING}), wanted=(date(1990, 1, 1), date(1990, 2, 1))
    )

    assert frame.is_empty()
    assert dict(frame.schema) == READING_SCHEMA


def test_the_value_is_the_weighted_mean_of_the_scores() -> None:
    frame = readings(definition_of({"a": "a", "b": "b"}), series_frame({"a": RISING, "b": [*RISING[:7], 3.0]}))

    assert frame["value"].to_list() == [None] * 4 + [100.0, 100.0, 100.0, (100.0 + 12.5) / 2]
    assert frame["level"].to_list() == [None] * 4 + ["EXTREME_GREED"] * 3 + ["GREED"]
    assert component(frame, 7, "b") == {
        "raw": 3.0,
        "score": 12.5,
        "weight": 0.5,
        "effectiveWeight": 0.5,
        "contribution": 6.25,
        "coverage": 1.0,
        "source": "observed",
        "imputed": 0,
        "indicators": {"b": {"raw": 3.0, "score": 12.5, "source": "observed"}},
    }


def test_a_missing_component_is_null_and_its_weight_goes_openly_to_the_others() -> None:
    frame = readings(definition_of({"a": "a", "b": "b", "c": "c"}), series_frame({"a": RISING, "b": RISING[::-1]}))

    missing, present = component(frame, 7, "c"), component(frame, 7, "a")
    assert (missing["raw"], missing["score"], missing["effectiveWeight"], missing["source"]) == (None,) * 4
    assert (missing["coverage"], missing["weight"]) == (0.0, pytest.approx(1 / 3))
    assert present["effectiveWeight"] == 0.5
    assert frame["coverage"][7] == pytest.approx(2 / 3)
    assert frame["value"][7] == 50.0


def test_a_value_below_the_minimum_coverage_is_withheld_with_its_reason() -> None:
    names = {"a": "a", "b": "b", "c": "c", "d": "d", "e": "e"}
    enough = readings(definition_of(names, minimum=0.4), series_frame({"a": RISING, "b": RISING}))
    too_little = readings(definition_of(names), series_frame({"a": RISING, "b": RISING}))

    assert enough["value"][7] == 100.0
    assert enough["withheld_reason"][7] is None
    assert too_little["value"][7] is None
    assert too_little["level"][7] is None
    assert too_little["withheld_reason"][7] == "coverage 0.40 is below the minimum 0.50: c, d, e missing"


def test_a_coverage_of_exactly_the_minimum_is_enough() -> None:
    sevenths = definition_of({name: name for name in "abcdefg"}, minimum=1.0)

    frame = readings(sevenths, series_frame({name: RISING for name in "abcdefg"}))

    assert frame["value"][7] == pytest.approx(100.0)
    assert frame["coverage"][7] == 1.0


def test_nothing_at_all_is_withheld_and_never_neutral() -> None:
    frame = readings(definition_of({"a": "a"}, minimum=0.0), series_frame({}))

    assert frame["value"].null_count() == 8
    assert frame["coverage"].to_list() == [0.0] * 8


def test_levels_in_readings_are_those_of_the_domain() -> None:
    definition = definition_of({"a": "a"}, window=21)
    column = [float((number * 37) % 101) for number in range(121)]
    frame = readings(definition, series_frame({"a": column}), days=121).drop_nulls("value")

    assert {25.0, 45.0, 55.0, 75.0} <= set(frame["value"])
    assert frame["level"].to_list() == [level_of(value, definition.levels).value for value in frame["value"]]
    assert set(frame["level"]) == set(Level)


def test_a_proxy_is_used_and_marked_only_where_the_observed_score_is_missing() -> None:
    definition = definition_of({"a": "a"}, fill=0.8, more=PROXY)
    frame = readings(definition, series_frame({"a": [*RISING[:6], None, 7.0], "b": RISING[::-1]}))

    found = [component(frame, row, "a") for row in (5, 6, 7)]
    assert [part["source"] for part in found] == ["observed", "proxy:b in place of a", "observed"]
    assert [part["score"] for part in found] == [100.0, 0.0, 100.0]
    assert found[1]["raw"] == 1.0


def test_a_proxy_is_scored_in_its_own_past() -> None:
    definition = definition_of({"a": "a"}, more=PROXY)
    thousandfold = series_frame({"a": RISING[:6], "b": [1000.0 * (8 - number) for number in range(8)]})

    assert component(readings(definition, thousandfold), 7, "a")["score"] == 0.0


def test_a_component_is_the_mean_of_its_present_indicators() -> None:
    more = '\n[[component]]\nname = "two"\nweight = 1\n' + "".join(
        f'\n[[component.indicator]]\nname = "{name}"\ndirection = "greed"\nformula = "{name}"\n' for name in "bc"
    )
    definition = definition_of({"a": "a"}, more=more)

    both = readings(definition, series_frame({"a": RISING, "b": RISING, "c": RISING[::-1]}))
    one = readings(definition, series_frame({"a": RISING, "c": RISING[::-1]}))

    assert (component(both, 7, "two")["score"], component(both, 7, "two")["coverage"]) == (50.0, 1.0)
    assert (component(one, 7, "two")["score"], component(one, 7, "two")["coverage"]) == (0.0, 0.5)
    assert component(one, 7, "two")["raw"] is None
    assert one["coverage"][7] == 1.0


def test_a_hole_is_not_filled_from_either_side() -> None:
    holed = series_frame({"a": [0.0, 1.0, 2.0, None, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]})

    strict = readings(definition_of({"a": "a"}), holed, days=10)
    lenient = readings(definition_of({"a": "a"}, fill=0.8), holed, days=10)

    assert strict["value"].to_list() == [None] * 8 + [100.0, 100.0]
    assert lenient["value"].to_list() == [None] * 4 + [100.0] * 6


class TestCarrying:
    """Own rows: a component without a row keeps its last score for at most `carry` sessions."""

    definition = definition_of({"a": "a", "b": "b"}, rows="own", carry=3, minimum=1.0)

    def test_a_missing_row_carries_the_last_score_and_says_so(self) -> None:
        frame = readings(self.definition, series_frame({"a": RISING, "b": [*RISING[:6], None, None]}))

        assert [component(frame, row, "b")["imputed"] for row in (5, 6, 7)] == [0, 1, 2]
        assert frame["value"].to_list()[5:] == [100.0] * 3

    def test_a_score_is_carried_three_sessions_and_no_fourth(self) -> None:
        series = series_frame({"a": [float(number) for number in range(12)], "b": [*RISING, None, None, None, None]})
        frame = readings(self.definition, series, days=12)

        assert [component(frame, row, "b")["imputed"] for row in range(8, 12)] == [1, 2, 3, 0]
        assert frame["value"][10] == 100.0
        assert frame["withheld_reason"][11] == "coverage 0.50 is below the minimum 1.00: b missing"

    def test_windows_count_rows_and_not_sessions(self) -> None:
        every_other = [float(n) if n % 2 == 0 else None for n in range(10)]
        frame = readings(self.definition, series_frame({"a": every_other, "b": every_other}), days=10)

        assert frame["value"].is_not_null().to_list() == [False] * 8 + [True] * 2

    def test_a_row_of_a_day_without_session_counts_in_windows_and_is_carried_from(self) -> None:
        days = [day for day in sessions(9) if day != sessions(9)[4]]
        full = series_frame({"a": [*RISING, 8.0], "b": [0.0, 1.0, 2.0, 3.0, 4.0, None, 6.0, 7.0, 8.0]}, sessions(9))

        frame = compute(self.definition, axis_of(days), full)

        assert component(frame, 4, "a")["imputed"] == 0
        assert component(frame, 4, "b") | {"indicators": 0} == {
            **component(frame, 4, "b"),
            "indicators": 0,
            "raw": 4.0,
            "imputed": 1,
        }
        assert frame["value"].is_not_null().to_list() == [False] * 4 + [True] * 4

    def test_formulas_of_two_series_use_the_days_both_have(self) -> None:
        definition = definition_of({"a": "a - b"}, rows="own", window=3)
        series = series_frame({"a": [1.0, 2.0, None, 4.0], "b": [None, 0.0, 1.0, 1.0]})
        with_third = pl.concat([series, series_frame({"a": [9.0], "b": [1.0]}, [sessions(5)[4]])])

        assert compute(definition, axis_of(sessions(5)), with_third)["value"].to_list() == [None] * 4 + [100.0]


def test_sessions_can_carry_a_score_too() -> None:
    definition = definition_of({"a": "a"}, carry=1)

    frame = readings(definition, series_frame({"a": [*RISING[:6], None, None]}))

    assert frame["value"].to_list()[5:] == [100.0, 100.0, None]
    assert component(frame, 6, "a")["imputed"] == 1


class TestKnownWhen:
    definition = definition_of({"a": "a"}, window=3, fill=0.6)

    def test_an_observation_known_after_the_as_of_counts_from_the_next_session(self) -> None:
        days = sessions(6)
        rows = [observation("a", day, float(n), moment(day, 18) + timedelta(hours=1)) for n, day in enumerate(days)]

        frame = compute(self.definition, axis_of(days), pl.DataFrame(rows, schema=SERIES_COLUMNS))

        assert [component(frame, row, "a")["raw"] for row in range(6)] == [None, None, 1.0, 2.0, 3.0, 4.0]

    def test_known_exactly_at_the_as_of_is_known(self) -> None:
        days = sessions(6)
        rows = [observation("a", day, float(n), moment(day, 18)) for n, day in enumerate(days)]

        frame = compute(self.definition, axis_of(days), pl.DataFrame(rows, schema=SERIES_COLUMNS))

        assert component(frame, 5, "a")["raw"] == 5.0

    def test_a_us_close_is_not_used_on_the_same_korean_date(self) -> None:
        seoul = timezone(timedelta(hours=9))
        days = sessions(6)
        axis = SessionAxis.build(days, [datetime(d.year, d.month, d.day, 18, tzinfo=seoul) for d in days])
        closes = [observation("a", day, float(n), moment(day, 21)) for n, day in enumerate(days)]

        frame = compute(self.definition, axis, pl.DataFrame(closes, schema=SERIES_COLUMNS))

        assert component(frame, 5, "a")["raw"] == 4.0

    def test_of_two_rows_landing_on_one_session_the_later_day_stands(self) -> None:
        days = [sessions(7)[n] for n in (0, 1, 2, 5, 6)]
        month_end = [observation("a", day, float(n)) for n, day in enumerate(sessions(7))]

        frame = compute(self.definition, axis_of(days), pl.DataFrame(month_end, schema=SERIES_COLUMNS))

        assert [component(frame, row, "a")["raw"] for row in range(5)] == [None, 1.0, 2.0, 5.0, 6.0]

    def test_a_month_average_known_in_the_next_month_is_not_used_in_its_own(self) -> None:
        days = sessions(60)
        average = observation("a", days[0], 1.0, datetime(2020, 2, 1, tzinfo=UTC))

        frame = compute(definition_of({"a": "a"}, window=2, fill=0.5), axis_of(days), pl.DataFrame([average]))

        raws = [component(frame, row, "a")["raw"] for row in range(60)]
        assert not any(raws[:31])

    def test_a_revision_changes_readings_from_the_moment_it_was_known(self) -> None:
        days = sessions(9)
        series = series_frame({"a": [0.0, 5.0, 2.0, 3.0, 4.0, 3.5, 6.0, 4.5, 8.0]})
        revised = pl.concat([series, pl.DataFrame([observation("a", days[3], 99.0, moment(days[5]))], series.schema)])
        definition = definition_of({"a": "a"}, window=4)

        before, after = compute(definition, axis_of(days), series), compute(definition, axis_of(days), revised)

        assert before[:5].equals(after[:5])
        assert [component(frame, 5, "a")["score"] for frame in (before, after)] == [pytest.approx(200 / 3), 100 / 3]
        assert [component(frame, 4, "a")["score"] for frame in (before, after)] == [pytest.approx(200 / 3)] * 2
        assert before[7:].equals(after[7:])

    def test_a_revision_of_a_quote_changes_readings_from_the_moment_it_was_known(self) -> None:
        days = sessions(8)
        closes = [100.0, 101, 102, 101, 103, 104, 103, 105]
        rows = [quote("A", day, close) for day, close in zip(days, closes, strict=True)]
        definition = definition_of({"a": "quotes.mean_return"}, window=4)
        late = quote("A", days[4], 100.0, known_at=moment(days[6]))

        before = readings(definition, series_frame({}), quotes=quote_frame(rows))
        after = readings(definition, series_frame({}), quotes=quote_frame([*rows, late]))

        assert before[:6].equals(after[:6])
        assert not before[6:].equals(after[6:])
        assert component(before, 6, "a")["score"] != component(after, 6, "a")["score"]

    def test_a_late_quote_stands_on_the_session_it_was_known_by(self) -> None:
        days = sessions(4)
        rows = [quote("A", days[0], 100), quote("A", days[1], 110, known_at=moment(days[2], 9))]
        definition = definition_of({"a": "quotes.traded"}, window=3, fill=0.6)

        frame = compute(definition, axis_of(days), series_frame({}), quote_frame(rows))

        assert [component(frame, row, "a")["indicators"]["a"]["raw"] for row in range(4)] == [None, None, 1.0, None]


def test_series_of_other_names_do_not_matter() -> None:
    definition = definition_of({"a": "a"})
    alone, among = series_frame({"a": RISING}), series_frame({"z": RISING, "a": RISING, "0": RISING})

    assert readings(definition, alone).equals(readings(definition, among))


class TestLineage:
    definition = definition_of({"a": "mean(a, 2)", "b": "b + quotes.advances"}, window=3)
    days = sessions(8)
    series = series_frame({"a": RISING, "b": [*RISING[:5], None, 6.0, 7.0]})
    quotes = quote_frame([quote(t, day, 100 + n % 2) for t in "XY" for n, day in enumerate(sessions(8))])

    def test_a_reading_leads_to_its_observations(self) -> None:
        found = lineage(self.definition, axis_of(self.days), self.days[7], self.series, self.quotes)

        assert [(part.name, part.first, part.last, part.rows) for part in found.inputs] == [
            ("a", self.days[4], self.days[7], 4),
            ("b", self.days[6], self.days[7], 2),
            ("quotes", self.days[4], self.days[7], 8),
        ]
        assert all(len(part.hash) == 32 for part in found.inputs)

    def test_the_combined_hash_is_the_readings(self) -> None:
        frame = compute(self.definition, axis_of(self.days), self.series, self.quotes)

        for session, expected in zip(frame["session"], frame["input_hash"], strict=True):
            found = lineage(self.definition, axis_of(self.days), session, self.series, self.quotes)
            assert found.input_hash == expected

    def test_the_hash_is_the_same_on_every_machine(self) -> None:
        frame = compute(self.definition, axis_of(self.days), self.series, self.quotes)

        assert frame["input_hash"][7] == "d73404b83a39038a9ea201095d2b7a32"

    @pytest.mark.parametrize("change", ["value", "known_at", "definition", "quote"])
    def test_the_hash_changes_with_every_input(self, change: str) -> None:
        series, quotes, definition = self.series, self.quotes, self.definition
        last = pl.col("session") == self.days[6]
        if change == "value":
            series = series.with_columns(value=pl.when(last).then(pl.col("value") + 1e-9).otherwise("value"))
        if change == "known_at":
            series = series.with_columns(
                known_at=pl.when(last).then(pl.col("known_at").dt.offset_by("1s")).otherwise("known_at")
            )
        if change == "quote":
            quotes = quotes.with_columns(volume=pl.when(last).then(pl.col("volume") + 1).otherwise("volume"))
        if change == "definition":
            definition = definition_of({"a": "mean(a, 2)", "b": "b - quotes.advances"}, window=3)

        before = compute(self.definition, axis_of(self.days), self.series, self.quotes)["input_hash"]
        after = compute(definition, axis_of(self.days), series, quotes)["input_hash"]

        assert before[7] != after[7]
        assert (before[5] == after[5]) is (change != "definition")

    def test_own_rows_have_lineage_too(self) -> None:
        definition = definition_of({"a": "a", "b": "a - b"}, rows="own", window=3, carry=2)
        frame = compute(definition, axis_of(self.days), self.series)

        found = lineage(definition, axis_of(self.days), self.days[6], self.series)

        assert [(part.name, part.first, part.rows) for part in found.inputs] == [
            ("a", self.days[4], 3),
            ("a with a, b", self.days[3], 3),
            ("b with a, b", self.days[3], 3),
        ]
        assert found.input_hash == frame["input_hash"][6]

    def test_a_day_without_session_has_no_reading_to_explain(self) -> None:
        with pytest.raises(UnknownSession, match="1999-01-01"):
            lineage(self.definition, axis_of(self.days), date(1999, 1, 1), self.series)


def test_the_look_back_is_exactly_long_enough() -> None:
    definition = definition_of({"a": "change(a, 3)"}, window=4)
    days, column = sessions(30), [float((n * 7) % 13) + 1 for n in range(30)]
    needed = lookback_sessions(definition)

    whole = compute(definition, axis_of(days), series_frame({"a": column}))[-1]
    short = compute(definition, axis_of(days[-needed:]), series_frame({"a": column}), wanted=(days[-1], days[-1]))

    assert needed == 4 + 3 + 1
    assert short.equals(whole)


@pytest.mark.parametrize("fault", ["length", "zone", "order"])
def test_an_axis_refuses_what_is_no_axis(fault: str) -> None:
    days = sessions(3)
    moments = [moment(day) for day in days]
    given = {
        "length": (days, moments[:2]),
        "zone": (days, [m.replace(tzinfo=None) for m in moments]),
        "order": (days[::-1], moments[::-1]),
    }

    with pytest.raises(ValueError, match="session"):
        SessionAxis.build(*given[fault])
