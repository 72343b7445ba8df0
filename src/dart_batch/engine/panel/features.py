"""Per-session features of a cleaned panel."""

import math
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from dart_batch.domain.index.definition import StockRules
from dart_batch.engine.axis import Int64
from dart_batch.engine.panel.matrix import Panel
from dart_batch.engine.panel.moves import UNIT, Bool, Moves, clean_moves
from dart_batch.engine.panel.sliding import before, count, sliding_extreme, sliding_sum
from dart_batch.engine.windows import F64, ROUNDING, divide

TICKERS_AT_ONCE = 64
THREADS = 2
Float = npt.NDArray[np.floating]

FEATURES: Mapping[str, Callable[[StockRules], int]] = {
    "up_volume": lambda _: 2,
    "down_volume": lambda _: 2,
    "advances": lambda _: 2,
    "declines": lambda _: 2,
    "traded": lambda _: 1,
    "mean_return": lambda _: 2,
    "new_highs": lambda rules: rules.high_low_window,
    "new_lows": lambda rules: rules.high_low_window,
    "eligible": lambda rules: rules.high_low_window,
    "volatile_return": lambda rules: rules.volatility_window + 2,
    "calm_return": lambda rules: rules.volatility_window + 2,
}
"""Each feature with the sessions of quotes it looks at, the current one included."""

_COUNTS = ("up_volume", "down_volume", "advances", "declines")
_EXTREMES = ("new_highs", "new_lows", "eligible")
_GROUPS = ("volatile_return", "calm_return")


class FeatureBuilder:
    """Adds up the features of one panel, a few tickers at a time so that the work stays in the processor's cache.

    All sums are of whole numbers, so neither the order of tickers nor the number of threads matters.
    """

    def __init__(self, panel: Panel, largest_move: F64, rules: StockRules, min_fill: float) -> None:
        self.panel, self.largest_move, self.rules, self.min_fill = panel, largest_move, rules, min_fill

    def build(self, wanted: frozenset[str]) -> dict[str, F64]:
        """The wanted features, one value per session; NaN on a session whose panel holds nothing to tell it from."""
        grouping = _Grouping(self.panel) if wanted.intersection(_GROUPS) else None
        extremes = bool(wanted.intersection(_EXTREMES))
        slices = [slice(b, b + TICKERS_AT_ONCE) for b in range(0, len(self.panel.tickers), TICKERS_AT_ONCE)]
        with ThreadPoolExecutor(THREADS) as pool:
            parts = list(pool.map(lambda tickers: self._sums(tickers, grouping, extremes=extremes), slices))
            returns = grouping.returns(self.rules.groups, pool) if grouping else {}
        features = _features({name: np.add.reduce([part[name] for part in parts]) for name in parts[0]}) | returns
        return {name: features[name] for name in wanted}

    def _sums(self, tickers: slice, grouping: "_Grouping | None", *, extremes: bool) -> dict[str, Int64]:
        part = self.panel.only(tickers)
        moves = clean_moves(part, self.largest_move)
        if grouping is not None:
            grouping.variance[tickers] = earlier_variance(moves, self.rules, self.min_fill)
            grouping.simple[tickers] = moves.simple
        return _trading(part, moves) | (_extremes(moves, self.rules, self.min_fill) if extremes else {})


class _Grouping:
    """Stocks grouped by the variance of their log moves in the sessions before each session."""

    def __init__(self, panel: Panel) -> None:
        self.variance: F64 = np.empty(panel.close.shape)
        self.simple: Int64 = np.empty(panel.close.shape, dtype=np.int64)

    def returns(self, groups: int, pool: ThreadPoolExecutor) -> dict[str, F64]:
        """Mean return of the most and of the least volatile of `groups` equal groups; ties at a group's edge all
        belong to it."""
        edges = np.linspace(0, self.variance.shape[1], THREADS + 1).astype(int)
        spans = [slice(begin, end) for begin, end in pairwise(edges)]
        parts = pool.map(lambda span: _extreme_returns(self.variance[:, span], self.simple[:, span], groups), spans)
        most, least = zip(*parts, strict=True)
        return {"volatile_return": np.concatenate(most), "calm_return": np.concatenate(least)}


