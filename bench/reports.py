"""Three hundred monthly reports of the bundled US history as PDF and XLSX pairs: plan, write, record, check.

One job in one process, with everything an operator's job does. Run: .venv/bin/python -m bench.reports
"""

import resource
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from bench.recalculation import published, run
from dart_batch.application.use_cases.submit_job import Submission
from dart_batch.bootstrap import App, build
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.parameters import BatchJobParameters, JobType
from dart_batch.domain.job.periods import Every, periods_of
from dart_batch.domain.job.reporting import Language, ReportFormat, Reporting
from dart_batch.domain.job.strategy import Strategy
from dart_batch.settings import Settings

REPORTS, WARM_UP = 300, 30
GOAL_SECONDS = 60


def submission(span: DateRange, language: Language, strategy: Strategy = Strategy.CHUNKED) -> Submission:
    """A report of every month as PDF and XLSX."""
    details = Reporting((ReportFormat.PDF, ReportFormat.XLSX), language, ("us",), Every.MONTH)
    return Submission(JobType.BULK_REPORT, BatchJobParameters(span, ("US",), "us", strategy=strategy, details=details))


def peak_mb() -> float:
    """The largest memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def measured(app: App, wanted: Submission) -> None:
    """Run one job and say what it took."""
    began, used, before = time.perf_counter(), time.process_time(), peak_mb()
    job = app.submit(wanted)
    run(app, job)
    seconds, processor = time.perf_counter() - began, time.process_time() - used
    files = app.artefacts.of(job.id)
    size = sum(one.size for one in files) / 1e6
    language = wanted.parameters.reporting.language if wanted.parameters.reporting else ""
    print(
        f"{len(files) // 2:4} reports ({language}), {len(files)} files, {size:.1f} MB: {seconds:.1f} s, "
        f"{processor:.1f} s of processor time; peak memory {before:.0f} -> {peak_mb():.0f} MB"
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = build(Settings(dart_home=Path(folder)))
        whole = published(app)
        months = periods_of(replace(whole, start=whole.start.replace(day=1)), Every.MONTH)[-REPORTS - 1 : -1]
        span = DateRange(months[0].first, months[-1].last)
        first = DateRange(months[0].first, months[WARM_UP - 1].last)
        for language in Language:
            measured(app, submission(first, language))
            measured(app, submission(span, language))
        print("And by several processes; their processor time and memory are not counted:")
        measured(app, submission(span, Language.EN, Strategy.PARALLEL))
    print(f"(goal: {REPORTS} pairs in less than {GOAL_SECONDS} s)")


if __name__ == "__main__":
    main()
