"""Report statistics against plain Python."""

import json
import random
import statistics
from datetime import date, timedelta

import polars as pl
import pytest

from dart_batch.domain.index.level import Level, level_of
from dart_batch.engine.report.contributions import component_summary, component_values
from dart_batch.engine.report.distribution import distribution, level_changes
from dart_batch.engine.report.forward_returns import closing_prices, forward_returns
from dart_batch.engine.report.study import study
from dart_batch.engine.report.summary import summary_of
from dart_batch.engine.report.turning_points import extremes, turning_points

BOUNDS = (25.0, 45.0, 55.0, 75.0)
START = date(2020, 1, 1)


def days(count: int) -> list[date]:
    return [START + timedelta(days=offset) for offset in range(count)]


def history(values: list[float | None]) -> pl.DataFrame:
    levels = [None if value is None else level_of(value, BOUNDS).value for value in values]
    rows = {"session": days(len(values)), "value": values, "level": levels, "coverage": [0.5] * len(values)}
    schema = {"session": pl.Date, "value": pl.Float64, "level": pl.String, "coverage": pl.Float64}
    return pl.DataFrame(rows, schema=schema)


def walk(seed: int, count: int = 300) -> list[float | None]:
    """A random walk in whole points, so that equal values occur, with a tenth withheld."""
    dice, value, found = random.Random(seed), 50, []
    for _ in range(count):
        value = min(100, max(0, value + dice.randint(-9, 9)))
        found.append(None if dice.random() < 0.1 else float(value))
    return found


@pytest.mark.parametrize("seed", range(5))
def test_a_summary_is_that_of_the_values_that_are_there(seed: int) -> None:
    values = walk(seed)
    present = [value for value in values[10:60] if value is not None]

    found = summary_of(history(values), days(300)[10], days(300)[59])

    assert (found.sessions, found.published, found.withheld) == (50, len(present), 50 - len(present))
    assert (found.opening, found.closing, found.lowest, found.highest) == (
        present[0],
        present[-1],
        min(present),
        max(present),
    )
    assert found.mean == pytest.approx(statistics.mean(present))
    assert found.median == pytest.approx(statistics.median(present))
    assert found.deviation == pytest.approx(statistics.stdev(present))


def test_a_period_without_a_value_has_no_figures() -> None:
    found = summary_of(history([None, None]), START, START + timedelta(days=40))

    assert (found.sessions, found.published, found.mean, found.closing, found.deviation) == (2, 0, None, None, None)


@pytest.mark.parametrize("seed", range(5))
def test_the_distribution_counts_each_level_and_its_longest_run(seed: int) -> None:
    values = walk(seed)
    present = [value for value in values if value is not None]

    found = {row["level"]: row for row in distribution(history(values)).iter_rows(named=True)}

    assert list(found) == [level.value for level in Level]
    for level in Level:
        mine = [value for value in present if level_of(value, BOUNDS) is level]
        assert found[level]["sessions"] == len(mine)
        assert found[level]["share"] == pytest.approx(len(mine) / len(present))
        assert found[level]["longest_run"] == longest_run(values, level)


def longest_run(values: list[float | None], level: Level) -> int:
    best = run = 0
    for value in values:
        run = run + 1 if value is not None and level_of(value, BOUNDS) is level else 0
        best = max(best, run)
    return best


def test_shares_are_missing_where_nothing_is_published() -> None:
    assert distribution(history([None]))["share"].to_list() == [None] * 5


def test_a_change_of_level_is_found_across_a_withheld_session() -> None:
    found = level_changes(history([50.0, None, 80.0, 81.0, None, 81.0]))

    assert found.rows() == [(days(3)[2], 80.0, "NEUTRAL", "EXTREME_GREED")]


def test_extremes_come_from_their_end_on_and_equal_ones_by_day() -> None:
    found = extremes(history([30.0, 10.0, None, 90.0, 10.0, 20.0]), 2)

    assert found.select("kind", "session", "value").rows() == [
        ("BOTTOM", days(6)[1], 10.0),
        ("BOTTOM", days(6)[4], 10.0),
        ("TOP", days(6)[3], 90.0),
        ("TOP", days(6)[0], 30.0),
    ]


@pytest.mark.parametrize("seed", range(8))
def test_turning_points_are_those_of_a_plain_search(seed: int) -> None:
    values = walk(seed)
    present = [(day, value) for day, value in zip(days(300), values, strict=True) if value is not None]
    expected = []
    for place in range(7, len(present) - 7):
        value = present[place][1]
        before = [one for _, one in present[place - 7 : place]]
        after = [one for _, one in present[place + 1 : place + 8]]
        if value > max(before) and value >= max(after):
            expected.append(("TOP", present[place][0], value))
        if value < min(before) and value <= min(after):
            expected.append(("BOTTOM", present[place][0], value))

    found = turning_points(history(values), START, days(300)[-1], reach=7)

    assert found.select("kind", "session", "value").rows() == expected
    assert expected


