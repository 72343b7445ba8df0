"""Per-session features of a cleaned panel."""

import math
from collections.abc import Callable, Mapping

import numpy as np

from dart_batch.domain.index.definition import StockRules
from dart_batch.engine.axis import Int64
from dart_batch.engine.panel.matrix import Panel
from dart_batch.engine.panel.moves import UNIT, Bool, Moves
from dart_batch.engine.panel.sliding import before, sliding_extreme, sliding_sum
from dart_batch.engine.windows import F64, ROUNDING, divide

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

_EXTREMES = frozenset({"new_highs", "new_lows", "eligible"})
_GROUPS = frozenset({"volatile_return", "calm_return"})


def panel_features(
    panel: Panel, moves: Moves, rules: StockRules, min_fill: float, wanted: frozenset[str]
) -> dict[str, F64]:
    """The wanted features, one value per session; NaN on a session whose panel holds nothing to tell it from."""
    features = _trading(panel, moves)
    if wanted & _EXTREMES:
        features |= _extremes(moves, rules, min_fill)
    if wanted & _GROUPS:
        features |= _group_returns(moves, rules, min_fill)
    return {name: features[name] for name in wanted}


def _trading(panel: Panel, moves: Moves) -> dict[str, F64]:
    up, down = moves.real & (moves.simple > 0), moves.real & (moves.simple < 0)
    traded, real = moves.traded.sum(axis=0), moves.real.sum(axis=0)
    counts = {
        "up_volume": (panel.volume * up).sum(axis=0),
        "down_volume": (panel.volume * down).sum(axis=0),
        "advances": up.sum(axis=0),
        "declines": down.sum(axis=0),
    }
    features = {name: np.where(real > 0, count, np.nan) for name, count in counts.items()}
    features["traded"] = np.where(traded > 0, traded, np.nan)
    features["mean_return"] = _mean_move(moves.simple, moves.real)
    return features


def _mean_move(simple: Int64, members: Bool) -> F64:
    total = (simple * members).sum(axis=0)
    return divide(total / UNIT, members.sum(axis=0))


def _extremes(moves: Moves, rules: StockRules, min_fill: float) -> dict[str, F64]:
    """A new high lies above every adjusted close of the window's earlier sessions; eligible is who traded and was
    priced on at least `min_fill` of the window."""
    window = rules.high_low_window
    eligible = moves.traded & (sliding_sum(moves.priced, window) >= min_fill * window * ROUNDING)
    adjusted = np.cumsum(moves.log, axis=1)
    higher = adjusted > before(sliding_extreme(adjusted, window - 1, np.maximum))
    lower = adjusted < before(sliding_extreme(adjusted, window - 1, np.minimum))
    count = eligible.sum(axis=0)
    features = {
        "new_highs": (eligible & higher).sum(axis=0),
        "new_lows": (eligible & lower).sum(axis=0),
        "eligible": count,
    }
    return {name: np.where(count > 0, value, np.nan) for name, value in features.items()}


def _group_returns(moves: Moves, rules: StockRules, min_fill: float) -> dict[str, F64]:
    """Mean return of the most and the least volatile group of stocks, grouped by the variance of the log moves of the
    `volatility_window` sessions before this one. Ties at a group's edge all belong to it."""
    variance, ranked = _earlier_variance(moves, rules, min_fill)
    ordered = np.sort(variance.T.copy(), axis=1)
    members = ranked.sum(axis=0)
    size = members // rules.groups
    sessions = np.arange(len(members))
    lower, upper = ordered[sessions, np.maximum(size - 1, 0)], ordered[sessions, np.maximum(members - size, 0)]
    formed = ranked & (size > 0)
    return {
        "volatile_return": _mean_move(moves.simple, formed & (variance >= upper)),
        "calm_return": _mean_move(moves.simple, formed & (variance <= lower)),
    }


def _earlier_variance(moves: Moves, rules: StockRules, min_fill: float) -> tuple[F64, Bool]:
    """Variance (n - 1) of the real moves of the sessions before each one, in a unit of its own; infinite where it is
    not known, and where it is known."""
    window = rules.volatility_window
    coarse = (moves.log >> _dropped_bits(rules)) * moves.real
    count = before(sliding_sum(moves.real, window))
    squares, total = before(sliding_sum(coarse * coarse, window)), before(sliding_sum(coarse, window)).astype(float)
    ranked = moves.real & (count >= max(min_fill * window * ROUNDING, 2))
    variance = np.full(count.shape, np.inf)
    total *= total
    np.divide(total, count, out=total, where=ranked)
    np.divide(squares - total, count - 1, out=variance, where=ranked)
    return variance, ranked


def _dropped_bits(rules: StockRules) -> int:
    """Low bits of a log move to leave out so that a window's sum of squares stays inside 63 bits; the running sums it
    is the difference of may wrap around."""
    largest = max(limit.limit for limit in rules.price_limits) + rules.tolerance
    steepest = -math.log1p(-largest) * UNIT
    return max(math.ceil(math.log2(steepest * math.sqrt(rules.volatility_window)) - 31.5), 0)
