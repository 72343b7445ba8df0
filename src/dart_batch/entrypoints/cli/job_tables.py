"""Jobs as a table."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from dart_batch.entrypoints.cli.progress import duration

if TYPE_CHECKING:
    from rich.table import Table

    from dart_batch.domain.job.batch_job import BatchJob

COLOURS = {
    "PENDING": "dim",
    "QUEUED": "cyan",
    "RUNNING": "blue",
    "PAUSED": "yellow",
    "COMPLETED": "green",
    "FAILED": "red",
    "CANCELLED": "dim",
}
_STEPS = 10
_WIDE = 105
_SHORT_ID = 14


def jobs_table(jobs: "Sequence[BatchJob]", total: int, now: datetime, *, width: int) -> "Table":
    """One row per job: id, status, progress, range, owner, age. On a narrow terminal the id is shortened; its
    beginning is enough for every command.
    """
    from rich.table import Table

    wide = width >= _WIDE
    caption = f"{len(jobs)} of {total} jobs" if total > len(jobs) else None
    table = Table(caption=caption, caption_justify="left", box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("id", no_wrap=True)
    table.add_column("status", no_wrap=True)
    table.add_column("progress", no_wrap=True)
    table.add_column("index", overflow="fold", min_width=5)
    table.add_column("from", no_wrap=True)
    table.add_column("to", no_wrap=True)
    if wide:
        table.add_column("owner", overflow="fold")
    table.add_column("age", justify="right", no_wrap=True)
    for job in jobs:
        table.add_row(*_row(job, now, wide=wide))
    return table


def coloured(status: str) -> str:
    """The status in its colour, as markup."""
    colour = COLOURS[status]
    return f"[{colour}]{status}[/{colour}]"


def gauge(percentage: float) -> str:
    """Ten characters, filled by 0 to 100 percent."""
    full = int(percentage / 100 * _STEPS)
    return "█" * full + "░" * (_STEPS - full)


def age(since: datetime, now: datetime) -> str:
    """How long ago, in the largest fitting unit."""
    seconds = max(0.0, (now - since).total_seconds())
    days = int(seconds // 86_400)
    return f"{days} d" if days else duration(seconds)


def _row(job: "BatchJob", now: datetime, *, wide: bool) -> tuple[str, ...]:
    from rich.markup import escape

    percentage = f"{job.progress.percentage:3.0f} %"
    days = job.parameters.date_range
    return (
        job.id if wide else job.id[:_SHORT_ID],
        coloured(job.status.value),
        f"{gauge(job.progress.percentage)} {percentage}" if wide else percentage,
        f"{' '.join(job.parameters.target_markets)} {job.plan['definition']}",
        str(days.start),
        str(days.end),
        *([escape(job.owner)] if wide else []),
        age(job.created_at, now),
    )
