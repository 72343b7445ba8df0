"""Quotes as dense matrices: one row per ticker, one column per session, so that time runs along memory."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
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
    """Tickers x sessions [start, start + columns) of an axis. A cell without a quote is not `held`: close 0, volume 0.

    `close` is the raw price, `volume` shares, `known_at` microseconds since 1970 UTC (one row if all tickers share it).
    """

    start: int
    tickers: list[str]
    held: npt.NDArray[np.bool_]
    close: F64
    volume: Int64
    known_at: Int64

    def only(self, tickers: slice) -> "Panel":
        """The panel of some of its tickers, without a copy."""
        return replace(
            self,
            tickers=self.tickers[tickers],
            held=self.held[tickers],
            close=self.close[tickers],
            volume=self.volume[tickers],
            known_at=self.known_at[tickers] if len(self.known_at) > 1 else self.known_at,
        )


def build_panel(
    quotes: pl.DataFrame, positions: Int64, start: int, sessions: int, known_at: Int64 | None = None
) -> Panel:
    """Panel of quotes (QUOTE_COLUMNS, tickers as Categorical) whose axis positions are given.

    Of rows on one cell the latest session wins, and of one session the row known last. With `known_at`, one moment per
    session of the panel, the quotes need not have that column.
    """
    tickers, cells = _tickers(quotes["ticker"], sessions)
    cells += positions - start
    shape = (len(tickers), sessions)
    held = np.zeros(shape, dtype=np.bool_)
    held.reshape(-1)[cells] = True
    if known_at is None and int(np.count_nonzero(held)) != len(cells):
        order = quotes.select(pl.arg_sort_by("session", "known_at", maintain_order=True)).to_series()
        quotes, cells = quotes[order], cells[order.to_numpy()]
    with ThreadPoolExecutor(2) as pool:
        closes = pool.submit(_dense, quotes["close"].to_numpy(), cells, shape)
        volume: Int64 = _dense(quotes["volume"].to_numpy(), cells, shape)
        close: F64 = closes.result()
    if known_at is not None:
        return Panel(start, tickers, held, close, volume, known_at[None, :])
    moments: Int64 = _dense(quotes["known_at"].to_physical().to_numpy(), cells, shape)
    return Panel(start, tickers, held, close, volume, moments)


def price_limits(axis: SessionAxis, rules: StockRules) -> F64:
    """Largest real daily move of each session, as a share: the exchange's limit of that day plus the tolerance."""
    until = np.array([limit.until for limit in rules.price_limits], dtype="datetime64[D]").astype(np.int64)
    shares = np.array([limit.limit for limit in rules.price_limits])
    return shares[np.minimum(np.searchsorted(until, axis.days), len(shares) - 1)] + rules.tolerance


def _tickers(column: pl.Series, apart: int) -> tuple[list[str], Int64]:
    """The tickers that occur, and `apart` times the place of each quote's ticker among them."""
    codes = column.to_physical().to_numpy()
    example = np.full(int(codes.max()) + 1 if len(codes) else 0, -1, dtype=np.int64)
    example[codes] = np.arange(len(codes))
    held = example >= 0
    places = (np.cumsum(held) - 1) * apart
    return column.gather(example[held]).cast(pl.String).to_list(), places[codes]


def _dense(values: npt.NDArray[N], cells: Int64, shape: tuple[int, int]) -> npt.NDArray[N]:
    matrix: npt.NDArray[N] = np.zeros(shape, dtype=values.dtype)
    matrix.reshape(-1)[cells] = values
    return matrix
