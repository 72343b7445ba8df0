"""Readings into MariaDB: as a job stores its chunks, and by LOAD DATA, with the same rows to a transaction."""

import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median

import polars as pl
import pymysql
from sqlalchemy.engine import make_url

from bench.cluster_places import Cluster
from bench.ledger import KOSPI
from bench.peers.ours import READINGS
from dart_batch.adapters.host.clock import SystemClock
from dart_batch.application.ports.unit_of_work import UnitOfWork
from dart_batch.bootstrap import App
from dart_batch.engine.schema import READING_SCHEMA

SIZES = (100, 1000)
COLUMNS = ["job_id", "market", "definition", "definition_hash", "created_at", *READING_SCHEMA]
LOAD = """LOAD DATA LOCAL INFILE %s INTO TABLE fear_greed_batch_history
CHARACTER SET utf8mb4 FIELDS TERMINATED BY '\\t' ({})"""


def row_rates(place: Cluster, rows: int, rounds: int) -> Iterator[str]:
    """Lines of a table: rows a second on both sides, one after the other in each round."""
    app, sides = place.app, (by_store, by_load_data)
    yield "| rows to a transaction | dart-batch, rows/s | LOAD DATA, rows/s | ratio |"
    yield "| ---: | ---: | ---: | ---: |"
    for size in SIZES:
        cut = [_frame(number, size) for number in range(rows // size)]
        rates = [[rows / side(place, app, cut, f"{size}-{one}") for side in sides] for one in range(rounds)]
        ours, limit = (median(side) for side in zip(*rates, strict=True))
        yield f"| {size:,} | {ours:,.0f} | {limit:,.0f} | {ours / limit:.2f} |"


def by_store(place: Cluster, app: App, frames: list[pl.DataFrame], name: str) -> float:
    """Seconds for the statements with which a job stores its chunks."""
    at = SystemClock().now()
    with app.uow().kept() as unit:
        return _timed(frames, lambda frame: _stored(unit, f"s-{name}", frame, at))


def _stored(unit: UnitOfWork, job_id: str, frame: pl.DataFrame, at: datetime) -> None:
    with unit as uow:
        uow.generations.append(job_id, "KOSPI", KOSPI, frame, at)
        uow.commit("chunk")


def by_load_data(place: Cluster, app: App, frames: list[pl.DataFrame], name: str) -> float:
    """Seconds for LOAD DATA of files that are there already."""
    url = make_url(place.database)
    files = {id(frame): _file(place.folder, f"l-{name}", number, frame) for number, frame in enumerate(frames)}
    with pymysql.connect(host=url.host, port=url.port or 0, user="root", db=url.database, local_infile=True) as server:
        statement, cursor = LOAD.format(", ".join(COLUMNS)), server.cursor()

        def load(frame: pl.DataFrame) -> None:
            cursor.execute(statement, (str(files[id(frame)]),))
            server.commit()

        return _timed(frames, load)


def _timed(frames: list[pl.DataFrame], write: Callable[[pl.DataFrame], None]) -> float:
    began = time.perf_counter()
    for frame in frames:
        write(frame)
    return time.perf_counter() - began


def _frame(number: int, size: int) -> pl.DataFrame:
    first = date(1900, 1, 1) + timedelta(days=number * size)
    days = pl.date_range(first, first + timedelta(days=size - 1), eager=True).alias("session")
    many = pl.concat([READINGS] * -(-size // READINGS.height)).head(size)
    return many.with_columns(days).select(READING_SCHEMA.keys())


def _file(folder: Path, job_id: str, number: int, frame: pl.DataFrame) -> Path:
    path = folder / f"{job_id}-{number}.tsv"
    fixed = {"job_id": job_id, "market": "KOSPI", "definition": KOSPI.identifier}
    more = {"definition_hash": KOSPI.content_hash, "created_at": "2026-01-01 00:00:00.000000"}
    given = frame.with_columns(pl.lit(text).alias(name) for name, text in (fixed | more).items()).select(COLUMNS)
    given.write_csv(path, separator="\t", include_header=False, quote_style="never", null_value="\\N")
    return path
