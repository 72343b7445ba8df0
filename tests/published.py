"""Readings as the index queries answer them, made by hand."""

import json
from datetime import date
from typing import Any

import polars as pl

SCHEMA = {
    "date": pl.Date,
    "value": pl.Float64,
    "level": pl.String,
    "coverage": pl.Float64,
    "withheld_reason": pl.String,
    "definition": pl.String,
    "definition_hash": pl.String,
    "input_hash": pl.String,
    "job_id": pl.String,
    "components": pl.String,
}


def component(score: float | None, **changes: Any) -> dict[str, Any]:
    given = {
        "raw": None if score is None else score / 7,
        "score": score,
        "weight": 0.5,
        "effectiveWeight": None if score is None else 0.5,
        "contribution": None if score is None else score / 2,
        "coverage": 0.0 if score is None else 1.0,
        "source": None if score is None else "observed",
        "imputed": 0,
        "indicators": {},
    }
    return given | changes


def reading(day: date, value: float | None, **changes: Any) -> dict[str, Any]:
    given = {
        "date": day,
        "value": value,
        "level": None if value is None else "GREED",
        "coverage": 0.3 if value is None else 1.0,
        "withheld_reason": "coverage 0.30 is below the minimum 0.50" if value is None else None,
        "definition": "two@1",
        "definition_hash": "a" * 64,
        "input_hash": "b" * 32,
        "job_id": "job-1",
        "components": json.dumps({"alpha": component(value), "beta": component(None)}),
    }
    return given | changes


def frame(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=SCHEMA, orient="row")
