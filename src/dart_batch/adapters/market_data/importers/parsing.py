"""From a table of cells to typed lines, with the checks that say which cells could not be read.

A typed line has `line`, `label` (ticker or series; null in files of one or several named series), `session`,
`known_at`, `source` and the value columns, whole numbers as whole as the file has them. What was not readable or not
finite is null. The cell as it stood in the file stays beside it under `raw:<column>` for the checks to show.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from dart_batch.adapters.market_data.importers.cells import MOMENT, ranked, to_date, to_moment, to_number, to_ticker
from dart_batch.adapters.market_data.importers.checking import Check
from dart_batch.adapters.market_data.importers.layouts import BARS, INSTRUMENT, RESERVED, Layout, canonical_names
from dart_batch.adapters.market_data.importers.table import LINE, Table
from dart_batch.application.ports.market_data import FileNotUsable, Finding

LABEL_OF = {Layout.QUOTES: "ticker", Layout.LONG: "series"}


@dataclass(frozen=True, slots=True)
class Lines:
    """Typed lines of a file and the checks of their cells. `rows` counts the observations the file holds."""

    frame: pl.DataFrame
    values: tuple[str, ...]
    checks: tuple[Check, ...]
    rows: int
    unused: tuple[Finding, ...]

    @property
    def whole(self) -> pl.Expr:
        """Whether the label, the session and, where the file has one, the moment of a line could be read."""
        named = pl.col("label").is_not_null() & pl.col("session").is_not_null()
        if "raw:known_at" not in self.frame.columns:
            return named
        return named & (pl.col("raw:known_at").is_null() | pl.col("known_at").is_not_null())


def canonical(table: Table) -> pl.DataFrame:
    """The table's frame under canonical column names, without empty lines. Raises FileNotUsable for a name twice."""
    names = canonical_names(column for column in table.frame.columns if column != LINE)
    if len(set(names.values())) < len(names):
        raise FileNotUsable(f"{table.path} has a column twice: {', '.join(names)}.", path=table.path)
    frame = table.frame.rename(names)
    empty = frame.select(pl.exclude(LINE)).null_count()
    if not all(empty.row(0)):
        return frame
    return frame.filter(~pl.all_horizontal(pl.exclude(LINE).is_null()))


def parse(frame: pl.DataFrame, layout: Layout, *, source: str, ticker_digits: int) -> Lines:
    """Types the canonical columns of a layout. `source` stands where the file names none."""
    values = _value_columns(frame.columns, layout)
    label = LABEL_OF.get(layout)
    taken = {LINE, *RESERVED, *values, *([label] if label else [])}
    raw = frame.rename({column: f"raw:{column}" for column in (*values, "date", "known_at") if column in frame.columns})
    typed = raw.with_columns(
        _label(layout, frame, ticker_digits).alias("label"),
        to_date("raw:date", frame.schema["date"]).alias("session"),
        _moment(frame).alias("known_at"),
        _source(frame, source).alias("source"),
        *(_finite(f"raw:{column}", frame.schema[column]).alias(column) for column in values),
    )
    return Lines(
        typed,
        values,
        tuple(_cell_checks(frame, layout, values)),
        _count(frame, layout, values),
        _unused(column for column in frame.columns if column not in taken),
    )


def _value_columns(columns: list[str], layout: Layout) -> tuple[str, ...]:
    match layout:
        case Layout.QUOTES:
            return BARS
        case Layout.LONG:
            return ("value",)
        case Layout.INSTRUMENT:
            return tuple(column for column in INSTRUMENT if column in columns)
        case Layout.WIDE:
            return tuple(column for column in columns if column not in (LINE, *RESERVED))


def _label(layout: Layout, frame: pl.DataFrame, ticker_digits: int) -> pl.Expr:
    if layout is Layout.QUOTES:
        found = frame["ticker"]
        tickers = ranked(found)
        return to_ticker(found.dtype, digits=ticker_digits) if tickers is None else pl.lit(tickers)
    return pl.col("series").cast(pl.String) if layout is Layout.LONG else pl.lit(None, pl.String)


def _moment(frame: pl.DataFrame) -> pl.Expr:
    known = "known_at" in frame.columns
    return to_moment("raw:known_at", frame.schema["known_at"]) if known else pl.lit(None, MOMENT)


def _source(frame: pl.DataFrame, source: str) -> pl.Expr:
    named = "source" in frame.columns
    return pl.col("source").cast(pl.String).fill_null(source) if named else pl.lit(source, pl.Enum([source]))


def _finite(column: str, dtype: pl.DataType) -> pl.Expr:
    number = to_number(column, dtype)
    return pl.col(column) if dtype.is_integer() else pl.when(number.is_finite()).then(number)


def _cell_checks(frame: pl.DataFrame, layout: Layout, values: tuple[str, ...]) -> Iterable[Check]:
    whole_line = layout in LABEL_OF
    date, session = pl.col("raw:date"), pl.col("session")
    message = "Not a date as 2024-01-31, 20240131 or 2024/01/31."
    yield Check("unparseable-date", "error", message, session.is_null(), _at(date), unusable=True)
    if "known_at" in frame.columns:
        failing = pl.col("raw:known_at").is_not_null() & pl.col("known_at").is_null()
        message = "Not a moment as 2024-01-31T15:30:00+09:00."
        yield Check("unparseable-known-at", "error", message, failing, _at(pl.col("raw:known_at")), unusable=True)
    if whole_line:
        yield _empty(LABEL_OF[layout], pl.col("label"))
        yield from (_empty(column, pl.col(f"raw:{column}")) for column in values)
    for column in values:
        yield from _number_checks(column, frame.schema[column], whole_line=whole_line)
    if layout is Layout.QUOTES and not frame.schema["volume"].is_integer():
        broken = pl.col("volume") != pl.col("volume").round()
        message = "A volume is a whole number of shares."
        yield Check("bad-dtype", "error", message, broken, _at(pl.col("raw:volume")), unusable=True)


def _number_checks(column: str, dtype: pl.DataType, *, whole_line: bool) -> Iterable[Check]:
    raw, number = pl.col(f"raw:{column}"), to_number(f"raw:{column}", dtype)
    unread = raw.is_not_null() & number.is_null()
    if not dtype.is_numeric():
        message = f"The column {column} holds what is no number."
        yield Check("bad-dtype", "error", message, unread, _at(raw), unusable=whole_line)
    if not dtype.is_integer():
        message = f"The column {column} holds an infinite or undefined number."
        yield Check("non-finite", "error", message, ~number.is_finite(), _at(raw), unusable=whole_line)


def _empty(column: str, cell: pl.Expr) -> Check:
    where = pl.format("line {}", pl.col(LINE))
    return Check("null-value", "error", f"The column {column} is empty.", cell.is_null(), where, unusable=True)


def _at(cell: pl.Expr) -> pl.Expr:
    return pl.format("line {}: '{}'", pl.col(LINE), cell.cast(pl.String, strict=False).fill_null(""))


def _count(frame: pl.DataFrame, layout: Layout, values: tuple[str, ...]) -> int:
    if layout in LABEL_OF:
        return frame.height
    empty: tuple[int, ...] = frame.select(values).null_count().row(0)
    return frame.height * len(values) - sum(empty)


def _unused(columns: Iterable[str]) -> tuple[Finding, ...]:
    names = tuple(columns)
    return (Finding("unused-column", "info", "Columns that are not imported.", len(names), names[:5]),) if names else ()
