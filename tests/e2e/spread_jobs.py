"""Backfills whose chunks wait for one another: here for a helper to begin, and at a helper for what the test does.

Each chunk that is computed elsewhere adds a line to `computed` in DART_HOME: who computed it, and which.
"""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dart_batch.application.job_types.historical_backfill import BackfillWork, HistoricalBackfill
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk

PATIENCE_SECONDS = 90.0
GIVEN_BEFORE_THE_WAIT = 2
HELPER, HERE = "helper", "here"


def computed(home: Path) -> list[str]:
    """Who computed a chunk, line by line."""
    file = home / "computed"
    return file.read_text().split() if file.exists() else []


@dataclass
class Waiting:
    """A way to compute chunks, in a process of the pool when it travelled there, else at a helper."""

    real: Callable[[Chunk], Any]
    home: Path
    parent: int

    def __call__(self, chunk: Chunk) -> Any:
        mine = HELPER if os.getpid() == self.parent else HERE
        if mine == HERE:
            until(lambda: computed(self.home).count(HELPER) >= GIVEN_BEFORE_THE_WAIT or (self.home / "go").exists())
        elif computed(self.home).count(HELPER) == GIVEN_BEFORE_THE_WAIT and (self.home / "hold").exists():
            until((self.home / "go").exists)
        with (self.home / "computed").open("a") as file:
            file.write(f"{mine}\n")
        return self.real(chunk)


def until(reached: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not reached() and time.monotonic() < end:
        time.sleep(0.02)


class WaitingWork(BackfillWork):
    """A backfill whose chunks wait when they are computed elsewhere."""

    def remote(self, stripe: Sequence[Chunk]) -> Waiting:
        return Waiting(super().remote(stripe), Path(os.environ["DART_HOME"]), os.getpid())


class WaitingBackfill(HistoricalBackfill):
    def prepare(self, job: BatchJob) -> WaitingWork:
        made = super().prepare(job)
        return WaitingWork(made.generation, made.market_data, made.calendars)
