"""Computes chunks for a job that another node runs. Nothing is written: an answer that comes too late is not read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dart_batch.application.ports.clock import StopSignal
from dart_batch.application.ports.job_type import UNCOMPUTABLE, Spreadable
from dart_batch.application.ports.job_type import JobType as JobTypePort
from dart_batch.application.ports.neighbours import Helpers, Request
from dart_batch.domain.errors import DartBatchError
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.parameters import JobType
from dart_batch.domain.job.status import JobStatus


@dataclass(frozen=True, slots=True)
class Helping:
    """`job_of` looks a job up and locks nothing; `version` is this program's."""

    job_of: Callable[[str], BatchJob]
    job_types: Mapping[JobType, JobTypePort]
    helpers: Helpers
    version: str

    def help(self, request: Request, stop: StopSignal) -> int:
        """Compute the request's chunks one after the other, as long as they are wanted; answers how many were. What
        cannot be computed here is left to who asks, who then meets the error.
        """
        with self.helpers.taking(request) as taken:
            if not taken or request.version != self.version:
                return 0
            try:
                return self._computed(request, stop)
            except (DartBatchError, *UNCOMPUTABLE):
                return 0

    def _computed(self, request: Request, stop: StopSignal) -> int:
        job, done, market = self.job_of(request.job_id), 0, request.chunks[0].market
        if not _runs(job, request):
            return 0
        work = self.job_types[job.type].prepare(job)
        if not isinstance(work, Spreadable) or work.inputs(market) != request.inputs:
            return 0
        process = work.remote(request.chunks)
        for chunk in request.chunks:
            if stop.is_set() or not self.helpers.wanted(request) or not _runs(self.job_of(job.id), request):
                break
            self.helpers.give(request, chunk, process(chunk))
            done += 1
        return done


def _runs(job: BatchJob, request: Request) -> bool:
    return job.status is JobStatus.RUNNING and job.fence == request.fence
