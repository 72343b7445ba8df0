"""Stock quotes to session features, in blocks of sessions so that memory does not grow with the history."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import polars as pl

from dart_batch.domain.index.definition import StockRules
from dart_batch.engine.axis import Int64, SessionAxis
from dart_batch.engine.fingerprint import U64, observation_lanes, seeds
from dart_batch.engine.panel.features import FEATURES, THREADS, FeatureBuilder
from dart_batch.engine.panel.matrix import Panel, build_panel, price_limits
from dart_batch.engine.panel.sliding import count
from dart_batch.engine.panel.vintages import KEY, Vintages, day
from dart_batch.engine.schema import QUOTE_COLUMNS
from dart_batch.engine.windows import F64

BLOCK = 1250
HASHED_AT_ONCE = 64
CODED = pl.col("ticker").cast(pl.Categorical)


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
        self.vintages = Vintages.of(axis, quotes)

    @property
    def revisions(self) -> set[int]:
        """Axis indices at which what was known before changes."""
        return self.vintages.revisions

    def features(self, start: int, stop: int) -> StockFeatures:
        """Features of sessions [start, stop) as known at the last of them; quotes of before `start` are not read, so
        only values whose own look-back lies inside are whole."""
        result = StockFeatures.empty(len(self.axis), self.wanted)
        exceptional_now = self.vintages.known_by(stop - 1)
        spans = [(max(first - self.halo, start), min(first + BLOCK, stop)) for first in range(start, stop, BLOCK)]
        with ThreadPoolExecutor(1) as reader:
            coming = [reader.submit(self._panel, *span, exceptional_now) for span in spans[:1]]
            for number, first in enumerate(range(start, stop, BLOCK), 1):
                panel = coming.pop().result()
                coming += [reader.submit(self._panel, *span, exceptional_now) for span in spans[number : number + 1]]
                self._add_block(result, panel, first)
        return result

    def _add_block(self, result: StockFeatures, panel: Panel, first: int) -> None:
        if not panel.tickers:
            return
        begin, stop = panel.start, panel.start + panel.close.shape[1]
        kept = slice(first - begin, stop - begin)
        result.lanes[:, first:stop], result.counts[first:stop] = _fingerprint(panel, self.axis, kept)
        if not self.wanted:
            return
        largest = price_limits(self.axis.slice(begin, stop), self.rules)
        values = FeatureBuilder(panel, largest, self.rules, self.min_fill).build(self.wanted)
        for name, column in values.items():
            result.values[name][first:stop] = column[kept]

    def _panel(self, begin: int, stop: int, exceptional_now: pl.DataFrame) -> Panel:
        low, high = day(self.axis.days[begin]), day(self.axis.days[stop - 1])
        moments = None if self.vintages.moments is None else self.vintages.moments[begin:stop]
        columns = [name for name in QUOTE_COLUMNS if moments is None or name != "known_at"]
        within = self.quotes.filter(pl.col("session").is_between(low, high)).select(columns)
        rows = within.with_columns(CODED).collect()
        if len(self.vintages.exceptional):
            apart = self.vintages.exceptional.select(KEY).with_columns(CODED)
            rows = rows.join(apart, on=KEY, how="anti", maintain_order="left")
        positions = self._positions(rows, begin, stop)
        if len(exceptional_now):
            landed = exceptional_now.filter(pl.col("position").is_between(begin, stop - 1))
            rows = pl.concat([rows, landed.select(columns).with_columns(CODED)])
            positions = np.concatenate([positions, landed["position"].to_numpy()])
        return build_panel(rows, positions, begin, stop - begin, moments)

    def _positions(self, rows: pl.DataFrame, begin: int, stop: int) -> Int64:
        days = rows["session"].to_physical().to_numpy()
        starts = np.flatnonzero(np.append(True, days[1:] != days[:-1])[: len(days)])
        positions = begin + np.searchsorted(self.axis.days[begin:stop], days[starts])
        return np.repeat(positions, np.diff(starts, append=len(days)))


def _fingerprint(panel: Panel, axis: SessionAxis, kept: slice) -> tuple[U64, Int64]:
    days = axis.days[panel.start : panel.start + panel.close.shape[1]][kept]
    slices = [slice(b, b + HASHED_AT_ONCE) for b in range(0, len(panel.tickers), HASHED_AT_ONCE)]
    with ThreadPoolExecutor(THREADS) as pool:
        lanes, counts = zip(*pool.map(lambda part: _hashed(panel.only(part), days, kept), slices), strict=True)
    return np.add.reduce(lanes), np.add.reduce(counts)


def _hashed(panel: Panel, days: Int64, kept: slice) -> tuple[U64, Int64]:
    names = seeds([f"quotes/{ticker}" for ticker in panel.tickers])
    held, known_at = panel.held[:, kept], panel.known_at[:, kept]
    lanes = observation_lanes(names[:, None], days, panel.close[:, kept], known_at, panel.volume[:, kept])
    lanes *= held
    return lanes.sum(axis=1), count(held)
