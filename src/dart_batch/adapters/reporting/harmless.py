"""Text that a spreadsheet does not run."""

import re

import polars as pl
import polars.selectors as cs

FORMULA_START = r"^[=+\-@\t\r\n]"


def harmless_text(table: pl.DataFrame) -> pl.DataFrame:
    """The table with a quote before each text and title that a spreadsheet would take for a formula; the rest is
    untouched.
    """
    text = cs.string()
    neutral = pl.when(text.str.contains(FORMULA_START)).then(pl.lit("'") + text).otherwise(text)
    return table.with_columns(neutral.name.keep()).rename(_harmless_title)


def _harmless_title(title: str) -> str:
    return f"'{title}" if re.match(FORMULA_START, title) else title
