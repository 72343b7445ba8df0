"""A move of 1,000,000 rows from one SQLite database to another: planned, copied, read back, compared, switched over.

Once with lines of logs (about 150 bytes each), once with a tenth as many readings of the definition `us` (3 KB each).
Each side is hashed in the end. Run: .venv/bin/python -m bench.migration [ROWS]
"""

import hashlib
import multiprocessing
import resource
import sys
import tempfile
import threading
import time
from pathlib import Path

from dart_batch.adapters.persistence.job_list import JobFilter
from dart_batch.application.job_types.data_migration import order
from dart_batch.application.use_cases.submit_job import Submission
from dart_batch.bootstrap import App, build
from dart_batch.domain.job.migration import StoreMove
from dart_batch.domain.job.parameters import BatchJobParameters, JobType
from dart_batch.domain.job.retry import RetryPolicy
from dart_batch.entrypoints.cli.bundled_data import ensure_bundled_data
from dart_batch.entrypoints.cli.submitting import extent
from dart_batch.settings import Settings

ROWS, SEED_MB = 1_000_000, 256
READINGS = "fear_greed_batch_history"
LOGS = "batch_logs"


def run(app: App, submission: Submission) -> None:
    """Run the job to its end in this thread."""
    job = app.submit(submission)
    outcome = app.worker(alone=True).run_one(job.id, threading.Event())
    assert outcome == "completed", outcome


def fill(home: Path, table: str, wanted: int) -> None:
    """One published generation, and the rows of one of its tables again until there are as many as wanted."""
    app = build(Settings(dart_home=home))
    ensure_bundled_data(app)
    span = extent(app, ("US",))
    run(app, Submission(JobType.HISTORICAL_BACKFILL, BatchJobParameters(span, ("US",), "us", chunk_size=100)))
    with app.engine.begin() as connection:
        names = [row[1] for row in connection.exec_driver_sql(f"PRAGMA table_info({table})")]
        there = int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())
        columns = [name for name in names if name not in ("id", "job_id")]
        copies = (
            f"INSERT INTO {table} (job_id, {', '.join(columns)}) SELECT printf('copy-%07d', ?), {', '.join(columns)} "
            "FROM original LIMIT ?"
        )
        connection.exec_driver_sql(f"CREATE TEMP TABLE original AS SELECT * FROM {table}")
        for number in range(-(-(wanted - there) // there)):
            connection.exec_driver_sql(copies, (number, wanted - there * (number + 1)))


def content(app: App, name: str) -> str:
    """SHA-256 over the rows of a table, but those of the move itself."""
    own = "".join(job.id for job in app.queries.jobs(JobFilter(type="DATA_MIGRATION"))[0])
    digest = hashlib.sha256()
    with app.engine.connect() as connection:
        found = connection.exec_driver_sql(f"SELECT * FROM {name} WHERE job_id <> ? ORDER BY 1, 2, 3", (own,))
        for part in found.partitions(5000):
            digest.update(repr(part).encode())
    return digest.hexdigest()


def measure(table: str, wanted: int) -> None:
    """Fill a store in a process of its own, move it in this one, and print what that took."""
    with tempfile.TemporaryDirectory() as folder:
        old, new = Path(folder) / "old", Path(folder) / "new"
        filling = multiprocessing.get_context("spawn").Process(target=fill, args=(old, table, wanted))
        filling.start()
        filling.join()
        app = build(Settings(dart_home=old))
        move = order(StoreMove(f"sqlite:///{new / 'dart-batch.db'}"), RetryPolicy(), day=app.clock.now().date())
        begun, cpu = time.perf_counter(), time.process_time()
        run(app, Submission(JobType.DATA_MIGRATION, move))
        took, spent = time.perf_counter() - begun, time.process_time() - cpu
        size = (new / "dart-batch.db").stat().st_size / 2**20
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        assert content(app, table) == content(build(Settings(dart_home=new)), table)
    print(f"{wanted:,} rows of {table}, {size:,.0f} MB in the target, the same hash on both sides")
    print(
        f"  {took:.1f} s, {wanted / took:,.0f} rows/s; {wanted / spent:,.0f} rows and {size / spent:,.0f} MB a second"
    )
    print(f"  of processor time; peak memory of the process {peak:.0f} MB (the seed's figure: {SEED_MB} MB)")


def main() -> None:
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    measure(LOGS, wanted)
    measure(READINGS, wanted // 10)


if __name__ == "__main__":
    main()
