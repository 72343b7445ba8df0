"""When quotes were known.

In the ordinary case all quotes of a session were known at one moment, before the session's as-of. Late quotes and later
vintages are rare, so they are found by one cheap pass over two columns and kept apart from the bulk.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from dart_batch.engine.axis import EPOCH, Int64, SessionAxis
from dart_batch.engine.schema import QUOTE_COLUMNS

KEY = ("session", "ticker")


def day(number: int) -> date:
    """Date of a day count since 1970-01-01."""
    return EPOCH.date() + timedelta(days=int(number))


@dataclass(frozen=True, eq=False)
class Vintages:
    """`moments`: known_at of each session, 0 where there is no quote; None unless every session has exactly one.

    `exceptional`: all vintages of every (session, ticker) of which one does not land on its own session; QUOTE_COLUMNS
    plus `landing` (axis index of the vintage, the axis' length if it comes after its end) and `position` (that of the
    first one, where the quote stands).
    """

    moments: Int64 | None
    exceptional: pl.DataFrame

    @classmethod
    def of(cls, axis: SessionAxis, quotes: pl.LazyFrame) -> "Vintages":
        """Vintages of the quotes that can stand on the axis."""
        first, since = day(axis.days[0]), pl.lit(int(axis.as_of[0])).cast(pl.Datetime("us", "UTC"))
        reaching = (pl.col("session") >= first) | (pl.col("known_at") > since)
        pairs = _distinct(quotes.select("session", "known_at"))
        placed = _placed(axis, pairs.filter(pl.col("session") <= day(axis.days[-1]), reaching))
        late = placed.filter(pl.col("landing") != pl.col("own"))
        if len(late):
            return cls(None, _exceptional(axis, quotes, late["session"].unique()))
        nothing = _placed(axis, pl.DataFrame(schema=QUOTE_COLUMNS))
        return cls(_moments(placed, len(axis)), nothing.with_columns(position="landing").drop("own"))

    @property
    def revisions(self) -> set[int]:
        """Landings at which a quote known before changes."""
        return set(self.exceptional.filter(pl.col("landing") > pl.col("position"))["landing"].to_list())

    def known_by(self, last: int) -> pl.DataFrame:
        """Of the exceptional rows, the latest vintage of each (session, ticker) known at session `last`."""
        return self.exceptional.filter(pl.col("landing") <= last).unique(KEY, keep="last", maintain_order=True)


def _distinct(pairs: pl.LazyFrame) -> pl.DataFrame:
    """The different rows of session and known_at; quick where equal ones stand together."""
    another = pl.any_horizontal(pl.all().ne_missing(pl.all().shift()))
    return pairs.filter(another).collect().unique()


def _exceptional(axis: SessionAxis, quotes: pl.LazyFrame, sessions: pl.Series) -> pl.DataFrame:
    same_sessions = quotes.filter(pl.col("session").is_in(sessions.implode())).select(*QUOTE_COLUMNS)
    rows = _placed(axis, same_sessions.collect())
    stray = (pl.col("landing") != pl.col("own")).any().over(*KEY)
    kept = rows.filter(stray).with_columns(position=pl.col("landing").min().over(*KEY)).drop("own")
    return kept.sort(*KEY, "known_at", maintain_order=True)


def _moments(placed: pl.DataFrame, length: int) -> Int64 | None:
    rows = placed["own"].to_numpy()
    moments = np.zeros(length, dtype=np.int64)
    moments[rows] = placed["known_at"].to_physical().to_numpy()
    return moments if len(rows) == placed["session"].n_unique() else None


def _placed(axis: SessionAxis, rows: pl.DataFrame) -> pl.DataFrame:
    days = rows["session"].to_physical().to_numpy().astype(np.int64)
    own = np.minimum(np.searchsorted(axis.days, days), len(axis) - 1)
    own = np.where(axis.days[own] == days, own, -1)
    landing = axis.landing(days, rows["known_at"].to_physical().to_numpy())
    return rows.with_columns(landing=pl.Series(landing, dtype=pl.Int64), own=pl.Series(own, dtype=pl.Int64))
