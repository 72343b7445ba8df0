"""Rolling maxima of a matrix in a fixed number of passes, whatever the window (van Herk 1992, Gil and Werman 1993)."""

import numpy as np

from dart_batch.engine.axis import Int64


def rolling_maximum(matrix: Int64, window: int) -> Int64:
    """Largest of the last `window` rows per column; rows before the first count as the smallest integer."""
    rows, columns = matrix.shape
    blocks = -(-rows // window) + 1
    padded = np.full((blocks * window, columns), np.iinfo(np.int64).min, dtype=np.int64)
    padded[window : window + rows] = matrix
    cut = padded.reshape(blocks, window, columns)
    suffix = np.maximum.accumulate(cut[:, ::-1], axis=1)[:, ::-1].reshape(blocks * window, columns)
    prefix = np.maximum.accumulate(cut, axis=1).reshape(blocks * window, columns)
    largest: Int64 = np.maximum(prefix[window : window + rows], suffix[1 : rows + 1])
    return largest
