"""Raw prices to real moves.

Raw prices are not adjusted for splits, and KRX limits bound every real move. A move beyond the limit is a corporate
action, a relisting or a liquidation: it is no return. Moves are whole numbers of 2^-40, so sums of them are exact and
do not depend on the order of addition or on where the history starts.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dart_batch.engine.axis import Int64
from dart_batch.engine.panel.matrix import Panel
from dart_batch.engine.windows import F64

UNIT = float(2**40)
Bool = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Moves:
    """All matrices are tickers x sessions.

    `priced`: has a positive close. `traded`: priced with volume, so neither suspended nor dead. `real`: traded, priced
    the session before, and within the limit. `simple` and `log` are the returns in units of 2^-40, 0 where the price
    is missing now or before or the move is no return.
    """

    priced: Bool
    traded: Bool
    real: Bool
    simple: Int64
    log: Int64


def clean_moves(panel: Panel, largest_move: F64) -> Moves:
    """Moves of a panel; `largest_move` is one share per session. The first session has no predecessor, so no move."""
    priced = panel.close > 0.0
    close = np.where(priced, panel.close, 1.0)
    traded = priced & (panel.volume > 0)
    change = _since_before(close, np.divide) - 1.0
    kept = np.abs(change) <= largest_move
    kept &= priced
    kept[:, 1:] &= priced[:, :-1]
    kept[:, :1] = False
    level = np.rint(np.log(close) * UNIT)
    return Moves(
        priced, traded, kept & traded, _whole(change * UNIT, kept), _whole(_since_before(level, np.subtract), kept)
    )


def _since_before(matrix: F64, compare: np.ufunc) -> F64:
    result = np.ones_like(matrix)
    compare(matrix[:, 1:], matrix[:, :-1], out=result[:, 1:])
    return result


def _whole(units: F64, kept: Bool) -> Int64:
    return np.where(kept, np.rint(units), 0.0).astype(np.int64)
