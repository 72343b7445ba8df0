"""Checks of stored readings. Each takes the readings of one generation and answers one CheckResult."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from dart_batch.domain.index.definition import Definition
from dart_batch.domain.index.level import Level
from dart_batch.domain.index.validation import CheckResult

EXAMPLES = 5
JUMP_Z = 12.0


def verify_readings(
    readings: pl.DataFrame, expected: Sequence[date], definition: Definition, *, thorough: bool
) -> list[CheckResult]:
    """BASIC checks (count, range, level, nulls), and when `thorough` also coverage, gaps and jumps.

    `readings` has READING_SCHEMA; `expected` are the sessions that should be there, ascending.
    """
    wanted = pl.Series("session", list(expected), dtype=pl.Date)
    results = [
        _count(readings, wanted),
        _objections("range", readings, ~pl.col("value").is_between(0, 100)),
        _objections("level", readings, pl.col("level") != level_expression(definition.levels)),
        _objections("nulls", readings, pl.col("value").is_null() != pl.col("withheld_reason").is_not_null()),
    ]
    if thorough:
        results += [_coverage(readings, definition), _gaps(readings, wanted), _jumps(readings)]
    return results


def level_expression(bounds: Sequence[float]) -> pl.Expr:
    """Level name of the column `value`; bounds are inclusive above; null stays null."""
    names = [level.value for level in Level]
    chain: pl.Expr = pl.lit(names[-1])
    for bound, name in reversed(list(zip(bounds, names, strict=False))):
        chain = pl.when(pl.col("value") <= bound).then(pl.lit(name)).otherwise(chain)
    return pl.when(pl.col("value").is_null()).then(None).otherwise(chain)


def _objections(code: str, readings: pl.DataFrame, wrong: pl.Expr, severity: str = "error") -> CheckResult:
    found = readings.filter(wrong)["session"]
    return _result(code, readings.height, found, severity)


def _result(code: str, checked: int, found: pl.Series, severity: str = "error") -> CheckResult:
    examples = tuple(str(day) for day in found.head(EXAMPLES))
    return CheckResult(code, severity, checked, found.len(), examples)


def _count(readings: pl.DataFrame, wanted: pl.Series) -> CheckResult:
    surplus = readings.filter(~pl.col("session").is_in(wanted.implode()) | pl.col("session").is_duplicated())
    short = max(0, wanted.len() - readings.height)
    found = surplus["session"]
    return CheckResult("count", "error", wanted.len(), found.len() + short, tuple(str(day) for day in found[:EXAMPLES]))


def _gaps(readings: pl.DataFrame, wanted: pl.Series) -> CheckResult:
    return _result("calendar-gaps", wanted.len(), wanted.filter(~wanted.is_in(readings["session"].implode())))


def _coverage(readings: pl.DataFrame, definition: Definition) -> CheckResult:
    withheld = pl.col("value").is_null()
    below = pl.col("coverage") < definition.minimum_coverage
    outside = ~pl.col("coverage").is_between(0, 1 + 1e-9)
    return _objections("coverage", readings, outside | (~withheld & below))


def _jumps(readings: pl.DataFrame) -> CheckResult:
    moves = readings.select("session", move=pl.col("value").diff().abs()).drop_nulls()
    spread = moves["move"].median()
    limit = JUMP_Z * 1.4826 * float(spread) if isinstance(spread, float) and spread > 0 else float("inf")
    return _result("jumps", moves.height, moves.filter(pl.col("move") > limit)["session"], severity="warning")
