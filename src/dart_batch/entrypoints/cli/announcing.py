"""What a worker says about its jobs."""

from datetime import UTC, datetime

from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.units import unit_of
from dart_batch.entrypoints.cli.console import err
from dart_batch.entrypoints.cli.progress import duration


def announce(job: BatchJob, outcome: str | None) -> None:
    """A line on stderr when a job begins (null) and when it ends."""
    if outcome is not None:
        took = (datetime.now(UTC) - (job.attempt_started_at or job.created_at)).total_seconds()
        err().print(f"{job.id} {outcome} after {duration(took)}", soft_wrap=True)
        return
    what = f"{' '.join(job.parameters.target_markets)} / {job.plan['definition']}"
    left = job.progress.total - job.progress.processed
    err().print(f"{job.id} attempt {job.attempts}: {what}, {left:,} {unit_of(job.plan)} to do", soft_wrap=True)
