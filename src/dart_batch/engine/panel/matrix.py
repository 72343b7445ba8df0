"""Quotes as dense matrices: one row per ticker, one column per session, so that time runs along memory."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from dart_batch.domain.index.definition import StockRules
from dart_batch.engine.axis import Int64, SessionAxis
from dart_batch.engine.windows import F64

N = TypeVar("N", bound=np.generic)


@dataclass(frozen=True, eq=False)
class Panel:
    """Tickers x sessions [start, start + columns) of an axis. A cell without a quote has close 0, volume 0, known_at 0.

    `close` is the raw price, `volume` shares, `known_at` microseconds since 1970 UTC.
    """

    start: int
    tickers: list[str]
    close: F64
    volume: Int64
    known_at: Int64


def build_panel(quotes: pl.DataFrame, positions: Int64, start: int, sessions: int) -> Panel:
    """Panel of quotes (QUOTE_COLUMNS, the ticker categorical) whose axis positions are given; of rows on one cell the
    latest session wins, and of one session the row known last."""
    tickers, rows = _tickers(quotes["ticker"])
    cells = rows * sessions + (positions - start)
    occupied = np.zeros(len(tickers) * sessions, dtype=np.bool_)
    occupied[cells] = True
    if int(np.count_nonzero(occupied)) != len(cells):
        order = quotes.select(pl.arg_sort_by("session", "known_at", maintain_order=True)).to_series()
        quotes, cells = quotes[order], cells[order.to_numpy()]
    shape = (len(tickers), sessions)
    close: F64 = _dense(quotes["close"].to_numpy(), cells, shape)
    volume: Int64 = _dense(quotes["volume"].to_numpy(), cells, shape)
    known_at: Int64 = _dense(quotes["known_at"].to_physical().to_numpy(), cells, shape)
    return Panel(start, tickers, close, volume, known_at)


def price_limits(axis: SessionAxis, rules: StockRules) -> F64:
    """Largest real daily move of each session, as a share: the exchange's limit of that day plus the tolerance."""
    until = np.array([limit.until for limit in rules.price_limits], dtype="datetime64[D]").astype(np.int64)
    shares = np.array([limit.limit for limit in rules.price_limits])
    return shares[np.minimum(np.searchsorted(until, axis.days), len(shares) - 1)] + rules.tolerance


def _tickers(column: pl.Series) -> tuple[list[str], Int64]:
    """The tickers that occur, and the row number of each quote among them."""
    codes = column.to_physical().to_numpy()
    used = np.zeros(int(codes.max()) + 1 if len(codes) else 0, dtype=np.bool_)
    used[codes] = True
    compact = np.cumsum(used) - 1
    names = column.cat.get_categories().gather(np.flatnonzero(used))
    return names.to_list(), compact[codes]


def _dense(values: npt.NDArray[N], cells: Int64, shape: tuple[int, int]) -> npt.NDArray[N]:
    matrix: npt.NDArray[N] = np.zeros(shape, dtype=values.dtype)
    matrix.reshape(-1)[cells] = values
    return matrix
