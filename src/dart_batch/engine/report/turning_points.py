"""Where the index was at its ends, and where it turned."""

from datetime import date

import polars as pl

REACH = 10
EXTREMES = 3
TOP, BOTTOM = "TOP", "BOTTOM"


def extremes(frame: pl.DataFrame, count: int = EXTREMES) -> pl.DataFrame:
    """The `count` lowest and highest readings: kind (BOTTOM, TOP), session, value, level; each kind from its end on.

    `frame` has session, value and level, by session; equal values come by session. Fewer where fewer have a value.
    """
    present = frame.drop_nulls("value").select("session", "value", "level")
    low = present.sort("value", "session").head(count).with_columns(kind=pl.lit(BOTTOM))
    high = present.sort("value", "session", descending=[True, False]).head(count).with_columns(kind=pl.lit(TOP))
    return pl.concat([low, high]).select("kind", "session", "value", "level")


def turning_points(history: pl.DataFrame, first: date, last: date, reach: int = REACH) -> pl.DataFrame:
    """Tops and bottoms from `first` to `last`: kind, session, value, level; by session.

    A top is higher than each of the `reach` values before it and not lower than any of the `reach` values after it; a
    bottom likewise. `history` has session, value and level, by session, up to the last session that may be known: a
    value with fewer than `reach` values on a side is not judged. Withheld sessions are passed over.
    """
    present = history.drop_nulls("value").select("session", "value", "level")
    value = pl.col("value")
    before, after = value.shift(1), value.reverse().shift(1)
    is_top = (value > before.rolling_max(reach)) & (value >= after.rolling_max(reach).reverse())
    is_bottom = (value < before.rolling_min(reach)) & (value <= after.rolling_min(reach).reverse())
    kind = pl.when(is_top).then(pl.lit(TOP)).when(is_bottom).then(pl.lit(BOTTOM))
    return (
        present.with_columns(kind=kind)
        .filter(pl.col("kind").is_not_null() & pl.col("session").is_between(first, last))
        .select("kind", "session", "value", "level")
    )
