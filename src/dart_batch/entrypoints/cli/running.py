"""Runs one job to its end from this process, whoever does the work."""

import threading
from typing import TYPE_CHECKING

from dart_batch.domain.errors import DartBatchError, Transient

if TYPE_CHECKING:
    from dart_batch.application.ports.clock import StopSignal
    from dart_batch.bootstrap import App
    from dart_batch.domain.job.batch_job import BatchJob


class Driver:
    """A thread that takes the job whenever it may be taken, until it is settled or a stop is asked for.

    While another worker holds the job it only waits, and takes over if that worker dies. `done` is set at the end;
    `finish` hands on what went wrong.
    """

    def __init__(self, app: "App", job_id: str, stop: "StopSignal") -> None:
        self.done = threading.Event()
        self._app, self._job_id, self._stop = app, job_id, stop
        self._error: DartBatchError | None = None
        self._thread = threading.Thread(target=self._run, name="driver", daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Wait for the end. Raises the DartBatchError that ended it early."""
        self._thread.join()
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        try:
            while not self._stop.is_set() and not settled(self._app.queries.job(self._job_id)):
                self._step()
        except DartBatchError as error:
            self._error = error
        finally:
            self.done.set()

    def _step(self) -> None:
        try:
            if self._take() is not None:
                return
        except Transient:
            pass
        self._stop.wait(self._app.settings.batch_poll_seconds)

    def _take(self) -> str | None:
        worker = self._app.worker(alone=True)
        worker.rescuer.rescue()
        if not _free(self._app.queries.job(self._job_id), self._app):
            return None
        return worker.run_one(self._job_id, self._stop)


def settled(job: "BatchJob") -> bool:
    """Whether nothing more happens to the job by itself."""
    from dart_batch.domain.job.status import JobStatus

    return job.status not in (JobStatus.QUEUED, JobStatus.RUNNING)


def _free(job: "BatchJob", app: "App") -> bool:
    return job.lease_until is None or job.lease_until <= app.clock.now()
