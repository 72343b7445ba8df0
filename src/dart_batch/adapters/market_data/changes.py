"""What later batches brought."""

from collections.abc import Sequence

import polars as pl

from dart_batch.adapters.market_data.batches import Batch
from dart_batch.adapters.market_data.columns import restored
from dart_batch.application.ports.market_data import CHANGE_SCHEMA, QUOTES_NAME, Shape

_OBSERVATION = ["name", "session"]


def changes_in(shape: Shape, batches: list[Batch], names: Sequence[str], after: int) -> pl.DataFrame:
    """CHANGE_SCHEMA of one shape; `batches` are all of the shape up to the wanted revision."""
    later = [_named(shape, batch, names) for batch in batches if batch.number > after]
    if not later:
        return pl.DataFrame(schema=CHANGE_SCHEMA)
    brought = (
        pl.concat(later)
        .group_by("batch", *_OBSERVATION)
        .agg(rows=pl.len().cast(pl.Int64), first_known=pl.col("known_at").min())
        .collect()
    )
    days = brought["session"].unique().sort()
    if days.is_empty():
        return pl.DataFrame(schema=CHANGE_SCHEMA)
    near = [batch for batch in batches if batch.first <= days[-1] and batch.last >= days[0]]
    known = [_named(shape, batch, names).filter(pl.col("session").is_in(days.implode())) for batch in near]
    latest = pl.concat(known).group_by(_OBSERVATION).agg(last_known=pl.col("known_at").max()).collect()
    return brought.join(latest, on=_OBSERVATION, how="left").select(list(CHANGE_SCHEMA))


def _named(shape: Shape, batch: Batch, names: Sequence[str]) -> pl.LazyFrame:
    name = pl.lit(QUOTES_NAME) if shape == "quotes" else pl.col("series")
    rows = pl.scan_parquet(batch.path).select(restored(shape, batch.tickers))
    wanted = rows if shape == "quotes" else rows.filter(pl.col("series").is_in(list(names)))
    number = pl.lit(batch.number, dtype=pl.Int64)
    return wanted.select(number.alias("batch"), name.alias("name"), "session", "known_at")