def test_the_last_days_are_not_judged_before_enough_has_followed() -> None:
    values: list[float | None] = [*map(float, range(20)), 5.0, 4.0]

    assert turning_points(history(values), START, days(22)[-1], reach=3).height == 0
    assert turning_points(history([*values, 3.0]), START, days(23)[-1], reach=3)["value"].to_list() == [19.0]


@pytest.mark.parametrize("seed", range(3))
def test_forward_returns_are_those_of_a_plain_loop(seed: int) -> None:
    dice, values = random.Random(seed), walk(seed)
    closes = [100.0]
    for _ in range(299):
        closes.append(closes[-1] * (1 + dice.gauss(0, 0.01)))
    prices = pl.DataFrame({"session": days(300), "close": closes})
    until = days(300)[250]

    found = forward_returns(history(values), prices, until, (1, 20))

    for row in found.iter_rows(named=True):
        changes = [
            closes[place + row["horizon"]] / closes[place] - 1
            for place in range(251 - row["horizon"])
            if values[place] is not None and level_of(values[place] or 0.0, BOUNDS) == row["level"]
        ]
        assert row["sessions"] == len(changes)
        if changes:
            assert row["mean"] == pytest.approx(statistics.mean(changes), abs=1e-8)
            assert row["median"] == pytest.approx(statistics.median(changes))
            assert row["positive"] == pytest.approx(sum(change > 0 for change in changes) / len(changes))


def test_a_price_behind_the_end_changes_no_forward_return() -> None:
    values = walk(1, 60)
    prices = pl.DataFrame({"session": days(60), "close": [100.0 + place for place in range(60)]})
    later = prices.with_columns(close=pl.when(pl.col("session") > days(60)[40]).then(1.0).otherwise("close"))

    known, altered = (forward_returns(history(values), given, days(60)[40]) for given in (prices, later))

    assert known.equals(altered)


def test_of_several_vintages_the_last_one_counts_and_no_price_of_zero() -> None:
    moments = [pl.datetime(2020, 1, day) for day in (1, 3, 2, 2)]
    sessions = [START, START, START, START + timedelta(days=1)]
    frame = pl.DataFrame({"session": sessions, "value": [1.0, 2.0, 3.0, 0.0]})
    seen = pl.select(pl.concat([moment.reshape((1,)) for moment in moments])).to_series()

    assert closing_prices(frame.with_columns(known_at=seen)).rows() == [(START, 2.0)]


def readings_with(components: list[dict[str, dict[str, float | None]]]) -> pl.DataFrame:
    texts = [json.dumps(one) for one in components]
    frame = history([50.0] * len(texts))
    return frame.with_columns(components=pl.Series(texts), definition_hash=pl.lit("a"))


def part(score: float | None) -> dict[str, float | None]:
    share = None if score is None else 0.5
    return {"score": score, "effectiveWeight": share, "contribution": None if score is None else score / 2}


def test_components_are_summed_up_over_the_sessions_that_have_them() -> None:
    given = readings_with(
        [{"a": part(10.0), "b": part(None)}, {"a": part(None), "b": part(None)}, {"a": part(30.0), "b": part(None)}]
    )

    found = {row["component"]: row for row in component_summary(component_values(given)).iter_rows(named=True)}

    assert (found["a"]["sessions"], found["a"]["mean"], found["a"]["contribution"]) == (2, 20.0, 10.0)
    assert (found["a"]["opening"], found["a"]["closing"]) == (10.0, 30.0)
    assert (found["b"]["sessions"], found["b"]["mean"], found["b"]["contribution"]) == (0, None, None)


def test_a_study_does_not_know_what_comes_after_its_period() -> None:
    values = walk(3, 120)
    whole = readings_with([{"a": part(1.0)}] * 120).with_columns(
        value=pl.Series(values), level=history(values)["level"]
    )
    prices = pl.DataFrame({"session": days(120), "close": [100.0 + place for place in range(120)]})
    months = ((days(120)[31], days(120)[59]), (START, days(120)[30]), (START, START))

    early, late = (
        study(whole.head(rows), component_values(whole.head(rows)), prices.head(rows), *months) for rows in (60, 120)
    )

    assert early.turning_points.equals(late.turning_points)
    assert early.forward is not None
    assert late.forward is not None
    assert early.forward.equals(late.forward)
    assert (early.summary, early.before, early.year_before) == (late.summary, late.before, late.year_before)
    assert early.changes.equals(late.changes)
