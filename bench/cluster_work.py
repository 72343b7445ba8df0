"""A job type whose chunks cost a given time of the processor."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from bench.peers.ours import ReadyMade, ReadyMadeWork
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk


def burn(seconds: float) -> None:
    """Use the processor for so long."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


@dataclass(frozen=True)
class CostlyWork(ReadyMadeWork):
    """Ready-made readings that cost `seconds` of the processor for each chunk."""

    seconds: float

    def process(self, chunk: Chunk) -> pl.DataFrame:
        burn(self.seconds)
        return super().process(chunk)

    def inputs(self, market: str) -> str:
        return "ready-made"

    def remote(self, stripe: Sequence[Chunk]) -> Callable[[Chunk], pl.DataFrame]:
        """As the product's computation: the first chunk costs what the whole stripe does."""
        return Ahead(self, self.seconds * len(stripe))


@dataclass
class Ahead:
    work: ReadyMadeWork
    seconds: float

    def __call__(self, chunk: Chunk) -> pl.DataFrame:
        burn(self.seconds)
        self.seconds = 0.0
        return ReadyMadeWork.process(self.work, chunk)


@dataclass(frozen=True)
class Costly(ReadyMade):
    seconds: float

    def prepare(self, job: BatchJob) -> CostlyWork:
        made = super().prepare(job)
        return CostlyWork(made.job, made.generation, self.seconds)
