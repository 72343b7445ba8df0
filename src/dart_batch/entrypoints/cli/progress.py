"""Draws a job's progress while it runs: a bar on a terminal, a line now and then elsewhere. Always on stderr."""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Protocol

from dart_batch.entrypoints.cli.console import err

if TYPE_CHECKING:
    from rich.progress import Progress

    from dart_batch.bootstrap import App
    from dart_batch.domain.job.batch_job import BatchJob
    from dart_batch.domain.job.chunk import Chunk

POLL_SECONDS = 0.2
LINE_SECONDS = 3.0
CLOSING = "verifying and publishing"


class Waiting(Protocol):
    """threading.Event is one: waits up to a time, true as soon as it is set."""

    def wait(self, timeout: float | None = None) -> bool: ...


def follow(app: "App", job_id: str, done: Waiting, settled: "Callable[[BatchJob], bool]") -> "BatchJob":
    """Draw the job about five times a second until `done` is set or it is settled; answers its last state."""
    timeline = Timeline(app.queries.chunks(job_id))
    with _drawing() as draw:
        while True:
            ended = done.wait(POLL_SECONDS)
            job = app.queries.job(job_id)
            draw(_figures(app, job, timeline), ended or settled(job))
            if ended or settled(job):
                return job


class Timeline:
    """Tells by the number of processed sessions where in time a job is; chunks run in order."""

    def __init__(self, chunks: "list[Chunk]") -> None:
        self._first = [f"{chunk.market} {chunk.first_session}" for chunk in chunks]
        self._ends = list(accumulate(chunk.items for chunk in chunks))

    def at(self, processed: int) -> str:
        """Market and first session of the chunk that comes after `processed` sessions; empty behind the last."""
        place = bisect_right(self._ends, processed)
        return self._first[place] if place < len(self._first) else ""


def duration(seconds: float | None) -> str:
    """Short text for a time: 4 s, 3:07, 2:03:09; a dash for null."""
    if seconds is None:
        return "-"
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _figures(app: "App", job: "BatchJob", timeline: Timeline) -> dict[str, Any]:
    from dart_batch.application.views import job_view

    progress = job_view(job, app.clock.now())["progress"]
    rate, running = progress["itemsPerSecond"], job.status.value == "RUNNING"
    return {
        "status": job.status.value,
        "total": progress["totalItems"],
        "completed": progress["processedItems"],
        "percent": f"{progress['progressPercentage']:.1f} %",
        "rate": "-" if rate is None else f"{rate:,.0f}/s",
        "eta": duration(progress["estimatedTimeRemaining"]),
        "place": timeline.at(progress["processedItems"]) or (CLOSING if running else ""),
    }


Draw = Callable[[dict[str, Any], bool], None]


@contextmanager
def _drawing() -> Iterator[Draw]:
    if not err().is_terminal:
        yield Lines()
        return
    with _bar() as bar:
        task = bar.add_task("", total=1, visible=False, status="", percent="", rate="-", eta="-", place="")

        def draw(figures: dict[str, Any], _last: bool) -> None:
            bar.update(task, visible=True, **figures)

        yield draw


class Lines:
    """For logs and pipes: a line every few seconds and one at the end."""

    def __init__(self, every: float = LINE_SECONDS) -> None:
        self._every = every
        self._quiet = 0.0

    def __call__(self, figures: dict[str, Any], last: bool) -> None:
        self._quiet += POLL_SECONDS
        if last or self._quiet >= self._every:
            self._quiet = 0.0
            err().print("{status} {percent} {completed:,} of {total:,}, {rate}, ETA {eta} {place}".format(**figures))


def _bar() -> "Progress":
    from rich.progress import BarColumn, Progress, TextColumn

    return Progress(
        TextColumn("{task.fields[status]:<9}"),
        BarColumn(bar_width=None),
        TextColumn("{task.fields[percent]:>7}  {task.completed:,.0f}/{task.total:,.0f}  {task.fields[rate]}"),
        TextColumn("ETA {task.fields[eta]}  {task.fields[place]}"),
        console=err(),
        expand=True,
    )
