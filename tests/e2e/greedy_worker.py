"""A worker whose chunks allocate memory for every session they have. Prints how its only job ended, as JSON.

Arguments: home, MiB per session, then soft and hard limit in MiB above what the process uses before the job (0: none).
"""

import json
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from builders import parameters, plan
from dart_batch.application.use_cases.submit_job import Submission
from dart_batch.bootstrap import App, build
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.limits import JobLimits
from dart_batch.domain.job.parameters import JobType
from dart_batch.domain.job.retry import RetryPolicy
from dart_batch.domain.job.status import FINISHED
from dart_batch.settings import Settings
from fakes.job_types import FakeJobType

KIND = JobType.HISTORICAL_BACKFILL
HELD_SECONDS = 0.2
MIB = 1024 * 1024


@dataclass(frozen=True)
class Greed:
    """Allocates, holds and frees."""

    mib: int

    def __call__(self, chunk: Chunk) -> None:
        held = bytearray(chunk.items * self.mib * MIB)
        held[::4096] = b"\x01" * len(range(0, len(held), 4096))
        time.sleep(HELD_SECONDS)


def over(used: float, more: int) -> int:
    return int(used) + more if more else 0


def end_when_settled(app: App, job_id: str, stop: threading.Event) -> None:
    while app.queries.job(job_id).status not in FINISHED:
        stop.wait(0.05)
    stop.set()


def main(home: str, mib: int, soft: int, hard: int) -> None:
    app = build(Settings(_env_file=None, dart_home=Path(home), batch_poll_seconds=0.02))
    app.job_types[KIND] = FakeJobType(plan(chunks=3, items=16), before=Greed(mib), new_id=app.new_id)
    Greed(0)(plan().chunks[0])
    used = psutil.Process().memory_info().rss / MIB
    limits = JobLimits(memory_soft_mb=over(used, soft), memory_hard_mb=over(used, hard))
    job_id = app.submit(Submission(KIND, parameters(limits=limits, chunk_size=16, retry=RetryPolicy(3, 1)))).id
    stop = threading.Event()
    threading.Thread(target=end_when_settled, args=(app, job_id, stop)).start()
    app.worker().run(stop)
    job = app.queries.job(job_id)
    ended = {
        "status": job.status.value,
        "failure": job.failure.code if job.failure else None,
        "processed": job.progress.processed,
        "sizes": [chunk.items for chunk in app.queries.chunks(job_id)],
        "outcomes": [attempt["outcome"] for attempt in app.queries.attempts(job_id)],
    }
    print(json.dumps(ended))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