def _extreme_returns(variance: F64, simple: Int64, groups: int) -> tuple[F64, F64]:
    """Groups are told by variances in single precision, which sort five times faster, and again in double precision
    on the sessions where single precision puts more stocks into a group than belong there."""
    single = variance.astype(np.float32)
    most, least, size = _outer_groups(single, groups)
    found = _mean_of(simple, most), _mean_of(simple, least)
    unclear = (_count(most) != size) | (_count(least) != size)
    if unclear.any():
        most, least, _ = _outer_groups(variance[:, unclear], groups)
        found[0][unclear] = _mean_of(simple[:, unclear], most)
        found[1][unclear] = _mean_of(simple[:, unclear], least)
    return found


def _outer_groups(variance: Float, groups: int) -> tuple[Bool, Bool, Int64]:
    """Members of the most and of the least volatile group, and how many there should be without ties."""
    ordered = np.sort(np.ascontiguousarray(variance.T), axis=1)
    members = np.count_nonzero(np.isfinite(ordered), axis=1)
    size = members // groups
    sessions = np.arange(len(members))
    lower = np.where(size > 0, ordered[sessions, np.maximum(size - 1, 0)], -np.inf)
    upper = np.where(size > 0, ordered[sessions, members - np.maximum(size, 1)], np.inf)
    edge = variance.dtype.type
    return (variance >= upper.astype(edge)) & (variance < np.inf), variance <= lower.astype(edge), size


def _mean_of(simple: Int64, members: Bool) -> F64:
    return divide((simple * members).sum(axis=0) / UNIT, _count(members))


def _count(members: Bool) -> Int64:
    found: Int64 = np.add.reduce(members, axis=0, dtype=np.int32).astype(np.int64)
    return found


def _trading(panel: Panel, moves: Moves) -> dict[str, Int64]:
    up, down = moves.simple > 0, moves.simple < 0
    return {
        "up_volume": (panel.volume * up).sum(axis=0),
        "down_volume": (panel.volume * down).sum(axis=0),
        "advances": count(up),
        "declines": count(down),
        "traded": count(moves.traded),
        "real": count(moves.real),
        "return": moves.simple.sum(axis=0),
    }


def _extremes(moves: Moves, rules: StockRules, min_fill: float) -> dict[str, Int64]:
    """A new high lies above every adjusted close of the window's earlier sessions; eligible is who traded and was
    priced on at least `min_fill` of the window."""
    window = rules.high_low_window
    eligible = moves.traded & (sliding_sum(moves.priced, window) >= min_fill * window * ROUNDING)
    adjusted = np.cumsum(moves.log, axis=1)
    higher = adjusted > before(sliding_extreme(adjusted, window - 1, np.maximum))
    lower = adjusted < before(sliding_extreme(adjusted, window - 1, np.minimum))
    return {
        "new_highs": count(eligible & higher),
        "new_lows": count(eligible & lower),
        "eligible": count(eligible),
    }


def _features(sums: Mapping[str, Int64]) -> dict[str, F64]:
    features = {name: np.where(sums["real"] > 0, sums[name], np.nan) for name in _COUNTS}
    features["traded"] = np.where(sums["traded"] > 0, sums["traded"], np.nan)
    features["mean_return"] = divide(sums["return"] / UNIT, sums["real"])
    extremes = [name for name in _EXTREMES if name in sums]
    return features | {name: np.where(sums["eligible"] > 0, sums[name], np.nan) for name in extremes}


def earlier_variance(moves: Moves, rules: StockRules, min_fill: float) -> F64:
    """Variance (n - 1) of the real log moves of the `volatility_window` sessions before each one, in a unit of its
    own; infinite where the stock has no real move now or too few then."""
    window = rules.volatility_window
    coarse = (moves.log >> _dropped_bits(rules)) * moves.real
    known = sliding_sum(moves.real, window)
    total = sliding_sum(coarse, window).astype(np.float64)
    coarse *= coarse
    variance = sliding_sum(coarse, window).astype(np.float64)
    counted = known.astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        total *= total
        total /= counted
        variance -= total
        counted -= 1.0
        variance /= counted
    variance[known < max(min_fill * window * ROUNDING, 2)] = np.inf
    earlier = before(variance)
    earlier[~moves.real] = np.inf
    return earlier


def _dropped_bits(rules: StockRules) -> int:
    """Low bits of a log move to leave out so that a window's sum of squares stays inside 63 bits; the running sums it
    is the difference of may wrap around."""
    largest = max(limit.limit for limit in rules.price_limits) + rules.tolerance
    steepest = -math.log1p(-largest) * UNIT
    return max(math.ceil(math.log2(steepest * math.sqrt(rules.volatility_window)) - 31.5), 0)
