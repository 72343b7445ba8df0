"""How a check is declared and run: a condition per row, counted and shown by a few examples."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from dart_batch.application.ports.market_data import Finding

EXAMPLES = 5
ISOLATED_SHARE = 0.001
Places = npt.NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class Check:
    """Rows for which `failing` (Boolean; null counts as false) is true are in trouble; `example` (String) shows one.

    `unusable` rows cannot be stored. `forgiven` lowers the severity to info where at most one row in a thousand is
    concerned, for what long files of raw exchange data contain in isolation. `everywhere`: plain rows can fail too.
    """

    code: str
    severity: str
    message: str
    failing: pl.Expr
    example: pl.Expr
    unusable: bool = False
    forgiven: bool = False
    everywhere: bool = False


def run_checks(
    frame: pl.DataFrame, checks: Sequence[Check], plain: pl.Expr | None = None
) -> tuple[tuple[Finding, ...], pl.Series]:
    """Findings of the checks that hit, and a Boolean series over the frame: true where a row cannot be stored.

    Rows for which `plain` (Boolean; null counts as false) is true pass every check but those that look everywhere, so
    the others look at the few remaining rows only; without `plain` all checks look at all rows.
    """
    everywhere = {place: check for place, check in enumerate(checks) if check.everywhere or plain is None}
    odd = {place: check for place, check in enumerate(checks) if place not in everywhere}
    failing = _failing(frame, everywhere, None)
    if plain is not None:
        failing |= _failing(frame, odd, frame.select(plain.fill_null(False)).to_series().not_().arg_true())
    unusable = np.zeros(frame.height, dtype=np.bool_)
    for place, rows in failing.items():
        unusable[rows] |= checks[place].unusable
    findings = tuple(_finding(frame, checks[place], failing[place]) for place in sorted(failing))
    return findings, pl.Series(unusable)


def _failing(frame: pl.DataFrame, checks: Mapping[int, Check], rows: pl.Series | None) -> dict[int, Places]:
    """By the place of each check that hits, the failing ones of the rows looked at, ascending."""
    if rows is not None and rows.is_empty():
        return {}
    looked = frame if rows is None else frame[rows]
    masks = looked.select(check.failing.fill_null(False).alias(str(place)) for place, check in checks.items())
    hits = {place: masks[str(place)].arg_true() for place in checks if masks[str(place)].any()}
    return {place: (hit if rows is None else rows.gather(hit)).to_numpy() for place, hit in hits.items()}


def _finding(frame: pl.DataFrame, check: Check, rows: Places) -> Finding:
    shown = frame[rows[:EXAMPLES]].select(check.example.alias("example"))
    isolated = check.forgiven and len(rows) <= frame.height * ISOLATED_SHARE
    severity = "info" if isolated else check.severity
    return Finding(check.code, severity, check.message, len(rows), tuple(shown["example"].to_list()))
