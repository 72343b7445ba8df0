"""Says how a job ended, and which exit code that is."""

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from dart_batch.application.views import verdict
from dart_batch.entrypoints.cli.console import err, out
from dart_batch.entrypoints.cli.exit_codes import FAILED_JOB
from dart_batch.entrypoints.cli.progress import duration

if TYPE_CHECKING:
    from dart_batch.bootstrap import App
    from dart_batch.domain.job.batch_job import BatchJob

INTERRUPTED = 130
RECENT = 60
_BARS = "▁▂▃▄▅▆▇█"


def exit_code_of(job: "BatchJob") -> int:
    """0 for a completed job, 1 for a failed one or a validation that found errors, 130 for one that was stopped before
    its end.
    """
    if job.status.value == "COMPLETED" and job.parameters.validation and verdict(job) == "failed":
        return FAILED_JOB
    return {"COMPLETED": 0, "FAILED": FAILED_JOB}.get(job.status.value, INTERRUPTED)


def report_with_latest(app: "App", job: "BatchJob") -> None:
    """How the job ended, and for a completed one the latest readings."""
    report(app, job)
    if job.status.value != "COMPLETED" or not job.plan["runs"]:
        return
    if job.parameters.publish.value == "MANUAL":
        out().print(
            f"Nothing is published yet. Review it with `dart-batch jobs diff {job.id}`, then "
            f"`dart-batch jobs promote {job.id}` or `dart-batch jobs discard {job.id}`.",
            soft_wrap=True,
        )
        return
    for market in job.parameters.target_markets:
        show_latest(app, market, job.plan["index"])


def report(app: "App", job: "BatchJob") -> None:
    """A completed job on stdout; anything else on stderr with what to do next."""
    if job.status.value == "COMPLETED" and job.parameters.validation:
        from dart_batch.entrypoints.cli.finding_tables import print_verdict

        print_verdict(app, job)
    elif job.status.value == "COMPLETED":
        out().print(_completed(app, job), soft_wrap=True)
    elif job.status.value == "FAILED":
        cause = job.failure.message if job.failure else "unknown cause"
        err().print(f"Job {job.id} failed: {cause}", soft_wrap=True, markup=False)
        err().print(
            f"See `dart-batch jobs logs {job.id}`, then go on with `dart-batch jobs retry {job.id}`.", soft_wrap=True
        )
    else:
        err().print(_stopped(job))
        err().print(
            f"Go on with `dart-batch jobs start {job.id} --here`, with the same command again, or with a worker: "
            "everything committed stays.",
            soft_wrap=True,
        )


def show_latest(app: "App", market: str, definition: str) -> None:
    """Latest reading with a sparkline of the last sessions."""
    latest = app.index.latest(market, definition)
    if latest is None:
        out().print(f"{market} / {definition}: no value is published yet.")
        return
    values = app.index.readings(market, definition, components=False).tail(RECENT)["value"].to_list()
    out().print(
        f"{market} / {definition}  {latest['date']}  [bold]{latest['value']:.1f}  {latest['level']}[/bold]  "
        f"(coverage {latest['coverage']:.0%})  {sparkline(values)}",
        soft_wrap=True,
    )


def sparkline(values: list[float | None]) -> str:
    """One character per value of 0 to 100, lowest bar for 0; a blank where the value is null."""
    return "".join(" " if value is None else _BARS[min(7, int(value / 12.5))] for value in values)


def _completed(app: "App", job: "BatchJob") -> str:
    if job.parameters.reporting:
        return _reported(app, job)
    withheld = sum(chunk.withheld for chunk in app.queries.chunks(job.id))
    begun, ended = job.attempt_started_at, job.finished_at
    took = [(late - early).total_seconds() for early, late in pairwise([begun, ended]) if early and late]
    pace = _pace(job, took[0]) if took else ""
    return (
        f"Job {job.id} is completed: {job.progress.processed:,} sessions in {job.chunks_done:,} chunks{pace}, "
        f"{withheld:,} of them withheld for lack of inputs; {job.progress.skipped:,} skipped"
        + (f", {job.progress.failed:,} left out because they cannot be computed." if job.progress.failed else ".")
    )


def _reported(app: "App", job: "BatchJob") -> str:
    found = app.artefacts.of(job.id)
    size = sum(one.size for one in found) / 1e6
    return (
        f"Job {job.id} is completed: {job.progress.processed:,} reports, {len(found):,} files, {size:,.1f} MB, in "
        f"{app.settings.artefact_dir / job.id}"
    )


def _pace(job: "BatchJob", seconds: float) -> str:
    done = job.progress.processed - job.attempt_base
    return f", the last {done:,} in {duration(seconds)} ({done / seconds:,.0f}/s)" if seconds else ""


def _stopped(job: "BatchJob") -> str:
    done: dict[str, Any] = {"done": job.progress.processed, "total": job.progress.total}
    where = "given back to the queue" if job.status.value == "QUEUED" else job.status.value.lower()
    return f"Job {job.id} is {where} after {{done:,}} of {{total:,}} sessions.".format(**done)
