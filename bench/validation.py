"""COMPREHENSIVE validation of 7,000 published sessions, every one computed afresh, in one process.

The history is that of the bundled US observations with the definition `us`. Seconds of the clock and of the processor
are of a whole job: plan, submit, read, compute, compare, store, complete. The memory is the peak of this process, the
backfill before it included. Run: .venv/bin/python -m bench.validation
"""

import resource
import tempfile
import threading
import time
from pathlib import Path

from bench.recalculation import SESSIONS, published
from dart_batch.application.job_types.validation.asking import Question, validation_parameters
from dart_batch.application.use_cases.submit_job import Submission
from dart_batch.bootstrap import App, build
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.parameters import JobType, ValidationLevel
from dart_batch.settings import Settings

ROUNDS = 5
SEED_RECORDS_PER_HOUR = 10_000


def validated(app: App, span: DateRange) -> tuple[float, float]:
    """Seconds of the clock and of the processor for one job."""
    begun, used = time.perf_counter(), time.process_time()
    question = Question(market="US", start=span.start, end=span.end, level=ValidationLevel.COMPREHENSIVE)
    parameters = validation_parameters(app.validation, question, app.settings.job_limits, app.retry)
    job = app.submit(Submission(JobType.DATA_VALIDATION, parameters))
    assert app.worker(alone=True).run_one(job.id, threading.Event()) == "completed"
    took = time.perf_counter() - begun, time.process_time() - used
    results = {check["code"]: check for check in app.queries.job(job.id).verification or []}
    assert results["recomputation"]["checked"] == SESSIONS, results["recomputation"]
    assert results["recomputation"]["passed"]
    return took


def peak_mb() -> float:
    """Peak resident memory of this process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = build(Settings(dart_home=Path(folder)))
        span = published(app)
        before = peak_mb()
        rounds = [validated(app, span) for _ in range(ROUNDS)]
    clock, processor = (sorted(seconds)[ROUNDS // 2] for seconds in zip(*rounds, strict=True))
    rate = SESSIONS / clock * 3600
    print(f"{SESSIONS:,} sessions, all computed afresh: {clock:.2f} s of the clock, {processor:.2f} s of the processor")
    print(f"{rate:,.0f} records/hour, {rate / SEED_RECORDS_PER_HOUR:,.0f} times the seed's {SEED_RECORDS_PER_HOUR:,}")
    print(f"peak memory {peak_mb():.0f} MB, of which {before:.0f} MB had been reached by the backfill before")
    print(f"(medians of {ROUNDS} rounds, {min(rounds)[0]:.2f} to {max(rounds)[0]:.2f} s)")


if __name__ == "__main__":
    main()
