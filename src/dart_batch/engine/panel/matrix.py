"""Quotes as dense matrices: one row per session, one column per ticker."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from dart_batch.domain.index.definition import StockRules
from dart_batch.engine.axis import Int64, SessionAxis
from dart_batch.engine.windows import F64


@dataclass(frozen=True, eq=False)
class Panel:
    """Sessions [start, start + rows) of an axis x tickers. A cell without a quote has close 0, volume 0, known_at 0.

    `close` is the raw price, `volume` shares, `known_at` microseconds since 1970 UTC.
    """

    start: int
    tickers: list[str]
    close: F64
    volume: Int64
    known_at: Int64


def build_panel(quotes: pl.DataFrame, positions: Int64, start: int, rows: int) -> Panel:
    """Panel of quotes (QUOTE_COLUMNS) whose axis positions are given; of rows on one cell the latest session wins,
    and of one session the row known last."""
    tickers = quotes["ticker"].unique().sort()
    codes = quotes["ticker"].cast(pl.Enum(tickers)).to_physical().to_numpy()
    cells = (positions - start) * len(tickers) + codes
    shape = (rows, len(tickers))
    occupied = np.zeros(shape, dtype=np.bool_)
    occupied.reshape(-1)[cells] = True
    if int(np.count_nonzero(occupied)) != len(cells):
        order = quotes.select(pl.arg_sort_by("session", "known_at", maintain_order=True)).to_series().to_numpy()
        quotes, cells = quotes[order], cells[order]

    def dense(column: str, dtype: npt.DTypeLike) -> npt.NDArray[np.generic]:
        matrix = np.zeros(shape, dtype=dtype)
        matrix.reshape(-1)[cells] = quotes[column].to_physical().to_numpy()
        return matrix

    close = dense("close", np.float64)
    volume, known_at = dense("volume", np.int64), dense("known_at", np.int64)
    return Panel(start, tickers.to_list(), close, volume, known_at)  # type: ignore[arg-type]


def price_limits(axis: SessionAxis, rules: StockRules) -> F64:
    """Largest real daily move of each session, as a share: the exchange's limit of that day plus the tolerance."""
    until = np.array([limit.until for limit in rules.price_limits], dtype="datetime64[D]").astype(np.int64)
    shares = np.array([limit.limit for limit in rules.price_limits])
    return shares[np.minimum(np.searchsorted(until, axis.days), len(shares) - 1)] + rules.tolerance
