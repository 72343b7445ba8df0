"""Per-session features of a cleaned panel."""

from collections.abc import Callable, Mapping

import numpy as np

from dart_batch.domain.index.definition import StockRules
from dart_batch.engine.axis import Int64
from dart_batch.engine.panel.extremes import rolling_maximum
from dart_batch.engine.panel.matrix import Panel
from dart_batch.engine.panel.moves import UNIT, Bool, Moves
from dart_batch.engine.windows import F64, ROUNDING, divide

SCALE = 20

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
    traded, real = moves.traded.sum(axis=1), moves.real.sum(axis=1)
    counts = {
        "up_volume": np.where(up, panel.volume, 0).sum(axis=1),
        "down_volume": np.where(down, panel.volume, 0).sum(axis=1),
        "advances": up.sum(axis=1),
        "declines": down.sum(axis=1),
    }
    features = {name: np.where(real > 0, count, np.nan) for name, count in counts.items()}
    features["traded"] = np.where(traded > 0, traded, np.nan)
    features["mean_return"] = _mean_move(moves.simple, moves.real)
    return features


def _mean_move(simple: Int64, members: Bool) -> F64:
    total = np.where(members, simple, 0).sum(axis=1)
    return divide(total / UNIT, members.sum(axis=1))


def _extremes(moves: Moves, rules: StockRules, min_fill: float) -> dict[str, F64]:
    """A new high lies above every adjusted close of the window's earlier sessions; eligible is who traded and was
    priced on at least `min_fill` of the window."""
    window = rules.high_low_window
    eligible = moves.traded & (_windowed(moves.priced, window) >= min_fill * window * ROUNDING)
    adjusted = np.cumsum(moves.log, axis=0)
    highest, lowest = _before(rolling_maximum(adjusted, window - 1)), _before(-rolling_maximum(-adjusted, window - 1))
    count = eligible.sum(axis=1)
    features = {
        "new_highs": (eligible & (adjusted > highest)).sum(axis=1),
        "new_lows": (eligible & (adjusted < lowest)).sum(axis=1),
        "eligible": count,
    }
    return {name: np.where(count > 0, value, np.nan) for name, value in features.items()}


def _group_returns(moves: Moves, rules: StockRules, min_fill: float) -> dict[str, F64]:
    """Mean return of the most and the least volatile group of stocks, grouped by the variance of the log moves of the
    `volatility_window` sessions before this one. Ties at a group's edge all belong to it."""
    window = rules.volatility_window
    coarse = np.where(moves.real, moves.log >> SCALE, 0)
    count = _before(_windowed(moves.real, window))
    total, squares = _before(_windowed(coarse, window)), _before(_windowed(coarse * coarse, window))
    variance = divide(count * squares - total * total, count * (count - 1))
    ranked = moves.real & (count >= max(min_fill * window * ROUNDING, 2))
    variance[~ranked] = np.inf
    ordered = np.sort(variance, axis=1)
    members = ranked.sum(axis=1)
    size = members // rules.groups
    rows = np.arange(len(variance))
    lower, upper = ordered[rows, np.maximum(size - 1, 0)], ordered[rows, np.maximum(members - size, 0)]
    formed = (size > 0)[:, None] & ranked
    return {
        "volatile_return": _mean_move(moves.simple, formed & (variance >= upper[:, None])),
        "calm_return": _mean_move(moves.simple, formed & (variance <= lower[:, None])),
    }


def _windowed(matrix: Int64 | Bool, window: int) -> Int64:
    """Exact sums of the last `window` rows."""
    sums = np.cumsum(matrix, axis=0, dtype=np.int64)
    sums[window:] -= sums[:-window].copy()
    return sums


def _before(matrix: Int64) -> Int64:
    """The matrix as it stood one session earlier; the first session repeats itself."""
    return np.concatenate([matrix[:1], matrix[:-1]])
