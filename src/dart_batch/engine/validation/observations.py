"""The series of the observation store."""

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from dart_batch.domain.index.validation import Severity
from dart_batch.engine.unit_breaks import unit_breaks
from dart_batch.engine.validation.check import Check, every, objections
from dart_batch.engine.validation.sessions import NORMAL
from dart_batch.engine.validation.shares import frozen

GAP_FACTOR = 1.5
FROZEN_FOR = 20
JUMP_Z = 25.0
STALE_FOR = 5
STALE_FACTOR = 3


@dataclass(frozen=True)
class SeriesRows:
    """Observations (series, session, value, known_at), all vintages; `closes` (session, close_at in UTC) has every
    session of the market around them, `newest` is the last session with any observation of the market.
    """

    frame: pl.DataFrame
    closes: pl.DataFrame
    newest: pl.Series

    @cached_property
    def latest(self) -> pl.DataFrame:
        """series, session, value, and place: the number of the session in the calendar; the latest vintage each.
        What is no number is left out.
        """
        numbers = self.frame.filter(pl.col("value").is_finite()).sort("series", "session", "known_at")
        last = numbers.unique(["series", "session"], keep="last")
        places = self.closes.select("session").with_row_index("place")
        return last.join(places, on="session").sort("series", "session")

    @cached_property
    def spaced(self) -> pl.DataFrame:
        """`latest` with step, the sessions since the observation before, and usual, the median step of the series."""
        step = (pl.col("place").cast(pl.Int64) - pl.col("place").cast(pl.Int64).shift(1)).over("series")
        return self.latest.with_columns(step=step).with_columns(usual=pl.col("step").median().over("series"))


def _gaps(rows: SeriesRows) -> pl.DataFrame:
    wide = pl.col("step") > GAP_FACTOR * pl.col("usual")
    found = rows.spaced.with_columns(after=pl.col("session").shift(1).over("series"))
    missing = pl.format("{} sessions after {}", pl.col("step") - 1, pl.col("after"))
    return objections(found, wide, missing, pl.format("a step of {}", pl.col("usual")), pl.col("series"))


def _others(rows: SeriesRows) -> pl.DataFrame:
    wrong = ~pl.col("session").is_in(rows.closes["session"].implode())
    return objections(rows.frame, wrong, pl.col("value"), subject=pl.col("series"))


def _twice(rows: SeriesRows) -> pl.DataFrame:
    counts = rows.frame.group_by("series", "session", "known_at").agg(times=pl.len()).sort("series", "session")
    return objections(counts, pl.col("times") > 1, pl.col("times"), pl.lit(1), pl.col("series"))


def _numbers(rows: SeriesRows) -> pl.DataFrame:
    wrong = ~pl.col("value").is_finite().fill_null(value=False)
    return objections(rows.frame, wrong, pl.col("value"), subject=pl.col("series"))


def _early(rows: SeriesRows) -> pl.DataFrame:
    found = rows.frame.join(rows.closes, on="session")
    wrong = pl.col("known_at") < pl.col("close_at")
    return objections(found, wrong, pl.col("known_at"), pl.col("close_at"), pl.col("series"))


def _frozen(rows: SeriesRows) -> pl.DataFrame:
    daily = rows.spaced.filter(pl.col("usual") <= 1)
    return frozen(daily, "series", "value", FROZEN_FOR)


def _jumps(rows: SeriesRows) -> pl.DataFrame:
    value, positive = pl.col("value"), (pl.col("value").min() > 0).over("series")
    level = pl.when(positive).then(value.log()).otherwise(value)
    moved = rows.latest.with_columns(level=level).with_columns(
        move=(pl.col("level") - pl.col("level").shift(1)).over("series"), before=value.shift(1).over("series")
    )
    usual = pl.col("move").abs().median().over("series")
    wrong = (usual > 0) & (pl.col("move").abs() > JUMP_Z * NORMAL * usual)
    return objections(moved, wrong, value, pl.col("before"), pl.col("series"))


def _units(rows: SeriesRows) -> pl.DataFrame:
    return broken_units(rows.latest.select(name="series", session="session", level="value"))


def broken_units(levels: pl.DataFrame) -> pl.DataFrame:
    """Breaks in levels (name, session, level) as objections."""
    return objections(unit_breaks(levels), pl.lit(True), pl.col("after"), pl.col("before"), pl.col("name"))


def _stale(rows: SeriesRows) -> pl.DataFrame:
    ends = rows.spaced.group_by("series").agg(pl.col("session", "place", "usual").last()).sort("series")
    newest = rows.closes.select("session").with_row_index("last").filter(pl.col("session").is_in(rows.newest.implode()))
    parts = [
        objections(
            ends.with_columns(behind=last - pl.col("place").cast(pl.Int64)),
            pl.col("behind") > pl.max_horizontal(pl.lit(STALE_FOR), STALE_FACTOR * pl.col("usual").fill_null(1)),
            pl.col("session"),
            pl.lit(str(session)),
            pl.col("series"),
        )
        for last, session in newest.rows()
    ]
    return every(parts)


IMPORT_AGAIN = "Import a corrected file: the correction becomes a new observation, and nothing is overwritten."
OBSERVATION_GAPS = Check(
    "observation-gaps",
    Severity.WARNING,
    "A series has no observation for sessions between two that have one.",
    "Import what is missing; until then the components that use it are missing or carried.",
    _gaps,
)
OBSERVATION_NON_SESSIONS = Check(
    "observation-non-sessions",
    Severity.WARNING,
    "An observation stands on a day on which the market did not trade.",
    "Import it for the session it belongs to. A window over sessions counts it from the next session on.",
    _others,
)
OBSERVATION_DUPLICATES = Check(
    "observation-duplicates",
    Severity.ERROR,
    "Two observations of the same series, session and moment are stored.",
    "Restore the batch file from a backup: the store never writes a key twice.",
    _twice,
)
OBSERVATION_RANGE = Check(
    "observation-range", Severity.ERROR, "An observation is no finite number.", IMPORT_AGAIN, _numbers
)
KNOWN_EARLY = Check(
    "known-early",
    Severity.ERROR,
    "An observation says it was known before its session closed, so readings may look ahead.",
    "Import it with the moment it was published: the column known_at, or --lag.",
    _early,
)
OBSERVATION_FROZEN = Check(
    "observation-frozen",
    Severity.WARNING,
    f"A daily series has had the same value for {FROZEN_FOR} sessions.",
    "See whether the source still delivers, or repeats its last value.",
    _frozen,
    thorough=True,
)
OBSERVATION_JUMPS = Check(
    "observation-jumps",
    Severity.WARNING,
    f"A series moved by more than {JUMP_Z:g} robust standard deviations of all its moves.",
    IMPORT_AGAIN,
    _jumps,
    thorough=True,
)
UNIT_BREAK = Check(
    "unit-break",
    Severity.WARNING,
    "The level of a quantity jumps a hundredfold and stays there: the unit may have changed.",
    IMPORT_AGAIN,
    _units,
)
STALE_SOURCE = Check(
    "stale-source",
    Severity.WARNING,
    "A series ended while others went on.",
    "Import what is missing, or find out why the source stopped.",
    _stale,
)
SERIES_CHECKS = (
    OBSERVATION_GAPS,
    OBSERVATION_NON_SESSIONS,
    OBSERVATION_DUPLICATES,
    OBSERVATION_RANGE,
    KNOWN_EARLY,
    OBSERVATION_FROZEN,
    OBSERVATION_JUMPS,
    UNIT_BREAK,
    STALE_SOURCE,
)
