"""Readings as one wide table."""

import json
import math
from datetime import date

import polars as pl

from dart_batch.adapters.reporting.reading_table import FIXED, component_names, component_scores, reading_table
from published import component, frame, reading

DAY = date(2024, 1, 2)


def test_the_fixed_columns_come_first_and_then_a_block_per_component(readings: pl.DataFrame) -> None:
    columns = reading_table(readings).columns

    assert columns[:4] == ["date", "value", "level", "coverage"]
    assert columns[: len(FIXED)] == list(FIXED)
    assert columns[len(FIXED) :][:4] == ["alpha_score", "alpha_raw", "alpha_weight", "alpha_effective_weight"]
    assert columns[-2:] == ["beta_source", "beta_imputed"]


def test_a_withheld_value_and_a_missing_component_stay_null(readings: pl.DataFrame) -> None:
    first = reading_table(readings).row(0, named=True)

    assert (first["value"], first["level"], first["alpha_score"], first["beta_score"]) == (None, None, None, None)
    assert first["withheld_reason"] == "coverage 0.30 is below the minimum 0.50"


def test_every_bit_of_a_score_survives() -> None:
    number = math.nextafter(60.46666666666667, 100)

    table = reading_table(frame(reading(DAY, number)))

    assert table["alpha_score"].to_list() == [number]
    assert table["alpha_raw"].to_list() == [number / 7]


def test_components_of_every_definition_in_the_range_have_columns() -> None:
    older = reading(DAY, 50.0, definition_hash="c" * 64, components=json.dumps({"gamma": component(12.0)}))

    table = reading_table(frame(older, reading(date(2024, 1, 3), 70.0)))

    assert component_names(frame(older, reading(date(2024, 1, 3), 70.0))) == ["alpha", "beta", "gamma"]
    assert table["gamma_score"].to_list() == [12.0, None]
    assert table["alpha_score"].to_list() == [None, 70.0]


def test_readings_without_components_keep_only_the_fixed_columns() -> None:
    assert reading_table(frame(reading(DAY, 50.0, components="{}"))).columns == list(FIXED)


def test_scores_are_one_column_per_component(readings: pl.DataFrame) -> None:
    scores = component_scores(readings)

    assert scores.columns == ["date", "alpha", "beta"]
    assert scores["beta"].null_count() == 30
