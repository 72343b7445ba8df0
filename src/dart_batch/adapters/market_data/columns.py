"""How the columns of a batch are kept in its file: in the types that are written and read fastest, without any loss.

The library writes floats as they are and looks every integer and text up in a dictionary; the more distinct ones there
are, the longer that takes. Tickers are kept as their places in a list, which the file has beside its facts; batches of
earlier releases, and those that bring corrections, have them as texts. The places have another name than the texts, so
that an earlier release refuses the file instead of taking a place for a ticker.
"""

from collections.abc import Callable, Sequence

import polars as pl

from dart_batch.application.ports.market_data import KEY_OF, SCHEMA_OF, Shape

CODED = pl.Categorical()
PLACE = "ticker_place"
PRICES = ("open", "high", "low", "close")
LARGEST_SINGLE, LARGEST_DOUBLE = 2**24, 2**53


def compact(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with prices as Float32 and volumes as Float64 where that is exact, one source for all as Enum, and
    tickers that are an Enum as their places in it.
    """
    leaner = rows.with_columns(
        *(_single(rows[name]) for name in PRICES if name in rows.columns),
        *(_double(rows[name]) for name in ("volume",) if name in rows.columns),
        _constant(rows["source"]),
    )
    return leaner.with_columns(rows["ticker"].to_physical()).rename({"ticker": PLACE}) if listed(rows) else leaner


def listed(rows: pl.DataFrame) -> list[str]:
    """The list that the tickers of the rows are places in; empty where they are texts, or there are none."""
    tickers = rows.schema.get("ticker")
    return tickers.categories.to_list() if isinstance(tickers, pl.Enum) else []


def restored(shape: Shape, tickers: Sequence[str] = (), *, coded: bool = False) -> list[pl.Expr]:
    """The columns of the shape's schema out of a file that `compact` made; `tickers` is the list beside its facts.

    With `coded` tickers are Categorical, which takes a third of the time.
    """
    types = {**SCHEMA_OF[shape]} | ({"ticker": CODED} if coded and shape == "quotes" else {})
    found = {name: pl.col(name) for name in types} | ({"ticker": _named(tickers, coded=coded)} if tickers else {})
    return [found[name].cast(dtype) for name, dtype in types.items()]


def restored_key(shape: Shape, tickers: Sequence[str]) -> list[pl.Expr]:
    """The columns that tell observations apart; arguments as for `restored`."""
    names = list(SCHEMA_OF[shape])
    return [restored(shape, tickers)[names.index(name)] for name in KEY_OF[shape]]


def _named(tickers: Sequence[str], *, coded: bool) -> pl.Expr:
    places = pl.col(PLACE)
    if coded:
        taken = _taken_from(pl.Series(tickers, dtype=CODED))
        return places.map_batches(taken, return_dtype=CODED, is_elementwise=True).alias("ticker")
    return places.cat.to(pl.Enum(tickers)).alias("ticker")


def _taken_from(values: pl.Series) -> Callable[[pl.Series], pl.Series]:
    def taken(places: pl.Series) -> pl.Series:
        return values.gather(places)

    return taken


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
