"""From a raw value to a score in [0, 100], by its rank in its own past."""

import numpy as np

from dart_batch.domain.index.definition import Convention, Direction, Method, Normalisation
from dart_batch.engine.windows import F64, ROUNDING, divide, zscore


def score(column: F64, rule: Normalisation, direction: Direction, fill: float) -> F64:
    """Score of each row, 100 = greed; NaN where the row is missing or less than `fill` of the window is present.

    Fear is ranked on the negated value, so ties and conventions keep their meaning in both directions.
    """
    if rule.method is Method.TRIGGER_RANK:
        return _trigger_rank(column, rule, fill)
    signed = -column if direction is Direction.FEAR else column
    ranked = zscore(signed, rule.z_window, fill) if rule.method is Method.ZSCORE_RANK else signed
    return rank(ranked, rule.window, rule.convention, fill)


def rank(column: F64, window: int, convention: Convention, fill: float) -> F64:
    """Percentage of the window that today's value exceeds, today's row included among the n present ones.

    strict: below / n. weak: (below + equal) / n. mean: (below + equal / 2) / n. midrank: (below + (equal - 1) / 2) /
    (n - 1), where `equal` counts today's row too.
    """
    if np.isnan(column).all():
        return column
    below, equal, count = _counts(column, window)
    if convention is Convention.STRICT:
        share = divide(100.0 * below, count)
    elif convention is Convention.WEAK:
        share = divide(100.0 * (below + equal), count)
    elif convention is Convention.MEAN:
        share = divide(100.0 * (below + equal / 2.0), count)
    else:
        share = divide(100.0 * (below + (equal - 1.0) / 2.0), count - 1.0)
    return np.where((count >= fill * window * ROUNDING) & ~np.isnan(column), share, np.nan)


def _counts(column: F64, window: int) -> tuple[F64, F64, F64]:
    padded = np.concatenate([np.full(window - 1, np.nan), column])
    past = np.lib.stride_tricks.sliding_window_view(padded, len(column))
    below, equal = (np.add.reduce(found, axis=0, dtype=np.int16) for found in (past < column, past == column))
    known = np.concatenate([np.zeros(window), np.cumsum(~np.isnan(column))])
    return below.astype(np.float64), equal.astype(np.float64), known[window:] - known[:-window]


def _trigger_rank(column: F64, rule: Normalisation, fill: float) -> F64:
    """CNN's market volatility: 50 while no trigger is pulled, below 50 by the rank of the alarm otherwise.

    Alarm = (z if z > z_trigger else 0) + (1 if value > level_trigger else 0); a calm market never counts as greed.
    """
    z = zscore(column, rule.z_window, fill)
    alarm = np.where(z > rule.z_trigger, z, 0.0) + (column > rule.level_trigger)
    alarm[np.isnan(z)] = np.nan
    half = rank(-alarm, rule.window, Convention.STRICT, fill) / 2.0
    return np.where((alarm == 0.0) & ~np.isnan(half), 50.0, half)
