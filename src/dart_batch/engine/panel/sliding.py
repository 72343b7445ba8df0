"""Sliding windows along the rows of integer matrices: exact, so the same wherever the matrix starts."""

from typing import TypeVar

import numpy as np
import numpy.typing as npt

from dart_batch.engine.axis import Int64

N = TypeVar("N", bound=np.generic)


def against_earlier(matrix: npt.NDArray[N], columns: int, compare: np.ufunc) -> npt.NDArray[N]:
    """`compare` of each cell with the one `columns` before it; the first `columns` columns stay as they are.

    The rows are run through as one line, four times faster than row by row; what that puts into the first columns,
    which have nothing before them, is thrown away.
    """
    result = np.empty_like(matrix)
    line = matrix.reshape(-1)
    compare(line[columns:], line[:-columns], out=result.reshape(-1)[columns:])
    result[:, :columns] = matrix[:, :columns]
    return result


def sliding_sum(matrix: npt.NDArray[np.integer | np.bool_], window: int) -> Int64:
    """Sum of the last `window` columns; of fewer at the beginning."""
    sums = np.cumsum(matrix.astype(np.int64, copy=False), axis=1)
    return against_earlier(sums, window, np.subtract)


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
        covered, result = covered + step, against_earlier(result, step, pick)
    return result


def before(matrix: npt.NDArray[N]) -> npt.NDArray[N]:
    """The matrix as it stood one session earlier; the first session repeats itself."""
    earlier = np.empty_like(matrix)
    earlier.reshape(-1)[1:] = matrix.reshape(-1)[:-1]
    earlier[:, :1] = matrix[:, :1]
    return earlier
