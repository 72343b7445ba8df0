"""Tables of readings as an XLSX workbook."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, BinaryIO

import polars as pl

from dart_batch.adapters.reporting.harmless import harmless_text

_CREATED = datetime(2000, 1, 1)
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True}
_FORMATS: dict[type[pl.DataType], dict[str, str]] = {
    pl.Date: {"num_format": "yyyy-mm-dd"},
    pl.Float64: {"num_format": "0.00"},
}
_WIDTHS: dict[type[pl.DataType], int] = {pl.String: 22, pl.Date: 12}


class _Exact(float):
    """A number that the workbook stores with all its digits; xlsxwriter alone keeps 16 of the 17."""

    def __format__(self, _spec: str) -> str:
        return repr(float(self))


def write_xlsx(table: pl.DataFrame, stream: BinaryIO, about: Mapping[str, str] | None = None) -> None:
    """A workbook with the sheet `readings` (numbers in full, shown short) and `about` (one row per fact).

    Null is an empty cell. Same input, same bytes: the workbook carries a fixed creation date.
    """
    workbook = new_workbook(stream)
    add_sheet(workbook, "readings", table)
    facts = list((about or {}).items())
    add_sheet(workbook, "about", pl.DataFrame(facts, schema={"fact": pl.String, "content": pl.String}, orient="row"))
    workbook.close()


def new_workbook(stream: BinaryIO) -> Any:
    """An empty workbook that takes text as text; `close` writes it."""
    import xlsxwriter  # noqa: PLC0415  other formats do not need it

    workbook = xlsxwriter.Workbook(stream, _OPTIONS)
    workbook.set_properties({"created": _CREATED, "author": "dart-batch"})
    return workbook


def add_sheet(workbook: Any, name: str, table: pl.DataFrame) -> None:
    """A sheet with a table: titles in the first row, null as an empty cell, numbers in full."""
    sheet, harmless = workbook.add_worksheet(name), harmless_text(table)
    sheet.write_row(0, 0, harmless.columns, workbook.add_format({"bold": True, "bottom": 1}))
    sheet.freeze_panes(1, 1)
    formats = {dtype: workbook.add_format(shown) for dtype, shown in _FORMATS.items()}
    for index, column in enumerate(harmless.iter_columns()):
        kind = column.dtype.base_type()
        sheet.set_column(index, index, _WIDTHS.get(kind, 13))
        sheet.write_column(1, index, _cells(column), formats.get(kind))


def _cells(column: pl.Series) -> Iterable[Any]:
    if column.dtype != pl.Float64:
        return column.to_list()
    return [None if number is None else _Exact(number) for number in column]
