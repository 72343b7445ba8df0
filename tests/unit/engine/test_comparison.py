"""Old and new readings side by side, against plain Python."""

import json
import random
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dart_batch.engine.comparison import COMPARED, compare
from dart_batch.engine.comparison_summary import Flips, summarise

FIRST = date(2020, 1, 1)
Parts = dict[str, tuple[float | None, float]]


def row(number: int, parts: Parts, minimum: float = 0.5, by: str = "a") -> dict[str, object]:
    """A reading of scores and weights by component."""
    present = sum(weight for score, weight in parts.values() if score is not None)
    value = None
    if present >= minimum:
        value = sum(score * weight / present for score, weight in parts.values() if score is not None)
    components = {
        name: {"score": score, "effectiveWeight": None if score is None or not present else weight / present, "raw": 1}
        for name, (score, weight) in parts.items()
    }
    return {
        "session": FIRST + timedelta(days=number),
        "value": value,
        "level": None if value is None else "FEAR" if value < 50 else "GREED",
        "coverage": present,
        "components": json.dumps(components),
        "definition_hash": by,
    }


def frame(*rows: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=COMPARED, orient="row")


def chance_row(number: int, seed: int, names: str, by: str) -> dict[str, object]:
    chance = random.Random(f"{seed} {number} {names}")
    weights = [chance.random() for _ in names]
    scores = [None if chance.random() < 0.3 else chance.uniform(0, 100) for _ in names]
    parts = {name: (score, weight / sum(weights)) for name, score, weight in zip(names, scores, weights, strict=True)}
    return row(number, parts, by=by)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10_000), names=st.sampled_from(["abc", "bcd", "xy", "a"]))
def test_attributions_add_up_to_the_delta_whatever_appears_and_disappears(seed: int, names: str) -> None:
    old = frame(*(chance_row(number, seed, "abc", "a") for number in range(20)))
    new = frame(*(chance_row(number, seed + 1, names, "b") for number in range(20)))

    table = compare(old, new)

    sums = table.attribution.sum_horizontal(ignore_nulls=False)
    assert (sums - table.frame["delta"]).abs().fill_null(0.0).max() < 1e-9
    assert sums.is_null().to_list() == table.frame["delta"].is_null().to_list()
    assert table.components == list(dict.fromkeys("abc" + names))


def test_a_move_of_weight_counts_by_how_far_the_score_lies_from_the_old_value() -> None:
    old = frame(row(0, {"calm": (40.0, 0.5), "wild": (80.0, 0.5)}))
    new = frame(row(0, {"calm": (40.0, 0.25), "wild": (80.0, 0.75)}))

    table = compare(old, new)

    assert table.frame.select("old", "new", "delta").row(0) == (60.0, 70.0, 10.0)
    assert table.attribution.row(0) == (5.0, 5.0)


def test_a_score_that_moves_is_the_only_cause_of_what_it_moves() -> None:
    old = frame(row(0, {"calm": (40.0, 0.5), "wild": (80.0, 0.5)}))
    new = frame(row(0, {"calm": (40.0, 0.5), "wild": (60.0, 0.5)}))

    assert compare(old, new).attribution.row(0) == (0.0, -10.0)


def test_a_component_that_disappears_takes_its_pull_away() -> None:
    old = frame(row(0, {"calm": (40.0, 0.5), "wild": (80.0, 0.5)}))
    new = frame(row(0, {"calm": (40.0, 0.5), "wild": (None, 0.5)}))

    table = compare(old, new)

    assert table.frame["delta"].to_list() == [-20.0]
    assert table.attribution.row(0) == (-10.0, -10.0)


def test_sessions_without_a_value_on_a_side_have_no_delta() -> None:
    whole, half = {"a": (30.0, 0.5), "b": (70.0, 0.5)}, {"a": (30.0, 0.4), "b": (None, 0.6)}
    old = frame(row(0, whole), row(1, half), row(2, whole))
    new = frame(row(0, half), row(1, whole), row(3, whole))

    table = compare(old, new)

    assert table.frame["delta"].to_list() == [None, None, None, None]
    assert table.frame["old_coverage"].to_list() == [1.0, 0.4, 1.0, None]
    assert (summarise(table).appeared, summarise(table).withheld) == (2, 2)


def test_the_summary_counts_changes_and_flips() -> None:
    old = frame(*(row(number, {"a": (score, 1.0)}) for number, score in enumerate([10.0, 40.0, 60.0, 70.0])))
    new = frame(*(row(number, {"a": (score, 1.0)}) for number, score in enumerate([10.0, 60.0, 40.0, 70.0])))

    summary = summarise(compare(old, new))

    assert (summary.sessions, summary.compared, summary.changed, summary.flipped) == (4, 4, 2, 2)
    assert (summary.mean, summary.mean_size, summary.largest) == (0.0, 10.0, 20.0)
    assert summary.largest_session == FIRST + timedelta(days=1)
    assert summary.rank_correlation == pytest.approx(0.8)
    assert set(summary.flips) == {
        Flips("FEAR", "FEAR", 1),
        Flips("FEAR", "GREED", 1),
        Flips("GREED", "FEAR", 1),
        Flips("GREED", "GREED", 1),
    }
    assert [(one.name, one.mean, one.mean_size, one.largest) for one in summary.components] == [("a", 0.0, 10.0, 20.0)]


def test_nothing_compared_has_no_figures() -> None:
    summary = summarise(compare(frame(), frame()))

    assert (summary.sessions, summary.mean, summary.largest, summary.rank_correlation) == (0, None, None, None)
