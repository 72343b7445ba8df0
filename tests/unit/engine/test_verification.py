"""Checks of stored readings: each finds its own fault, and a clean generation has none."""

from datetime import date, timedelta

import polars as pl
import pytest

from builders import readings
from dart_batch.engine.definition_file import shipped
from dart_batch.engine.validation.values import level_expression
from dart_batch.engine.verification import verify_readings

FIRST = date(2020, 1, 1)
EXPECTED = [FIRST + timedelta(days=day) for day in range(50)]
KOSPI = shipped()["kospi"]
FOURTH = pl.col("session") == EXPECTED[3]


def clean() -> pl.DataFrame:
    steady = 50 + pl.int_range(pl.len()) % 3
    return readings(FIRST, 50).with_columns(value=steady.cast(pl.Float64))


def objecting(frame: pl.DataFrame) -> list[str]:
    return [check.code for check in verify_readings(frame, EXPECTED, KOSPI, thorough=True) if not check.passed]


def test_a_clean_generation_passes_everything() -> None:
    assert objecting(clean()) == []


@pytest.mark.parametrize(
    ("fault", "codes"),
    [
        ({"value": pl.when(FOURTH).then(101.0).otherwise("value")}, ["range", "level", "jumps"]),
        ({"level": pl.when(FOURTH).then(pl.lit("GREED")).otherwise("level")}, ["level"]),
        ({"value": pl.when(FOURTH).then(None).otherwise("value")}, ["nulls"]),
        ({"coverage": pl.when(FOURTH).then(0.4).otherwise("coverage")}, ["coverage"]),
        ({"coverage": pl.when(FOURTH).then(1.5).otherwise("coverage")}, ["coverage"]),
    ],
)
def test_a_fault_is_found_by_its_own_check(fault: dict[str, pl.Expr], codes: list[str]) -> None:
    assert objecting(clean().with_columns(**fault)) == codes


def test_a_missing_session_is_found_and_named() -> None:
    results = verify_readings(clean().filter(~FOURTH), EXPECTED, KOSPI, thorough=True)

    found = {check.code: check.examples for check in results if not check.passed}
    assert found == {"count": (), "calendar-gaps": ("2020-01-04",)}


@pytest.mark.parametrize("extra", [FIRST, date(2021, 1, 1)])
def test_a_session_too_many_is_found(extra: date) -> None:
    assert "count" in objecting(pl.concat([clean(), readings(extra, 1)]))


def test_a_basic_check_looks_only_at_count_range_level_and_nulls() -> None:
    codes = [check.code for check in verify_readings(clean(), EXPECTED, KOSPI, thorough=False)]

    assert codes == ["count", "range", "level", "nulls"]


@pytest.mark.parametrize(
    ("value", "level"),
    [
        (0.0, "EXTREME_FEAR"),
        (25.0, "EXTREME_FEAR"),
        (25.1, "FEAR"),
        (45.0, "FEAR"),
        (55.0, "NEUTRAL"),
        (75.0, "GREED"),
        (75.1, "EXTREME_GREED"),
    ],
)
def test_the_upper_bound_of_a_level_belongs_to_it(value: float, level: str) -> None:
    frame = pl.DataFrame({"value": [value]})

    assert frame.select(level_expression(KOSPI.levels)).item() == level
