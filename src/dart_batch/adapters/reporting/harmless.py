"""Text that a spreadsheet does not run."""

import polars as pl
import polars.selectors as cs

FORMULA_START = r"^[=+\-@\t\r]"


def harmless_text(table: pl.DataFrame) -> pl.DataFrame:
    """The table with a quote before each text that a spreadsheet would take for a formula; the rest untouched."""
    text = cs.string()
    neutral = pl.when(text.str.contains(FORMULA_START)).then(pl.lit("'") + text).otherwise(text)
    return table.with_columns(neutral.name.keep())
