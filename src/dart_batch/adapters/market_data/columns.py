"""How the columns of a batch are kept in its file: in the types that are written and read fastest, without any loss.

The library writes floats as they are and looks every integer and text up in a dictionary; the more distinct ones there
are, the longer that takes.
"""

import polars as pl

from dart_batch.application.ports.market_data import SCHEMA_OF, Shape

PRICES = ("open", "high", "low", "close")
LARGEST_SINGLE, LARGEST_DOUBLE = 2**24, 2**53


def compact(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with prices as Float32 and volumes as Float64 where that is exact, and one source for all as Enum."""
    return rows.with_columns(
        *(_single(rows[name]) for name in PRICES if name in rows.columns),
        *(_double(rows[name]) for name in ("volume",) if name in rows.columns),
        _constant(rows["source"]),
    )


def restored(shape: Shape) -> list[pl.Expr]:
    """The columns of the shape's schema out of a file that `compact` made."""
    return [pl.col(name).cast(dtype) for name, dtype in SCHEMA_OF[shape].items()]


def _single(prices: pl.Series) -> pl.Series:
    if prices.dtype == pl.Int32:
        return prices.cast(pl.Float32 if _within(prices, LARGEST_SINGLE) else pl.Float64)
    single = prices.cast(pl.Float32)
    return single if (single.cast(pl.Float64) == prices).all(ignore_nulls=False) else prices


def _double(volumes: pl.Series) -> pl.Series:
    return volumes.cast(pl.Float64) if _within(volumes, LARGEST_DOUBLE) else volumes


def _within(numbers: pl.Series, bound: int) -> bool:
    least, largest = numbers.min(), numbers.max()
    return isinstance(least, int) and isinstance(largest, int) and -bound <= least and largest <= bound


def _constant(text: pl.Series) -> pl.Series:
    repeated = text.dtype == pl.String and len(text) > 0 and text.null_count() == 0 and text.min() == text.max()
    return pl.repeat(text[0], len(text), dtype=pl.Enum([text[0]]), eager=True).alias(text.name) if repeated else text
