"""A job type for hard limits: with a limit to its time a chunk never ends, with one to its memory it takes 32 MiB for
each session; other jobs are light.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from builders import plan
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.parameters import BatchJobParameters
from dart_batch.domain.job.plan import Plan
from fakes.job_types import FakeJobType, FakeWork

ITEMS, MIB_EACH, HARD_MIB = 16, 32, 400
MIB = 1024 * 1024
FOR_EVER_SECONDS = 600.0


class HeavyJobs(FakeJobType):
    """Jobs of one chunk."""

    def plan(self, parameters: BatchJobParameters) -> Plan:
        return plan(chunks=1, items=ITEMS, start=parameters.date_range.start)

    def prepare(self, job: BatchJob) -> "HeavyWork":
        made = super().prepare(job)
        return HeavyWork(replace(self, before=_before(job)), made.generation)


@dataclass
class HeavyWork(FakeWork):
    """Knows the sessions of its job."""

    def sessions(self, market: str) -> list[date]:
        first = self.generation.job.parameters.date_range.start
        return [first + timedelta(days=day) for day in range(ITEMS)]


def _before(job: BatchJob) -> Callable[[Chunk], None]:
    limits = job.parameters.limits
    if limits.wall_seconds:
        return lambda chunk: time.sleep(FOR_EVER_SECONDS)
    return swell if limits.memory_hard_mb else lambda chunk: None


def swell(chunk: Chunk) -> None:
    """Hold what the chunk takes: for ever as long as that is too much."""
    held = bytearray(chunk.items * MIB_EACH * MIB)
    held[::4096] = b"\x01" * len(range(0, len(held), 4096))
    if chunk.items == ITEMS:
        time.sleep(FOR_EVER_SECONDS)
