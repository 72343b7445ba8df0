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
from dart_batch.engine.panel.sliding import against_earlier, before
from dart_batch.engine.windows import F64

UNIT = float(2**40)
ANCHOR = 6144.0
ANCHOR_BITS = np.float64(ANCHOR).view(np.int64)
Bool = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Moves:
    """All matrices are tickers x sessions.

    `priced`: has a positive close. `traded`: priced with volume, so neither suspended nor dead. `real`: traded, priced
    the session before, and within the limit. `simple` and `log` are the returns in units of 2^-40: `simple` 0 unless
    the move is real, `log` 0 where the price is missing now or before or the move is no return.
    """

    priced: Bool
    traded: Bool
    real: Bool
    simple: Int64
    log: Int64


def clean_moves(panel: Panel, largest_move: F64) -> Moves:
    """Moves of a panel; `largest_move` is one share per session. The first session has no predecessor, so no move."""
    priced = panel.close > 0.0
    traded = priced & (panel.volume > 0)
    with np.errstate(all="ignore"):
        change = against_earlier(panel.close, 1, np.divide)
        level = np.log(panel.close)
        change -= 1.0
    kept = np.abs(change) <= largest_move
    kept &= priced
    kept &= before(priced)
    kept[:, :1] = False
    real = kept & traded
    log = against_earlier(_in_units(level), 1, np.subtract)
    log *= kept
    return Moves(priced, traded, real, _in_units(change) * real, log)


def _in_units(values: F64) -> Int64:
    """Values between -2048 and 2048 rounded to whole units, in place; of others some whole number.

    Beside the anchor a float64 has steps of one unit, so its bits count them: a third of the passes of a conversion.
    """
    values += ANCHOR
    units = values.view(np.int64)
    units -= ANCHOR_BITS
    return units
