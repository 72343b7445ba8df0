"""How a check is declared and run: a condition per row, counted and shown by a few examples."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from dart_batch.application.ports.market_data import Finding

EXAMPLES = 5
ISOLATED_SHARE = 0.001


@dataclass(frozen=True, slots=True)
class Check:
    """Rows for which `failing` (Boolean; null counts as false) is true are in trouble; `example` (String) shows one.

    `unusable` rows cannot be stored. `forgiven` lowers the severity to info where at most one row in a thousand is
    concerned, for what long files of raw exchange data contain in isolation.
    """

    code: str
    severity: str
    message: str
    failing: pl.Expr
    example: pl.Expr
    unusable: bool = False
    forgiven: bool = False


def run_checks(frame: pl.DataFrame, checks: Sequence[Check]) -> tuple[tuple[Finding, ...], pl.Series]:
    """Findings of the checks that hit, and a Boolean series over the frame: true where a row cannot be stored."""
    masks = frame.select(check.failing.fill_null(False).alias(str(place)) for place, check in enumerate(checks))
    counts = masks.sum().row(0) if checks else ()
    hits = [
        (check, count, masks[str(place)])
        for place, (check, count) in enumerate(zip(checks, counts, strict=True))
        if count
    ]
    findings = tuple(_finding(frame, check, count, mask) for check, count, mask in hits)
    unusable = [mask for check, _, mask in hits if check.unusable]
    nothing = pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True)
    return findings, pl.select(pl.any_horizontal(nothing, *unusable)).to_series()


def _finding(frame: pl.DataFrame, check: Check, count: int, mask: pl.Series) -> Finding:
    shown = frame[mask.arg_true().head(EXAMPLES)].select(check.example.alias("example"))
    isolated = check.forgiven and count <= frame.height * ISOLATED_SHARE
    severity = "info" if isolated else check.severity
    return Finding(check.code, severity, check.message, count, tuple(shown["example"].to_list()))
