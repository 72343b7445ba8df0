"""Value, level, reason and coverage of each reading."""

from collections.abc import Sequence

import polars as pl

from dart_batch.domain.index.level import Level
from dart_batch.domain.index.validation import Severity
from dart_batch.engine.validation.check import Check, objections
from dart_batch.engine.validation.readings import Scored

ROUNDING = 1e-9
AGAIN = "Compute the sessions anew: `dart-batch backfill --overwrite` over them."


def level_expression(bounds: Sequence[float]) -> pl.Expr:
    """Level name of the column `value`; bounds are inclusive above; null stays null."""
    names = [level.value for level in Level]
    chain: pl.Expr = pl.lit(names[-1])
    for bound, name in reversed(list(zip(bounds, names, strict=False))):
        chain = pl.when(pl.col("value") <= bound).then(pl.lit(name)).otherwise(chain)
    return pl.when(pl.col("value").is_null()).then(None).otherwise(chain)


def _range(readings: Scored) -> pl.DataFrame:
    return objections(readings.judged, ~pl.col("value").is_between(0, 100), pl.col("value"), pl.lit("0 to 100"))


def _level(readings: Scored) -> pl.DataFrame:
    right = level_expression(readings.definition.levels)
    wrong = pl.col("value").is_not_null() & pl.col("level").ne_missing(right)
    return objections(readings.judged, wrong, pl.col("level"), right)


def _nulls(readings: Scored) -> pl.DataFrame:
    withheld = pl.col("value").is_null()
    wrong = (withheld != pl.col("withheld_reason").is_not_null()) | (withheld & pl.col("level").is_not_null())
    return objections(readings.judged, wrong, pl.coalesce(pl.col("value").cast(pl.String), "withheld_reason"))


def _coverage(readings: Scored) -> pl.DataFrame:
    least = readings.definition.minimum_coverage
    outside = ~pl.col("coverage").is_between(0, 1 + ROUNDING)
    below = pl.col("value").is_not_null() & (pl.col("coverage") < least - ROUNDING)
    return objections(readings.judged, outside | below, pl.col("coverage"), pl.lit(f"{least:g} to 1"))


def _input_hash(readings: Scored) -> pl.DataFrame:
    wrong = ~pl.col("input_hash").str.contains(r"^[0-9a-f]{32}$").fill_null(value=False)
    return objections(readings.judged, wrong, pl.col("input_hash"), pl.lit("32 hex digits"))


RANGE = Check("range", Severity.ERROR, "The value is no number from 0 to 100.", AGAIN, _range)
LEVEL = Check(
    "level", Severity.ERROR, "The level is not the one that the definition gives to the value.", AGAIN, _level
)
NULLS = Check(
    "nulls",
    Severity.ERROR,
    "A withheld value has no reason or has a level, or a value that is there has a reason.",
    AGAIN,
    _nulls,
)
COVERAGE = Check(
    "coverage",
    Severity.ERROR,
    "The coverage is no share from 0 to 1, or a value was published below the definition's minimum.",
    AGAIN,
    _coverage,
)
INPUT_HASH = Check(
    "input-hash",
    Severity.ERROR,
    "The input hash is none, so the reading's observations cannot be told.",
    AGAIN,
    _input_hash,
)
VALUE_CHECKS = (RANGE, LEVEL, NULLS, COVERAGE, INPUT_HASH)
