"""Follows a job until it settles, with a bar on a terminal and lines elsewhere."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from dart_batch.client.answers import Job
from dart_batch.client.failures import WaitTimeout

if TYPE_CHECKING:
    from rich.console import Console

Draw = Callable[[Job, bool], None]
LINE_SECONDS = 5.0


def wait(ask: Callable[[], Job], timeout: float | None, poll: float, console: "Console | None") -> Job:
    """The job once it has settled; drawn on the console unless it is null. Raises WaitTimeout."""
    begun = time.monotonic()
    with _drawing(console) as draw:
        while True:
            job = ask()
            draw(job, job.settled)
            if job.settled:
                return job
            elapsed = time.monotonic() - begun
            if timeout is not None and elapsed + poll > timeout:
                raise WaitTimeout(job.id, job.status, timeout)
            time.sleep(poll)


@contextmanager
def _drawing(console: "Console | None") -> Iterator[Draw]:
    if console is None:
        yield lambda _job, _last: None
    elif not console.is_terminal:
        yield Lines(console)
    else:
        with _bar(console) as draw:
            yield draw


class Lines:
    """A line every few seconds, and one at the end."""

    def __init__(self, console: "Console", clock: Callable[[], float] = time.monotonic) -> None:
        self._console, self._clock = console, clock
        self._next = clock()

    def __call__(self, job: Job, last: bool) -> None:
        if last or self._clock() >= self._next:
            self._next = self._clock() + LINE_SECONDS
            self._console.print(f"{job.id} {job.status} {job.processed:,} of {job.total:,}", markup=False)


@contextmanager
def _bar(console: "Console") -> Iterator[Draw]:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:,.0f}/{task.total:,.0f}"))
    with Progress(*columns, TimeElapsedColumn(), console=console) as bar:
        task = bar.add_task("", total=1)
        yield lambda job, _last: bar.update(
            task, description=f"{job.id} {job.status}", completed=job.processed, total=max(job.total, 1)
        )
