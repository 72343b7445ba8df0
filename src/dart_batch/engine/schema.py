"""Columns of the frames that enter and leave the engine."""

from collections.abc import Mapping

import polars as pl

Schema = Mapping[str, type[pl.DataType] | pl.DataType]
KNOWN_AT = pl.Datetime("us", "UTC")

SERIES_COLUMNS: Schema = {"series": pl.String, "session": pl.Date, "value": pl.Float64, "known_at": KNOWN_AT}
QUOTE_COLUMNS: Schema = {
    "session": pl.Date,
    "ticker": pl.String,
    "close": pl.Float64,
    "volume": pl.Int64,
    "known_at": KNOWN_AT,
}
READING_SCHEMA: Schema = {
    "session": pl.Date,
    "value": pl.Float64,
    "level": pl.String,
    "coverage": pl.Float64,
    "components": pl.String,
    "input_hash": pl.String,
    "withheld_reason": pl.String,
}
