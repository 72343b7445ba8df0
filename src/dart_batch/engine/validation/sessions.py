"""Which sessions have readings, and how the value moves from one to the next."""

import polars as pl

from dart_batch.domain.index.validation import Severity
from dart_batch.engine.validation.check import Check, objections
from dart_batch.engine.validation.readings import SessionRows

JUMP_Z = 12.0
NORMAL = 1.4826


def _gaps(rows: SessionRows) -> pl.DataFrame:
    wanted = rows.expected.to_frame("session")
    return objections(wanted, ~pl.col("session").is_in(rows.judged["session"].implode()))


def _others(rows: SessionRows) -> pl.DataFrame:
    return objections(rows.judged, ~pl.col("session").is_in(rows.calendar.implode()))


def _twice(rows: SessionRows) -> pl.DataFrame:
    counts = rows.judged.group_by("session").agg(times=pl.len()).sort("session")
    return objections(counts, pl.col("times") > 1, pl.col("times"), pl.lit(1))


def _jumps(rows: SessionRows) -> pl.DataFrame:
    if rows.usual is None:
        return objections(rows.judged, pl.lit(False))
    moves = rows.frame.with_columns(before=pl.col("value").shift(1))
    far = (pl.col("value") - pl.col("before")).abs() > JUMP_Z * NORMAL * rows.usual
    return objections(moves, far & (pl.col("session") >= rows.first), pl.col("value"), pl.col("before"))


CALENDAR_GAPS = Check(
    "calendar-gaps",
    Severity.ERROR,
    "A trading session between the first and the last one has no reading.",
    "Backfill the missing sessions; see why with `dart-batch jobs show` if a job left them out.",
    _gaps,
)
NON_SESSIONS = Check(
    "non-sessions",
    Severity.ERROR,
    "There is a reading for a day on which the market did not trade.",
    "Publish a new generation of the days around it: `dart-batch backfill --overwrite`.",
    _others,
)
DUPLICATES = Check(
    "duplicates",
    Severity.ERROR,
    "The index shows more than one reading for the session: published runs overlap.",
    "Roll back the later publication, or publish the sessions anew.",
    _twice,
)
JUMPS = Check(
    "jumps",
    Severity.WARNING,
    f"The value moved by more than {JUMP_Z:g} robust standard deviations of all its moves in one session.",
    "Look at the components of both sessions; a source may have changed its unit or its meaning.",
    _jumps,
    thorough=True,
)
SESSION_CHECKS = (CALENDAR_GAPS, NON_SESSIONS, DUPLICATES, JUMPS)
