"""What an import says about changes of unit."""

import polars as pl

from dart_batch.application.ports.market_data import Finding

UNIT_BREAK = "unit-break"


def unit_break_findings(breaks: pl.DataFrame) -> tuple[Finding, ...]:
    """One warning for all breaks, or none."""
    if breaks.is_empty():
        return ()
    message = "The level jumps a hundredfold and stays there: the unit may have changed."
    examples = tuple(
        f"{day} {name}: median {before:g} -> {after:g}" for name, day, before, after in breaks.head(5).rows()
    )
    return (Finding(UNIT_BREAK, "warning", message, breaks.height, examples),)
