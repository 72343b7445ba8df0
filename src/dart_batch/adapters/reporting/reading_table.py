"""Published readings as one wide table: fixed columns first, then a block of columns per component."""

import json
from collections.abc import Mapping
from typing import Any

import polars as pl

FIXED = (
    "date",
    "value",
    "level",
    "coverage",
    "withheld_reason",
    "definition",
    "definition_hash",
    "input_hash",
    "job_id",
)
COMPONENT_FIELDS: dict[str, tuple[str, pl.DataType]] = {
    "score": ("score", pl.Float64()),
    "raw": ("raw", pl.Float64()),
    "weight": ("weight", pl.Float64()),
    "effective_weight": ("effectiveWeight", pl.Float64()),
    "contribution": ("contribution", pl.Float64()),
    "coverage": ("coverage", pl.Float64()),
    "source": ("source", pl.String()),
    "imputed": ("imputed", pl.Int64()),
}


def component_names(readings: pl.DataFrame) -> list[str]:
    """Names of all components in `readings`, in the order of their definitions, the newest definition first.

    `readings` has the columns `definition_hash` and `components` (JSON object by component name); every reading of one
    definition has the same components, so one reading of each is looked at.
    """
    samples = readings.reverse().unique("definition_hash", keep="first", maintain_order=True)["components"]
    return list(dict.fromkeys(name for sample in samples for name in json.loads(sample)))


def reading_table(readings: pl.DataFrame) -> pl.DataFrame:
    """FIXED columns, then per component `<name>_score`, `<name>_raw`, ... as in COMPONENT_FIELDS; by date.

    `readings` has FIXED and `components`. Null stays null: a withheld value, a missing component, or a component that
    the reading's definition does not have. Floats keep every bit.
    """
    fields = pl.Struct({wire: dtype for wire, dtype in COMPONENT_FIELDS.values()})
    names = component_names(readings)
    if not names:
        return readings.select(FIXED)
    decoded = pl.col("components").str.json_decode(pl.Struct(dict.fromkeys(names, fields)))
    return readings.select(*FIXED, decoded.alias("components")).select(*FIXED, *_blocks(names))


def component_scores(readings: pl.DataFrame) -> pl.DataFrame:
    """`date` and one Float64 column of scores (0-100, null when missing) per component, by date."""
    names = component_names(readings)
    table = reading_table(readings)
    return table.select("date", *(pl.col(f"{name}_score").alias(name) for name in names))


def components_of(reading: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The components of one reading (a row with `components` as JSON text), by name."""
    found: dict[str, dict[str, Any]] = json.loads(reading["components"])
    return found


def _blocks(names: list[str]) -> list[pl.Expr]:
    component = pl.col("components").struct
    return [
        component.field(name).struct.field(wire).alias(f"{name}_{column}")
        for name in names
        for column, (wire, _) in COMPONENT_FIELDS.items()
    ]
