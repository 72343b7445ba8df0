"""Series observations as they were known: landing, vintages, revisions.

An observation *lands* on its effective session, the first whose as-of moment it was known by. A later vintage of the
same (series, session) takes its place from the vintage's own landing on. Readings between two such landings see one
fixed state; an *epoch* is such a stretch of sessions, and normally there is exactly one.
"""

from itertools import pairwise

import polars as pl

from dart_batch.domain.index.definition import Definition, Rows
from dart_batch.engine.axis import SessionAxis
from dart_batch.engine.schema import SERIES_COLUMNS

KEY = ("series", "session")


def landed(definition: Definition, axis: SessionAxis, series: pl.DataFrame) -> pl.DataFrame:
    """Observations the definition reads, with `landing` (axis index), sorted by series, session, known_at.

    Rows with a null or NaN value and rows known only after the last session are left out; with windows over sessions
    so are rows of before the axis.
    """
    wanted = series.lazy().filter(pl.col("series").is_in(definition.series_inputs), pl.col("value").is_not_nan())
    frame = wanted.select(*SERIES_COLUMNS).sort(*KEY, "known_at", maintain_order=True).collect()
    days = frame["session"].to_physical().to_numpy().astype("int64")
    known_at = frame["known_at"].to_physical().to_numpy()
    frame = frame.with_columns(landing=pl.Series(axis.landing(days, known_at)), day=pl.Series(days))
    inside = pl.col("landing") < len(axis)
    if definition.rows is Rows.SESSIONS:
        inside &= (pl.col("landing") > 0) | (pl.col("day") == int(axis.days[0]))
    return frame.filter(inside)


def revisions(definition: Definition, frame: pl.DataFrame) -> set[int]:
    """Landings at which what was known before changes: later vintages, and rows inserted between older ones where
    windows count a series' own rows."""
    first = pl.col("landing").min().over(*KEY)
    found = frame.filter(pl.col("landing") > first)["landing"].to_list()
    if definition.rows is Rows.OWN:
        ordered = frame.group_by(*KEY).agg(pl.col("landing").min(), pl.col("day").first()).sort("landing", "day")
        latest = pl.col("day").cum_max().shift(1).over("series")
        found += ordered.filter(pl.col("day") < latest)["landing"].to_list()
    return set(found)


def known_by(frame: pl.DataFrame, last: int) -> pl.DataFrame:
    """State of knowledge at session `last`: one row per (series, session) with its latest vintage, and the `landing`
    of its first."""
    return (
        frame.filter(pl.col("landing") <= last)
        .group_by(*KEY, maintain_order=True)
        .agg(pl.col("value", "known_at", "day").last(), pl.col("landing").min())
    )


def epochs(first: int, stop: int, changes: set[int]) -> list[tuple[int, int]]:
    """Index range [first, stop) cut at every change inside it."""
    cuts = [first, *sorted(change for change in changes if first < change < stop), stop]
    return list(pairwise(cuts))
