"""How often the index was at which level."""

import polars as pl

from dart_batch.domain.index.level import Level
from dart_batch.engine.report.summary import DECIMALS

ORDER = {level.value: place for place, level in enumerate(Level)}


def distribution(frame: pl.DataFrame) -> pl.DataFrame:
    """One row per level in their order: level, sessions, share, mean (points), longest_run (sessions).

    `frame` has session, value and level, by session. `share` is of the sessions with a value. The mean is null for a
    level that never was, the share for a frame without any value. A withheld session ends a run.
    """
    present = frame.with_columns(run=pl.col("level").rle_id()).drop_nulls("level")
    runs = present.group_by("level", "run").len().group_by("level").agg(longest_run=pl.col("len").max())
    found = (
        present.group_by("level")
        .agg(sessions=pl.len(), mean=pl.col("value").mean().round(DECIMALS))
        .join(runs, on="level")
    )
    return (
        pl.DataFrame({"level": list(ORDER)})
        .join(found, on="level", how="left", maintain_order="left")
        .with_columns(pl.col("sessions", "longest_run").fill_null(0).cast(pl.Int64))
        .with_columns(share=pl.col("sessions") / pl.lit(present.height or None, pl.Float64))
        .select("level", "sessions", "share", "mean", "longest_run")
    )


def level_changes(frame: pl.DataFrame) -> pl.DataFrame:
    """Sessions whose level is not that of the reading with a value before: session, value, before, level.

    `frame` has session, value and level, by session; withheld sessions are passed over.
    """
    return (
        frame.drop_nulls("level")
        .with_columns(before=pl.col("level").shift(1))
        .filter(pl.col("before") != pl.col("level"))
        .select("session", "value", "before", "level")
    )
