"""Text and foreign types into dates, moments and numbers; what cannot be read becomes null and is reported."""

from datetime import date

import numpy as np
import polars as pl

DATE_FORMATS = ("%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%Y.%m.%d")
CREDIBLE = (date(1800, 1, 1), date(2200, 12, 31))
MOMENT_FORMAT = "%Y-%m-%dT%H:%M:%S%.f%:z"
MOMENT = pl.Datetime("us", "UTC")


def to_date(column: str, dtype: pl.DataType) -> pl.Expr:
    """Date of a Date, Datetime, String or Integer (20240102) column; null where it cannot be read.

    A moment with a zone gives the day on its own clock. Days before 1800 or after 2200 are slips of the pen: null.
    """
    day = _day(pl.col(column), dtype)
    return pl.when(day.is_between(*CREDIBLE)).then(day)


def _day(cell: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if dtype == pl.Date:
        return cell
    if isinstance(dtype, pl.Datetime):
        return cell.dt.replace_time_zone(None).dt.date()
    text = cell.cast(pl.String).str.split_exact("T", 0).struct.field("field_0")
    day = text.str.split_exact(" ", 0).struct.field("field_0")
    return pl.coalesce(day.str.to_date(form, strict=False, exact=True) for form in DATE_FORMATS)


def to_moment(column: str, dtype: pl.DataType) -> pl.Expr:
    """UTC moment of a Datetime, Date or ISO 8601 String column; without a zone it is UTC; null where unreadable."""
    cell = pl.col(column)
    if isinstance(dtype, pl.Datetime):
        return cell.dt.cast_time_unit("us").dt.convert_time_zone("UTC")
    if dtype == pl.Date:
        return cell.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    text = cell.cast(pl.String).str.replace(r"^(\d{4}-\d{2}-\d{2}) ", "${1}T").str.replace("Z$", "+00:00")
    timed = pl.when(text.str.len_chars() == 10).then(text + "T00:00:00").otherwise(text)
    zoned = pl.when(timed.str.contains(r"[+-]\d{2}:?\d{2}$")).then(timed).otherwise(timed + "+00:00")
    return zoned.str.to_datetime(MOMENT_FORMAT, time_unit="us", strict=False).dt.convert_time_zone("UTC")


def to_number(column: str, dtype: pl.DataType) -> pl.Expr:
    """Float64 of a numeric or String column; null where it is no number."""
    known = dtype.is_numeric() or dtype in (pl.String, pl.Null, pl.Boolean)
    return pl.col(column).cast(pl.Float64, strict=False) if known else pl.lit(None, pl.Float64)


def ranked(column: pl.Series) -> pl.Series | None:
    """The column as an Enum of its texts in ascending order; null unless it is text, nowhere missing, empty or padded
    with blanks. Quick where few texts are repeated.
    """
    if column.dtype != pl.String or column.is_empty() or column.null_count():
        return None
    coded = column.cast(pl.Categorical)
    codes = coded.to_physical().to_numpy()
    held = np.flatnonzero(np.bincount(codes))
    texts = pl.Series(held, dtype=pl.UInt32).cat.to(coded.dtype).cast(pl.String)
    if ((texts == "") | (texts != texts.str.strip_chars())).any():
        return None
    dtype = pl.Enum(texts.sort())
    places = np.zeros(int(held[-1]) + 1, dtype=np.uint32)
    places[held[texts.arg_sort().to_numpy()]] = np.arange(len(held))
    return pl.Series(places[codes]).cast(_physical(dtype)).cat.to(dtype)


def _physical(dtype: pl.Enum) -> pl.DataType:
    return pl.Series([], dtype=dtype).to_physical().dtype


def to_ticker(dtype: pl.DataType, *, digits: int) -> pl.Expr:
    """String of the column `ticker`; whole numbers get back the leading zeros up to `digits`. Empty becomes null."""
    text = pl.col("ticker").cast(pl.String).str.strip_chars()
    text = text.str.zfill(digits) if dtype.is_integer() else text
    return pl.when(text != "").then(text)
