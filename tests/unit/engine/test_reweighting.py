"""Other weights on stored scores give the bytes of a full computation."""

import random
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dart_batch.domain.index.definition import Definition
from dart_batch.domain.index.weights import InvalidWeights, reweighted
from dart_batch.engine.compute import compute
from dart_batch.engine.definition_file import parse_definition
from dart_batch.engine.definition_file.variant import variant_text
from dart_batch.engine.reweighting import reweight
from dart_batch.engine.schema import READING_SCHEMA
from engine_frames import COMPONENT, HEAD, axis_of, definition_of, series_frame, sessions

PROXIED = """
[[component]]
name = "mixed"
weight = 2

[[component.indicator]]
name = "first"
direction = "fear"
formula = "c"

[[component.indicator.proxy]]
note = "a in place of c"
formula = "a"

[[component.indicator]]
name = "second"
direction = "greed"
formula = "b - a"
"""
NAMES = ("one", "two", "mixed")


def text(minimum: float = 0.5, carry: int = 2) -> str:
    head = HEAD.format(window=5, fill=0.6, carry=carry, rows="sessions", minimum=minimum)
    return head + COMPONENT.format(name="one", formula="a") + COMPONENT.format(name="two", formula="b") + PROXIED


def readings(definition: Definition, seed: int = 1, count: int = 60) -> pl.DataFrame:
    chance = random.Random(seed)
    columns = {
        name: [None if chance.random() < gaps else chance.gauss(0, 3) for _ in range(count)]
        for name, gaps in {"a": 0.1, "b": 0.4, "c": 0.6}.items()
    }
    return compute(definition, axis_of(sessions(count)), series_frame(columns))


@st.composite
def shares(draw: st.DrawFn) -> dict[str, float]:
    parts = draw(st.lists(st.integers(0, 1000), min_size=3, max_size=3).filter(any))
    return dict(zip(NAMES, [part / sum(parts) for part in parts], strict=True))


@settings(max_examples=40, deadline=None)
@given(weights=shares(), minimum=st.sampled_from([0.0, 0.5, 0.9]), seed=st.integers(0, 20))
def test_reweighting_gives_the_bytes_of_a_full_computation(
    weights: dict[str, float], minimum: float, seed: int
) -> None:
    base = parse_definition(text(minimum), "base")
    wanted = reweighted(base, weights)

    again = reweight(wanted, readings(base, seed))

    assert again.equals(readings(wanted, seed))
    assert again.schema == pl.Schema(READING_SCHEMA)


def test_reweighting_twice_is_reweighting_once() -> None:
    base = parse_definition(text(), "base")
    first, second = ({"one": 1.0}, {"one": 0.25, "two": 0.75})

    again = reweight(reweighted(base, second), reweight(reweighted(base, first), readings(base)))

    assert again.equals(readings(reweighted(base, second)))


def test_no_readings_reweighted_are_none() -> None:
    base = parse_definition(text(), "base")

    assert reweight(base, readings(base).clear()).schema == pl.Schema(READING_SCHEMA)


def test_other_weights_keep_the_scores_and_other_formulas_do_not() -> None:
    base = definition_of({"one": "a", "two": "b"})

    assert reweighted(base, {"one": 1.0}).scoring_hash == base.scoring_hash
    assert replace(base, minimum_coverage=0.1, levels=(10, 20, 30, 40)).scoring_hash == base.scoring_hash
    assert definition_of({"one": "a", "two": "c"}).scoring_hash != base.scoring_hash
    assert replace(base, carry=3).scoring_hash != base.scoring_hash


def test_a_variant_is_a_definition_of_its_own_and_reads_back_from_its_text() -> None:
    base = parse_definition(text(), "base")
    varied = reweighted(base, {"one": 0.1, "two": 1 / 3, "mixed": 0.9 - 1 / 3})

    stored = variant_text(text(), varied)
    other = reweighted(base, {"one": 1.0})

    assert parse_definition(stored, "varied") == varied
    assert parse_definition(variant_text(stored, other), "other") == other
    assert varied.identifier == f"small@1+{varied.content_hash[:8]}"
    assert len({base.content_hash, varied.content_hash, other.content_hash}) == 3


def test_the_weights_a_definition_has_already_are_the_definition_itself() -> None:
    base = parse_definition(text(), "base")

    assert reweighted(base, {"one": 0.25, "two": 0.25, "mixed": 0.5}) is base


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({"one": 0.5, "greed": 0.5}, "no component greed; the definition has one, two, mixed"),
        ({"one": 1.5, "two": -0.5}, "between 0 and 1, not one 1.5, two -0.5"),
        ({"one": float("nan"), "two": 1.0}, "between 0 and 1, not one nan"),
        ({"one": 0.5, "two": 0.4999}, "add up to 0.9999"),
        ({}, "add up to 0"),
    ],
)
def test_weights_that_are_no_shares_are_refused(weights: dict[str, float], message: str) -> None:
    base = parse_definition(text(), "base")

    with pytest.raises(InvalidWeights, match=message):
        reweighted(base, weights)
