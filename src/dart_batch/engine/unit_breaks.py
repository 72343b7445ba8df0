"""Finds where the level of a series jumps a hundredfold and stays there: a change of unit, not of the market."""

import numpy as np
import polars as pl

WINDOW = 20
FEWEST = 3
JUMP = 100.0
STEP = 30.0
ROUNDING = 1 - 1e-9


def unit_breaks(levels: pl.DataFrame) -> pl.DataFrame:
    """Breaks in `levels` (name, session, level): name, session, before, after; sorted by name and session.

    A break is a session whose level is at least 30 times the one before (or a 30th), and where the medians of up to 20
    levels before and from it on differ by 100 or more. Fewer than 3 levels on a side decide nothing. Names with a
    negative level are no quantities and are left out; levels of zero are passed over.
    """
    level = pl.col("level")
    spread = levels.filter(level > 0).group_by("name").agg(level.max() / level.min())
    if not (spread["level"] >= STEP * ROUNDING).any():
        return levels.head(0).select("name", "session", before="level", after="level")
    quantities = levels.filter((level.min().over("name") >= 0) & (level > 0))
    steps = quantities.sort("name", "session").with_columns(step=level / level.shift(1).over("name"))
    if not steps.select(_at_least(pl.col("step"), STEP).any()).item():
        return steps.head(0).select("name", "session", before="level", after="level")
    before = level.rolling_median(WINDOW, min_samples=FEWEST).shift(1).over("name")
    after = level.reverse().rolling_median(WINDOW, min_samples=FEWEST).reverse().over("name")
    marked = steps.with_columns(before=before, after=after)
    jumped = _at_least(pl.col("after") / pl.col("before"), JUMP) & _at_least(pl.col("step"), STEP)
    return marked.filter(jumped).select("name", "session", "before", "after")


def volume_levels(quotes: pl.DataFrame) -> pl.DataFrame:
    """name ('volume'), session, level: mean volume of the stocks that traded, so that listings do not move it."""
    days, volume = quotes["session"].to_physical().to_numpy(), quotes["volume"].to_numpy()
    starts = np.flatnonzero(np.append(True, days[1:] != days[:-1])[: len(days)])
    total, traded = np.add.reduceat(volume, starts), np.diff(starts, append=len(days))
    silent = np.flatnonzero(volume <= 0)
    theirs = np.searchsorted(starts, silent, side="right") - 1
    np.subtract.at(total, theirs, volume[silent])
    np.subtract.at(traded, theirs, 1)
    runs = pl.DataFrame([quotes["session"].gather(starts), pl.Series("total", total), pl.Series("traded", traded)])
    sums = runs.group_by("session").agg(pl.col("total", "traded").sum()).filter(pl.col("traded") > 0)
    return sums.select(pl.lit("volume").alias("name"), "session", level=pl.col("total") / pl.col("traded"))


def _at_least(ratio: pl.Expr, factor: float) -> pl.Expr:
    return (ratio >= factor) | (ratio <= 1 / factor)
