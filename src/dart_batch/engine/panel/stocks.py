"""Stock quotes to session features, in blocks of sessions so that memory does not grow with the history."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from dart_batch.domain.index.definition import StockRules
from dart_batch.engine.axis import Int64, SessionAxis
from dart_batch.engine.fingerprint import U64, observation_lanes, seeds
from dart_batch.engine.panel.features import FEATURES, panel_features
from dart_batch.engine.panel.matrix import Panel, build_panel, price_limits
from dart_batch.engine.panel.moves import clean_moves
from dart_batch.engine.panel.vintages import KEY, day, exceptional, known_by, revisions
from dart_batch.engine.schema import QUOTE_COLUMNS
from dart_batch.engine.windows import F64

BLOCK = 768
HASHED_AT_ONCE = 32


@dataclass(frozen=True, eq=False)
class StockFeatures:
    """One value per session of the axis, NaN outside the computed range; `lanes` (2, sessions) and `counts` describe
    the quotes themselves."""

    values: dict[str, F64]
    lanes: U64
    counts: Int64

    @classmethod
    def empty(cls, length: int, wanted: frozenset[str]) -> "StockFeatures":
        """No quote on any session."""
        values = {name: np.full(length, np.nan) for name in wanted}
        return cls(values, np.zeros((2, length), dtype=np.uint64), np.zeros(length, dtype=np.int64))


class Stocks:
    """The quotes of an axis from index `start` on, with the rules to clean them and the features wanted of them."""

    def __init__(
        self, axis: SessionAxis, quotes: pl.LazyFrame, rules: StockRules, min_fill: float, wanted: frozenset[str]
    ) -> None:
        self.axis, self.quotes, self.rules, self.min_fill, self.wanted = axis, quotes, rules, min_fill, wanted
        self.halo = max((FEATURES[name](rules) for name in wanted), default=1) - 1
        self.exceptional = exceptional(axis, quotes, 0)

    @property
    def revisions(self) -> set[int]:
        """Axis indices at which what was known before changes."""
        return revisions(self.exceptional)

    def features(self, start: int, stop: int) -> StockFeatures:
        """Features of sessions [start, stop) as known at the last of them; quotes of before `start` are not read, so
        only values whose own look-back lies inside are whole."""
        result = StockFeatures.empty(len(self.axis), self.wanted)
        exceptional_now = known_by(self.exceptional, stop - 1)
        for first in range(start, stop, BLOCK):
            self._add_block(result, max(first - self.halo, start), first, min(first + BLOCK, stop), exceptional_now)
        return result

    def _add_block(
        self, result: StockFeatures, begin: int, first: int, stop: int, exceptional_now: pl.DataFrame
    ) -> None:
        panel = self._panel(begin, stop, exceptional_now)
        if not panel.tickers:
            return
        rows = slice(first - begin, stop - begin)
        result.lanes[:, first:stop], result.counts[first:stop] = _fingerprint(panel, self.axis, rows)
        largest = price_limits(self.axis.slice(begin, stop), self.rules)
        values = panel_features(panel, clean_moves(panel, largest), self.rules, self.min_fill, self.wanted)
        for name, column in values.items():
            result.values[name][first:stop] = column[rows]

    def _panel(self, begin: int, stop: int, exceptional_now: pl.DataFrame) -> Panel:
        low, high = day(self.axis.days[begin]), day(self.axis.days[stop - 1])
        rows = self.quotes.filter(pl.col("session").is_between(low, high)).select(*QUOTE_COLUMNS).collect()
        if len(self.exceptional):
            rows = rows.join(self.exceptional.select(KEY), on=KEY, how="anti", maintain_order="left")
        positions = np.searchsorted(self.axis.days, rows["session"].to_physical().to_numpy())
        if len(exceptional_now):
            landed = exceptional_now.filter(pl.col("position").is_between(begin, stop - 1))
            rows = pl.concat([rows, landed.select(*QUOTE_COLUMNS)])
            positions = np.concatenate([positions, landed["position"].to_numpy()])
        return build_panel(rows, positions.astype(np.int64), begin, stop - begin)


def _fingerprint(panel: Panel, axis: SessionAxis, rows: slice) -> tuple[U64, Int64]:
    names = seeds([f"quotes/{ticker}" for ticker in panel.tickers])
    days = axis.days[panel.start : panel.start + len(panel.close)]
    lanes = np.zeros((2, rows.stop - rows.start), dtype=np.uint64)
    counts = np.zeros(rows.stop - rows.start, dtype=np.int64)
    for begin in range(rows.start, rows.stop, HASHED_AT_ONCE):
        part = slice(begin, min(begin + HASHED_AT_ONCE, rows.stop))
        into = slice(part.start - rows.start, part.stop - rows.start)
        close, volume, known_at = panel.close[part], panel.volume[part], panel.known_at[part]
        occupied = known_at != 0
        hashed = observation_lanes(names[None, :], days[part, None], close, known_at, volume)
        lanes[:, into] = np.where(occupied, hashed, np.uint64(0)).sum(axis=2)
        counts[into] = occupied.sum(axis=1)
    return lanes, counts
