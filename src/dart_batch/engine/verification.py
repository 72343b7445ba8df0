"""Checks of stored readings before they are published. Each answers one CheckResult."""

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

import polars as pl

from dart_batch.domain.index.definition import Definition
from dart_batch.domain.index.validation import CheckResult
from dart_batch.engine.validation.check import Check
from dart_batch.engine.validation.readings import Scored, SessionRows, usual_move
from dart_batch.engine.validation.sessions import CALENDAR_GAPS, JUMPS
from dart_batch.engine.validation.values import COVERAGE, LEVEL, NULLS, RANGE

EXAMPLES = 5
Looked = TypeVar("Looked")


def verify_readings(
    readings: pl.DataFrame, expected: Sequence[date], definition: Definition, *, thorough: bool
) -> list[CheckResult]:
    """BASIC checks (count, range, level, nulls), and when `thorough` also coverage, gaps and jumps.

    `readings` has READING_SCHEMA; `expected` are the sessions that should be there, ascending.
    """
    wanted = pl.Series("session", list(expected), dtype=pl.Date)
    rows, height = Scored(readings, date.min, definition), readings.height
    results = [_count(readings, wanted), *(_result(check, rows, height) for check in (RANGE, LEVEL, NULLS))]
    if thorough:
        sessions = SessionRows(readings, date.min, wanted, wanted, usual_move(readings))
        moves = readings["value"].diff().count()
        results += [
            _result(COVERAGE, rows, height),
            _result(CALENDAR_GAPS, sessions, wanted.len()),
            _result(JUMPS, sessions, moves),
        ]
    return results


def _result(check: Check[Looked], at: Looked, checked: int) -> CheckResult:
    found = check.find(at)["session"]
    return CheckResult(check.code, check.severity.value, checked, found.len(), _named(found))


def _named(found: pl.Series) -> tuple[str, ...]:
    return tuple(str(day) for day in found.head(EXAMPLES))


def _count(readings: pl.DataFrame, wanted: pl.Series) -> CheckResult:
    surplus = readings.filter(~pl.col("session").is_in(wanted.implode()) | pl.col("session").is_duplicated())
    short = max(0, wanted.len() - readings.height)
    found = surplus["session"]
    return CheckResult("count", "error", wanted.len(), found.len() + short, _named(found))
