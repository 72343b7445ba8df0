"""Tables of readings as files of a named format."""

from collections.abc import Mapping
from typing import BinaryIO

import polars as pl

from dart_batch.adapters.reporting.harmless import harmless_text
from dart_batch.adapters.reporting.workbook import write_xlsx

FORMATS = ("csv", "parquet", "xlsx")


def write_table(table: pl.DataFrame, format_name: str, stream: BinaryIO, about: Mapping[str, str]) -> None:
    """Write in one of FORMATS. CSV is UTF-8 with a header, ISO dates and the shortest text that reads back as the
    same float; null is empty. Parquet is zstd-compressed with the types as they are. XLSX also tells `about`.
    """
    match format_name:
        case "csv":
            harmless_text(table).write_csv(stream)
        case "parquet":
            table.write_parquet(stream, compression="zstd")
        case _:
            write_xlsx(table, stream, about)
