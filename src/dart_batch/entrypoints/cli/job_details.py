"""Everything about one job, for people."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dart_batch.domain.job.status import verbs_of
from dart_batch.domain.job.units import unit_of
from dart_batch.entrypoints.cli.job_tables import age, coloured, gauge
from dart_batch.entrypoints.cli.progress import duration

if TYPE_CHECKING:
    from rich.console import Console

    from dart_batch.domain.job.batch_job import BatchJob
    from dart_batch.domain.job.chunk import Chunk
    from dart_batch.domain.job.limits import JobLimits
    from dart_batch.domain.job.poison import Poison
    from dart_batch.domain.job.waiting import Waiting

CELLS_PER_LINE = 50
LINES = 8
POISON_SHOWN = 20
DECISIONS = ("promote", "discard")
SIGNS = {"DONE": "[green]■[/green]", "FAILED": "[red]✗[/red]", "PENDING": "[dim]·[/dim]"}


def print_details(
    console: "Console", job: "BatchJob", chunks: "Sequence[Chunk]", attempts: list[dict[str, Any]], now: datetime
) -> None:
    """Facts, ledger, attempts, checks and failure."""
    _print_facts(console, job, now)
    _print_ledger(console, chunks)
    _print_attempts(console, attempts)
    _print_checks(console, job.verification or [])
    if job.failure:
        console.print(f"Failed ({job.failure.code}): {job.failure.message}", soft_wrap=True, markup=False, style="red")


def print_possible(console: "Console", job: "BatchJob", generation: str | None) -> None:
    """What became of what the job wrote (null: it writes no generation), and the verbs that are possible now."""
    staged = generation == "STAGED"
    if generation:
        console.print(f"Generation: {generation.lower().replace('_', ' ')}.", markup=False)
    if staged:
        console.print(f"What it changes: dart-batch jobs diff {job.id}", soft_wrap=True, markup=False)
    verbs = [*(verb.value for verb in verbs_of(job.status)), *(DECISIONS if staged else ())]
    possible = f"Possible now: {', '.join(verbs)} (dart-batch jobs VERB {job.id})"
    console.print(possible if verbs else "Nothing more can be done.", soft_wrap=True, markup=False)


def print_waiting(console: "Console", waiting: "Waiting | None") -> None:
    """Why the job does not run, and its place in the queue; nothing for one that runs or has finished."""
    if waiting is not None:
        place = f" Number {waiting.position} of {waiting.queued} in the queue." if waiting.position else ""
        console.print(f"Why it does not run: {waiting.reason}{place}", soft_wrap=True, markup=False)


def _print_facts(console: "Console", job: "BatchJob", now: datetime) -> None:
    from rich.table import Table

    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for name, value in _facts(job, now).items():
        if value:
            table.add_row(name, value)
    console.print(table)


def _facts(job: "BatchJob", now: datetime) -> dict[str, str]:
    from rich.markup import escape

    progress, wanted = job.progress, job.parameters
    unit = unit_of(job.plan)
    rate = progress.rate(job.attempt_started_at, job.attempt_base, job.finished_at or now)
    left = progress.remaining_seconds(rate) if job.status.value == "RUNNING" else None
    return {
        "job": f"{job.id}  {job.type.value}  priority {job.priority.name}",
        "status": coloured(job.status.value) + (f"  ({escape(job.reason)})" if job.reason else ""),
        "progress": f"{gauge(progress.percentage)} {progress.percentage:.1f} %  {progress.processed:,} of "
        f"{progress.total:,} {unit}, {progress.failed:,} failed, {progress.skipped:,} skipped",
        "speed": f"{rate:,.0f} {unit}/s" + (f", {duration(left)} to go" if left else "") if rate else "",
        "range": f"{wanted.date_range}  {' '.join(wanted.target_markets)}",
        "definition": f"{job.plan['definition']}  {job.plan['definitionHash'][:12]}",
        "data revision": ", ".join(f"{market} {number}" for market, number in job.plan["dataRevisions"].items()),
        "components": ", ".join(wanted.components),
        "options": _options(job),
        "limits": _limits(wanted.limits),
        "description": escape(job.metadata.description),
        "tags": escape(", ".join(job.metadata.tags)),
        "owner": f"{escape(job.owner)}, created {age(job.created_at, now)} ago",
        "worker": job.worker or "",
    }


def _options(job: "BatchJob") -> str:
    wanted = job.parameters
    tuned = " (auto)" if wanted.tuned else ""
    planned = f" (planned {wanted.chunk_size:,})" if job.chunk_size != wanted.chunk_size and not tuned else ""
    return (
        f"chunk size {job.chunk_size:,}{tuned}{planned}, validation {wanted.validation_level.value.lower()}"
        + (f", skip limit {wanted.skip_limit:,}" if wanted.skip_limit else "")
        + (", overwrite" if wanted.overwrite_existing else "")
    )


def _limits(limits: "JobLimits") -> str:
    texts = {
        f"{duration(limits.wall_seconds)} of running time": limits.wall_seconds,
        f"{limits.memory_soft_mb:,} MiB soft": limits.memory_soft_mb,
        f"{limits.memory_hard_mb:,} MiB hard": limits.memory_hard_mb,
        f"{limits.cpu_percent:g} % of a core": limits.cpu_percent,
    }
    return ", ".join(text for text, limit in texts.items() if limit)


def print_poison(console: "Console", found: "Sequence[Poison]") -> None:
    """The sessions that were left out, each with its cause."""
    for poison in found[:POISON_SHOWN]:
        console.print(f"  skipped {poison} ({poison.code}, chunk {poison.chunk})", soft_wrap=True, markup=False)
    if len(found) > POISON_SHOWN:
        console.print(f"  and {len(found) - POISON_SHOWN:,} more skipped sessions (see --json)")


def _print_ledger(console: "Console", chunks: "Sequence[Chunk]") -> None:
    counts = Counter(chunk.status.value for chunk in chunks)
    withheld = sum(chunk.withheld for chunk in chunks)
    console.print(
        f"chunks: {counts['DONE']:,} done, {counts['FAILED']:,} failed, {counts['PENDING']:,} open; "
        f"{withheld:,} readings withheld for lack of inputs"
    )
    cells = [SIGNS[chunk.status.value] for chunk in chunks]
    for start in range(0, min(len(cells), CELLS_PER_LINE * LINES), CELLS_PER_LINE):
        console.print(f"{start + 1:>6} " + "".join(cells[start : start + CELLS_PER_LINE]))
    if len(cells) > CELLS_PER_LINE * LINES:
        console.print(f"       and {len(cells) - CELLS_PER_LINE * LINES:,} more (see --json)")
    for chunk in chunks:
        if chunk.error_message:
            console.print(
                f"  chunk {chunk.number}: try {chunk.tries}: {chunk.error_message}", soft_wrap=True, markup=False
            )


def _print_attempts(console: "Console", attempts: list[dict[str, Any]]) -> None:
    for attempt in attempts:
        ended = attempt["outcome"] or "running"
        message = f": {attempt['message']}" if attempt["message"] else ""
        console.print(
            f"attempt {attempt['fence']} on {attempt['worker']}: {ended}{message}", soft_wrap=True, markup=False
        )


def _print_checks(console: "Console", checks: list[dict[str, Any]]) -> None:
    if not checks:
        return
    from rich.markup import escape
    from rich.table import Table

    table = Table(title="Verification", title_justify="left")
    for heading in ("check", "severity", "checked", "objections", "examples"):
        table.add_column(heading, justify="right" if heading in ("checked", "objections") else "left")
    for check in checks:
        verdict = "[green]none[/green]" if check["passed"] else f"[red]{check['objections']:,}[/red]"
        examples = escape(", ".join(check["examples"][:3]))
        table.add_row(check["code"], check["severity"], f"{check['checked']:,}", verdict, examples)
    console.print(table)
