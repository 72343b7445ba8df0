"""A worker that says what it does."""

from dataclasses import dataclass

from dart_batch.application.execution.attempt import AttemptRunner
from dart_batch.application.execution.halting import Halt
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.entrypoints.cli.console import err
from dart_batch.entrypoints.cli.progress import duration


@dataclass(frozen=True)
class AnnouncingRunner(AttemptRunner):
    """An AttemptRunner with a line on stderr when a job begins and when it ends."""

    def run(self, job: BatchJob, halt: Halt) -> str:
        """As AttemptRunner.run."""
        what = f"{' '.join(job.parameters.target_markets)} / {job.plan['definition']}"
        left = job.progress.total - job.progress.processed
        err().print(f"{job.id} attempt {job.attempts}: {what}, {left:,} sessions to do", soft_wrap=True)
        began = self.clock.monotonic()
        outcome = super().run(job, halt)
        err().print(f"{job.id} {outcome} after {duration(self.clock.monotonic() - began)}", soft_wrap=True)
        return outcome
