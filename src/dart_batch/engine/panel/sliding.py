"""Sliding windows along the rows of integer matrices: exact, so the same wherever the matrix starts."""

import numpy as np
import numpy.typing as npt

from dart_batch.engine.axis import Int64


def sliding_sum(matrix: npt.NDArray[np.integer | np.bool_], window: int) -> Int64:
    """Sum of the last `window` columns; of fewer at the beginning."""
    sums = np.cumsum(matrix, axis=1, dtype=np.int64)
    result = np.empty_like(sums)
    result[:, :window] = sums[:, :window]
    np.subtract(sums[:, window:], sums[:, :-window], out=result[:, window:])
    return result


def count(mask: npt.NDArray[np.bool_]) -> Int64:
    """True cells per column of at most 255 rows."""
    found: Int64 = np.add.reduce(mask.view(np.uint8), axis=0, dtype=np.uint8).astype(np.int64)
    return found


def sliding_extreme(matrix: Int64, window: int, pick: np.ufunc) -> Int64:
    """Largest (np.maximum) or smallest (np.minimum) of the last `window` columns; of fewer at the beginning.

    Windows of length 1, 2, 4 ... are built by doubling, and two overlapping ones make the window wanted.
    """
    covered, result = 1, matrix
    while covered < window:
        step = min(covered, window - covered)
        widened = np.empty_like(result)
        widened[:, :step] = result[:, :step]
        pick(result[:, step:], result[:, :-step], out=widened[:, step:])
        covered, result = covered + step, widened
    return result


def before(matrix: Int64) -> Int64:
    """The matrix as it stood one session earlier; the first session repeats itself."""
    earlier = np.empty_like(matrix)
    earlier[:, 1:], earlier[:, :1] = matrix[:, :-1], matrix[:, :1]
    return earlier
