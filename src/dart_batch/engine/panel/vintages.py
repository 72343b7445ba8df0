"""Quotes that were not simply known by the as-of moment of their own session: late ones and later vintages.

They are rare, so they are found by one cheap pass over two columns and kept apart from the bulk.
"""

from datetime import date, timedelta

import numpy as np
import polars as pl

from dart_batch.engine.axis import EPOCH, SessionAxis
from dart_batch.engine.schema import QUOTE_COLUMNS

CATEGORY = pl.col("ticker").cast(pl.Categorical)
KEY = ("session", "ticker")


def day(number: int) -> date:
    """Date of a day count since 1970-01-01."""
    return EPOCH.date() + timedelta(days=int(number))


def exceptional(axis: SessionAxis, quotes: pl.LazyFrame, start: int) -> pl.DataFrame:
    """All vintages of every (session, ticker) of which one does not land on its own session, from axis index `start`.

    QUOTE_COLUMNS plus `landing` (axis index of the vintage) and `position` (that of the first one, where it stands).
    """
    since = pl.lit(int(axis.as_of[start])).cast(pl.Datetime("us", "UTC"))
    reaching = quotes.filter(
        pl.col("session") <= day(axis.days[-1]),
        (pl.col("session") >= day(axis.days[start])) | (pl.col("known_at") > since),
    )
    moments = reaching.select("session", "known_at").unique().collect(engine="streaming")
    late = _with_landing(axis, moments).filter(pl.col("landing") != pl.col("own"))
    if late.is_empty():
        return (
            _with_landing(axis, pl.DataFrame(schema=QUOTE_COLUMNS).with_columns(CATEGORY))
            .with_columns(position="landing")
            .drop("own")
        )
    same_sessions = quotes.filter(pl.col("session").is_in(late["session"].unique().implode()))
    rows = same_sessions.select(*QUOTE_COLUMNS).with_columns(CATEGORY).collect()
    first = pl.col("landing").min().over(*KEY)
    stray = (pl.col("landing") != pl.col("own")).any().over(*KEY)
    kept = _with_landing(axis, rows).filter(stray).with_columns(position=first).drop("own")
    return kept.filter(pl.col("landing") < len(axis)).sort(*KEY, "known_at", maintain_order=True)


def known_by(rows: pl.DataFrame, last: int) -> pl.DataFrame:
    """Of the exceptional rows, the latest vintage of each (session, ticker) known at session `last`."""
    return rows.filter(pl.col("landing") <= last).unique(KEY, keep="last", maintain_order=True)


def revisions(rows: pl.DataFrame) -> set[int]:
    """Landings at which a quote known before changes."""
    return set(rows.filter(pl.col("landing") > pl.col("position"))["landing"].to_list())


def _with_landing(axis: SessionAxis, rows: pl.DataFrame) -> pl.DataFrame:
    days = rows["session"].to_physical().to_numpy().astype(np.int64)
    own = np.minimum(np.searchsorted(axis.days, days), len(axis) - 1)
    own = np.where(axis.days[own] == days, own, -1)
    landing = axis.landing(days, rows["known_at"].to_physical().to_numpy())
    return rows.with_columns(landing=pl.Series(landing, dtype=pl.Int64), own=pl.Series(own, dtype=pl.Int64))
