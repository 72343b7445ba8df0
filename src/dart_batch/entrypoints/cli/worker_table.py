"""Workers as a table."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from dart_batch.entrypoints.cli.job_tables import age

if TYPE_CHECKING:
    from rich.table import Table

    from dart_batch.application.worker_views import RunningJob, WorkerFacts

COLOURS = {"alive": "green", "stale": "yellow", "stopped": "dim"}
MEGABYTE = 1024 * 1024
_SHORT_ID = 14


def workers_table(workers: "Sequence[WorkerFacts]", total: int, now: datetime, lease_seconds: float) -> "Table":
    """One row per worker; its last column has a line per running job."""
    from rich.table import Table

    caption = f"{len(workers)} of {total} workers" if total > len(workers) else None
    table = Table(caption=caption, caption_justify="left", box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for heading in ("state", "host", "pid", "busy", "cpu", "memory", "seen"):
        right = heading not in ("state", "host")
        table.add_column(heading, justify="right" if right else "left", no_wrap=heading != "host", overflow="fold")
    table.add_column("runs", overflow="fold", min_width=40)
    for worker in workers:
        table.add_row(*_row(worker, now, worker.state(now, lease_seconds).value))
    return table


def _row(worker: "WorkerFacts", now: datetime, state: str) -> tuple[str, ...]:
    from rich.markup import escape

    return (
        f"[{COLOURS[state]}]{state}[/{COLOURS[state]}]",
        escape(worker.host),
        str(worker.pid),
        f"{len(worker.jobs)}/{worker.slots}",
        "-" if worker.cpu_percent is None else f"{worker.cpu_percent:.0f} %",
        "-" if worker.rss_bytes is None else f"{worker.rss_bytes / MEGABYTE:,.0f} MB",
        f"{age(worker.heartbeat_at, now)} ago",
        "\n".join(_work(job) for job in worker.jobs),
    )


def _work(job: "RunningJob") -> str:
    where = "verifying and publishing"
    if job.chunk is not None:
        number, market, first, last = job.chunk
        where = f"chunk {number}/{job.chunks_total} {market} {first}..{last}"
    return f"{job.job_id[:_SHORT_ID]} attempt {job.attempt}: {where}"
