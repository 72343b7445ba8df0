"""What prices did after the index was at a level: a description of the past, never an input of the index."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from dart_batch.engine.report.distribution import ORDER
from dart_batch.engine.report.summary import DECIMALS

HORIZONS = (1, 5, 20, 60)


def closing_prices(observations: pl.DataFrame) -> pl.DataFrame:
    """session and close, by session, from observations of one series; of several vintages the one known last."""
    latest = observations.sort("session", "known_at").unique("session", keep="last", maintain_order=True)
    return latest.select("session", close="value").filter(pl.col("close") > 0)


def forward_returns(
    history: pl.DataFrame, prices: pl.DataFrame, until: date, horizons: Sequence[int] = HORIZONS
) -> pl.DataFrame:
    """Per horizon and level: horizon, level, sessions, mean, median, positive (share), low and high (quartiles).

    Returns are shares (0.01 = 1 %) from the close of the reading's session to the close `horizon` priced sessions
    later. Only returns that were complete by `until` count, so the answer does not change as prices come in. `history`
    has session and level, `prices` session and close, both by session. Figures are null where no return is complete.
    """
    known = prices.filter(pl.col("session") <= until)
    levels = history.filter(pl.col("session") <= until).select("session", "level").drop_nulls()
    joined = [
        known.with_columns(change=pl.col("close").shift(-horizon) / pl.col("close") - 1, horizon=pl.lit(horizon))
        .join(levels, on="session")
        .drop_nulls("change")
        for horizon in horizons
    ]
    change = pl.col("change")
    found = (
        pl.concat(joined)
        .group_by("horizon", "level")
        .agg(
            sessions=pl.len().cast(pl.Int64),
            mean=change.mean().round(DECIMALS),
            median=change.median(),
            positive=(change > 0).mean(),
            low=change.quantile(0.25, "linear"),
            high=change.quantile(0.75, "linear"),
        )
    )
    every = pl.DataFrame({"horizon": list(horizons)}, schema={"horizon": pl.Int32}).join(
        pl.DataFrame({"level": list(ORDER)}), how="cross"
    )
    return every.join(found, on=["horizon", "level"], how="left", maintain_order="left").with_columns(
        pl.col("sessions").fill_null(0)
    )
