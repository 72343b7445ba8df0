"""One side of bench.kospi in this process: prints its seconds of wall clock and of processor time without those of its
imports, and its readings, as JSON. Every side ends with the readings in a SQLite file, ours also with job and lineage.

Run by bench.kospi as `python -m bench.kospi_sides wide|long|ours FOLDER`.
"""

import json
import os
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

SPAN = (date(2008, 1, 1), date(2017, 12, 31))
Values = list[float | None]
Seconds = tuple[float, float]


def now() -> Seconds:
    """Seconds of the wall clock, and of the processors in all threads of this process."""
    return time.perf_counter(), time.process_time()


def wide(folder: Path) -> tuple[dict[str, Seconds], Values]:
    """pandas on wide frames, from the files to readings."""
    from bench.kospi_pandas import readings

    return _pandas(readings, folder)


def long(folder: Path) -> tuple[dict[str, Seconds], Values]:
    """pandas on the long table, from the files to readings."""
    from bench.kospi_pandas_long import readings

    return _pandas(readings, folder)


def ours(folder: Path) -> tuple[dict[str, Seconds], Values]:
    """dart-batch: from the files into the store, then from the store to published readings."""
    from dart_batch.application.ports.market_data import ImportOrder
    from dart_batch.application.use_cases.submit_job import Submission
    from dart_batch.bootstrap import build
    from dart_batch.domain.job.date_range import DateRange
    from dart_batch.domain.job.parameters import BatchJobParameters, JobType

    app = build()
    start = now()
    files = sorted(folder.glob("*.parquet"))
    orders = [ImportOrder(file, app.clock.now(), "KOSPI", "quotes") for file in files]
    app.import_observations(app.import_observations.plan(orders), accept_warnings=False)
    stored = now()
    job = app.submit(Submission(JobType.HISTORICAL_BACKFILL, BatchJobParameters(DateRange(*SPAN), ("KOSPI",), "kospi")))
    outcome = app.worker().run_one(job.id, threading.Event())
    published = now()
    if outcome != "completed":
        sys.exit(f"The backfill ended as {outcome}.")
    with app.uow() as uow:
        values = list(uow.generations.stored(job.id, "KOSPI", components=False).columns["value"])
    return {"import": _between(start, stored), "backfill": _between(stored, published)}, values


def _pandas(readings: Callable[[Path], Any], folder: Path) -> tuple[dict[str, Seconds], Values]:
    import pandas.io.sql
    import pyarrow.parquet  # noqa: F401  pandas imports both where they are first needed

    start = now()
    found = readings(folder)
    with sqlite3.connect(Path(os.environ["DART_HOME"]) / "pandas.db") as database:
        pandas.io.sql.to_sql(found, "readings", database, index=False)
    took = _between(start, now())
    values = found["value"]
    return {"readings": took}, values.astype(object).where(values.notna(), None).to_list()


def _between(start: Seconds, end: Seconds) -> Seconds:
    return end[0] - start[0], end[1] - start[1]


if __name__ == "__main__":
    side = {"wide": wide, "long": long, "ours": ours}[sys.argv[1]]
    took, found = side(Path(sys.argv[2]))
    print(json.dumps({"seconds": took, "values": found}))
