"""How the columns of a batch are kept in its file: in the types that are written and read fastest, without any loss.

The library writes floats as they are and looks every integer and text up in a dictionary; the more distinct ones there
are, the longer that takes.
"""

import polars as pl

from dart_batch.application.ports.market_data import SCHEMA_OF, Shape

PRICES = ("open", "high", "low", "close")
LARGEST_EXACT = 2**53


def compact(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with whole prices as Int32, exact volumes as Float64 and a source that is one for all as Enum."""
    return rows.with_columns(
        *(_whole(rows[name]) for name in PRICES if name in rows.columns),
        *(_exact(rows[name]) for name in ("volume",) if name in rows.columns),
        _constant(rows["source"]),
    )


def restored(shape: Shape) -> list[pl.Expr]:
    """The columns of the shape's schema out of a file that `compact` made."""
    return [pl.col(name).cast(dtype) for name, dtype in SCHEMA_OF[shape].items()]


def _whole(prices: pl.Series) -> pl.Series:
    if prices.dtype == pl.Int32:
        return prices
    numbers = prices.cast(pl.Int32, strict=False)
    return numbers if (numbers == prices).all(ignore_nulls=False) else prices


def _exact(volumes: pl.Series) -> pl.Series:
    least, largest = volumes.min(), volumes.max()
    exact = isinstance(least, int) and isinstance(largest, int) and -LARGEST_EXACT <= least <= largest <= LARGEST_EXACT
    return volumes.cast(pl.Float64) if exact else volumes


def _constant(text: pl.Series) -> pl.Series:
    repeated = text.dtype == pl.String and len(text) > 0 and text.null_count() == 0 and text.min() == text.max()
    return pl.repeat(text[0], len(text), dtype=pl.Enum([text[0]]), eager=True).alias(text.name) if repeated else text
