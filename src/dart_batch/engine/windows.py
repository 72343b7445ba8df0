"""Windows over one column, each a pure function of the rows it covers.

Every kernel takes float64 columns with NaN for a missing row and returns one value per row. It adds up lag by lag, from
the current row back, so a result never depends on where the column starts. `fill` is the share of the window's weight
that must be present; the current row must always be. Rows that are missing are left out and never guessed.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]
ROUNDING = 1.0 - 1e-12
LONGEST_WINDOW = 2600


def lags(column: F64, count: int, before: float = np.nan) -> Iterator[F64]:
    """The column as it stood 0, 1, ... count-1 rows ago; `before` stands where it had not begun."""
    padded = np.concatenate([np.full(count - 1, before), column])
    return (padded[count - 1 - lag : count - 1 - lag + len(column)] for lag in range(count))


def lag(column: F64, rows: int) -> F64:
    """The value `rows` rows ago."""
    return np.concatenate([np.full(min(rows, len(column)), np.nan), column[: max(len(column) - rows, 0)]])


def filter_sum(column: F64, weights: Sequence[float], fill: float) -> tuple[F64, F64]:
    """Weighted sum of the last len(weights) rows, NaN where too little weight is present, and the weight present."""
    known = ~np.isnan(column)
    total, present, full = np.zeros(len(column)), np.zeros(len(column)), 0.0
    values, shares = (lags(part, len(weights), 0.0) for part in (np.where(known, column, 0.0), known * 1.0))
    for weight, value, share in zip(weights, values, shares, strict=True):
        total += value * weight
        present += share * weight
        full += weight
    enough = (present >= fill * full * ROUNDING) & known
    return np.where(enough, total, np.nan), present


def window_sum(column: F64, window: int, fill: float) -> F64:
    """Sum of the last `window` rows."""
    return filter_sum(column, [1.0] * window, fill)[0]


def mean(column: F64, window: int, fill: float) -> F64:
    """Arithmetic mean of the rows present in the window."""
    total, present = filter_sum(column, [1.0] * window, fill)
    return divide(total, present)


def ema(column: F64, span: int, rows: int, fill: float) -> F64:
    """Exponential mean with alpha = 2 / (span + 1), cut off after `rows` rows, weights divided by their sum."""
    decay = 1.0 - 2.0 / (span + 1)
    total, present = filter_sum(column, [decay**age for age in range(rows)], fill)
    return divide(total, present)


def summation_gap(column: F64, window: int, fill: float) -> F64:
    """Running summation of the column minus that summation's mean over `window` rows.

    With S the summation, S[t] - mean(S[t-n+1..t]) is the sum of x[t-i] * (n-1-i) / n for i = 0..n-2: finite, although
    the summation itself has no beginning.
    """
    return filter_sum(column, [(window - 1 - age) / window for age in range(window - 1)], fill)[0]


def deviation(column: F64, window: int, fill: float) -> tuple[F64, F64]:
    """Distance of the current row from the window's mean, and the sample standard deviation (n - 1).

    Both are taken around the current row first, so a constant window has exactly no deviation.
    """
    differences = [past - column for past in lags(column, window)]
    total, present = np.zeros(len(column)), np.zeros(len(column))
    for difference in differences:
        known = ~np.isnan(difference)
        total += np.where(known, difference, 0.0)
        present += known
    centre = divide(total, present)
    squares = np.zeros(len(column))
    for difference in differences:
        squares += np.where(np.isnan(difference), 0.0, (difference - centre) ** 2)
    enough = (present >= max(fill * window * ROUNDING, 2)) & ~np.isnan(column)
    spread = np.sqrt(divide(squares, present - 1.0))
    return np.where(enough, -centre, np.nan), np.where(enough, spread, np.nan)


def standard_deviation(column: F64, window: int, fill: float) -> F64:
    """Sample standard deviation of the window."""
    return deviation(column, window, fill)[1]


def zscore(column: F64, window: int, fill: float) -> F64:
    """(x - mean) / sample standard deviation, today's row included; 0 where the window is constant."""
    distance, spread = deviation(column, window, fill)
    return np.where(spread == 0.0, 0.0, divide(distance, spread))


def compound(returns: F64, window: int, fill: float) -> F64:
    """Product of (1 + r) over the window, minus 1."""
    product = np.ones(len(returns))
    for past in lags(returns, window):
        product *= np.where(np.isnan(past), 1.0, 1.0 + past)
    return np.where(np.isnan(window_sum(returns, window, fill)), np.nan, product - 1.0)


def compound_gap(returns: F64, window: int, fill: float) -> F64:
    """Level / mean of the level over `window` rows - 1, for the level that these returns chain."""
    level, total = np.ones(len(returns)), np.ones(len(returns))
    for past in lags(returns, window - 1):
        level = divide(level, np.where(np.isnan(past), 1.0, 1.0 + past))
        total = total + level
    return np.where(np.isnan(window_sum(returns, window - 1, fill)), np.nan, divide(window, total) - 1.0)


def divide(numerator: npt.ArrayLike, denominator: npt.ArrayLike) -> F64:
    """Quotient; missing where the denominator is 0 or anything is missing."""
    bottom = np.asarray(denominator, dtype=np.float64)
    return np.asarray(numerator, dtype=np.float64) / np.where(bottom == 0.0, np.nan, bottom)


def default_ema_rows(span: int) -> int:
    """Rows after which an exponential mean is cut: 15 x (span + 1) leaves e^-30 = 1e-13 of the weight outside.

    Never more than LONGEST_WINDOW.
    """
    return min(15 * (span + 1), LONGEST_WINDOW)
