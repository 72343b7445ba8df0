"""Runs a job in this process with its progress drawn, until it is settled or the user stops it."""

from typing import TYPE_CHECKING

from dart_batch.entrypoints.cli.console import err
from dart_batch.entrypoints.cli.progress import follow
from dart_batch.entrypoints.cli.running import Driver, settled
from dart_batch.entrypoints.cli.stopping import stop_on_signals

if TYPE_CHECKING:
    from dart_batch.application.ports.clock import StopSignal
    from dart_batch.bootstrap import App
    from dart_batch.domain.job.batch_job import BatchJob


def run_here(app: "App", job_id: str) -> "BatchJob":
    """The job as it is at the end. A first Ctrl-C gives it back at the next chunk boundary, a second ends at once."""
    with stop_on_signals(_announce) as stop:
        return run_until(app, job_id, stop)


def run_until(app: "App", job_id: str, stop: "StopSignal") -> "BatchJob":
    """As `run_here`, for a caller who hears of signals himself."""
    driver = Driver(app, job_id, stop)
    follow(app, job_id, driver.done, settled)
    driver.finish()
    return app.queries.job(job_id)


def _announce() -> None:
    err().print("Stopping after the present chunk; press Ctrl-C again to end at once.")
