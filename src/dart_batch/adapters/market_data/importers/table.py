"""Reads a CSV or Parquet file as it stands: one frame, line numbers, and the digest of its bytes."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from dart_batch.application.ports.market_data import FileNotUsable

EMPTY_WORDS = ["", "NA", "N/A", "null", "NULL", "None", "."]
LINE = "line"


@dataclass(frozen=True, slots=True)
class Table:
    """A file's content. `frame` has a column `line` (UInt32, as an editor counts) in front of the file's own.

    CSV cells are all String and empty ones null, so that what cannot be read as a number can still be shown.
    """

    path: Path
    frame: pl.DataFrame
    digest: str


def read_columns(path: Path) -> list[str]:
    """Names of the file's columns. Raises FileNotUsable."""
    try:
        if _kind(path) == "parquet":
            return list(pl.read_parquet_schema(path))
        return pl.read_csv(path, n_rows=0, infer_schema=False).columns
    except (OSError, pl.exceptions.PolarsError) as error:
        raise _refusal(path, error) from error


def read_table(path: Path) -> Table:
    """The whole file. Raises FileNotUsable when it is absent, empty, damaged, or not CSV or Parquet."""
    try:
        if _kind(path) == "parquet":
            frame = pl.read_parquet(path).rechunk().with_row_index(LINE, offset=1)
        else:
            cells = pl.read_csv(path, infer_schema=False, null_values=EMPTY_WORDS)
            frame = cells.with_columns(pl.all().str.strip_chars()).with_row_index(LINE, offset=2)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, pl.exceptions.PolarsError) as error:
        raise _refusal(path, error) from error
    return Table(path, frame, digest)


def _kind(path: Path) -> str:
    name = path.name.lower()
    if name.endswith((".parquet", ".pq")):
        return "parquet"
    if name.endswith((".csv", ".csv.gz")):
        return "csv"
    raise FileNotUsable(f"{path} is neither CSV nor Parquet by its name.", path=path)


def _refusal(path: Path, error: Exception) -> FileNotUsable:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error).partition("\n")[0]
    return FileNotUsable(f"{path} cannot be read: {reason}.", path=path)
