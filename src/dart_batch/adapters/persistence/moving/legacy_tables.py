"""Reads the tables of the TypeScript system from a database, or from a CSV or Parquet file of one of them."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl
import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from dart_batch.domain.job.migration_errors import LegacyUnreadable

_HINT = "Name a .csv or .parquet file, or a database as sqlite:////path/to/file.db or mysql+pymysql://user@host/name."


@dataclass(frozen=True, slots=True)
class LegacyTables:
    """Implements LegacySource; `password` is that of any database."""

    password: str = ""

    def read(self, source: str, table: str) -> pl.DataFrame:
        if "://" in source:
            return _from_database(source, self.password, table)
        return _from_file(Path(source).expanduser())


def _from_file(path: Path) -> pl.DataFrame:
    kinds = {".csv": _csv, ".parquet": _parquet}
    if path.suffix.lower() not in kinds:
        raise LegacyUnreadable(f"{path.name} is neither a CSV nor a Parquet file.", hint=_HINT)
    try:
        return _texts(kinds[path.suffix.lower()](path))
    except FileNotFoundError:
        raise LegacyUnreadable(f"There is no file {path}.", hint=_HINT) from None
    except (OSError, pl.exceptions.PolarsError) as error:
        raise LegacyUnreadable(f"{path.name} cannot be read: {error}.") from error


def _csv(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False)


def _parquet(path: Path) -> pl.DataFrame:
    return pl.read_parquet(path)


def _from_database(source: str, password: str, table: str) -> pl.DataFrame:
    try:
        url = make_url(source)
        _refuse_absent(url)
        engine = sa.create_engine(url.set(password=password) if password and url.username else url)
        with engine.connect() as connection:
            known = sa.inspect(connection)
            if not known.has_table(table):
                raise LegacyUnreadable(f"The database has no table {table}.")
            names = [column["name"] for column in known.get_columns(table)]
            rows = connection.execute(sa.select(sa.text("*")).select_from(sa.table(table))).all()
    except ArgumentError:
        raise LegacyUnreadable("The source is not a database URL.", hint=_HINT) from None
    except (SQLAlchemyError, ModuleNotFoundError) as error:
        raise LegacyUnreadable(f"The source does not answer: {getattr(error, 'orig', error)}.", hint=_HINT) from error
    texts = [[None if cell is None else str(cell) for cell in column] for column in zip(*rows, strict=True)]
    columns = dict(zip(names, texts or [[] for _ in names], strict=True))
    return pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String))


def _refuse_absent(url: sa.URL) -> None:
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).expanduser().is_file():
        raise LegacyUnreadable(f"There is no file {url.database}.", hint=_HINT)


def _texts(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(pl.all().cast(pl.String))
