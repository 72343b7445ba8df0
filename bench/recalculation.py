"""Other weights for 7,000 published sessions: submit, reweigh, verify, stage, compare and promote.

The history is that of the bundled US observations with the definition `us`, all in one process, each round with other
weights on top of the round before. Run: .venv/bin/python -m bench.recalculation
"""

import tempfile
import threading
import time
from pathlib import Path

from dart_batch.application.use_cases.submit_job import Submission
from dart_batch.bootstrap import App, build
from dart_batch.domain.access.actor import the_system
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.parameters import BatchJobParameters, JobType
from dart_batch.domain.job.recalculation import Publish, Recalculation
from dart_batch.engine.comparison_summary import summarise
from dart_batch.engine.definition_file import shipped
from dart_batch.entrypoints.cli.bundled_data import ensure_bundled_data
from dart_batch.entrypoints.cli.submitting import extent
from dart_batch.settings import Settings

SESSIONS, ROUNDS, CHUNK = 7000, 9, 1000
STEPS = ("submit", "reweigh, verify, stage", "compare", "promote")


def run(app: App, job: BatchJob) -> None:
    """Run the job to its end in this thread."""
    outcome = app.worker(alone=True).run_one(job.id, threading.Event())
    assert outcome == "completed", outcome


def published(app: App) -> DateRange:
    """Compute and publish the bundled history; answers the span of the sessions to recalculate."""
    ensure_bundled_data(app)
    whole = extent(app, ("US",))
    parameters = BatchJobParameters(whole, ("US",), "us", chunk_size=CHUNK)
    run(app, app.submit(Submission(JobType.HISTORICAL_BACKFILL, parameters)))
    return DateRange(app.index.readings("US", "us", components=False)["date"][-SESSIONS], whole.end)


def recalculation(span: DateRange, number: int) -> Submission:
    """A recalculation with weights of its own."""
    names = [component.name for component in shipped()["us"].components]
    shares = [1 + (place * 7 + number) % 5 for place in range(len(names))]
    weights = tuple((name, share / sum(shares)) for name, share in zip(names, shares, strict=True))
    special = Recalculation("bench", weights)
    parameters = BatchJobParameters(span, ("US",), "us", chunk_size=CHUNK, publish=Publish.MANUAL, details=special)
    return Submission(JobType.INDEX_RECALCULATION, parameters)


def timed_round(app: App, span: DateRange, number: int) -> tuple[float, ...]:
    """Seconds of each of the STEPS."""
    begun = time.perf_counter()
    job = app.submit(recalculation(span, number))
    submitted = time.perf_counter()
    run(app, job)
    staged = time.perf_counter()
    summary = summarise(app.compare(job.id).comparison)
    compared = time.perf_counter()
    assert summary.sessions == SESSIONS and summary.changed, summary
    app.decide.promote(job.id, the_system("bench"))
    return submitted - begun, staged - submitted, compared - staged, time.perf_counter() - compared


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = build(Settings(dart_home=Path(folder)))
        span = published(app)
        rounds = [timed_round(app, span, number) for number in range(ROUNDS)]
    for step, *seconds in zip(STEPS, *rounds, strict=True):
        print(f"{step:24} {sorted(seconds)[ROUNDS // 2] * 1000:7.0f} ms")
    wholes = sorted(map(sum, rounds))
    print(f"{'all':24} {wholes[ROUNDS // 2] * 1000:7.0f} ms, {SESSIONS / wholes[ROUNDS // 2]:,.0f} sessions/s")
    print(f"(medians of {ROUNDS} rounds, {wholes[0]:.2f} to {wholes[-1]:.2f} s)")
    print(f"{SESSIONS:,} sessions in chunks of {CHUNK:,}")


if __name__ == "__main__":
    main()
