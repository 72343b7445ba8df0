"""`dart-batch jobs`: look at jobs and control them."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dart_batch.entrypoints.cli import findings, logs
from dart_batch.entrypoints.cli.console import err, out, print_json
from dart_batch.entrypoints.cli.teaching import examples

if TYPE_CHECKING:
    from dart_batch.domain.job.status import Verb

jobs_app = typer.Typer(
    help="List, inspect and control jobs.",
    no_args_is_help=True,
    epilog="ID may be the beginning of an id as long as only one job has it.",
)

JobId = Annotated[str, typer.Argument(metavar="ID", help="Id of the job, or an unambiguous beginning of it.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]

LIST_EXAMPLES = examples(
    "dart-batch jobs list --status RUNNING,QUEUED",
    "dart-batch jobs list --tag nightly --created-from 2026-01-01 --text timeout",
    "dart-batch jobs list --market KOSPI --sort -finishedAt --limit 5 --json",
)


@jobs_app.command("list", epilog=LIST_EXAMPLES)
def list_jobs(  # noqa: PLR0917  one parameter per option
    status: Annotated[
        list[str] | None, typer.Option(help="PENDING, QUEUED, RUNNING, ...; may be repeated or comma-separated [all].")
    ] = None,
    kind: Annotated[str | None, typer.Option("--type", help="Type of job, for example HISTORICAL_BACKFILL.")] = None,
    market: Annotated[str | None, typer.Option("--market", "-m", help="Jobs that touch this market.")] = None,
    priority: Annotated[
        list[str] | None, typer.Option(help="high, normal or low; may be repeated or comma-separated [all].")
    ] = None,
    owner: Annotated[str | None, typer.Option(help="Jobs of this owner.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="Jobs with this tag; repeated: with all of them.")] = None,
    created_from: Annotated[
        str | None, typer.Option(metavar="WHEN", help="Created then or later: YYYY-MM-DD (UTC) or a moment with zone.")
    ] = None,
    created_before: Annotated[str | None, typer.Option(metavar="WHEN", help="Created earlier than then.")] = None,
    text: Annotated[str | None, typer.Option(help="Text in description, tags, parameters or failure.")] = None,
    sort: Annotated[str, typer.Option(help="createdAt, finishedAt or priority; with - descending.")] = "-createdAt",
    limit: Annotated[int, typer.Option(help="Number of jobs.", min=1, max=10_000)] = 20,
    json: Json = False,
) -> None:
    """List jobs, the newest first."""
    from dart_batch.bootstrap import build
    from dart_batch.entrypoints.cli.finding import job_filter
    from dart_batch.entrypoints.cli.job_tables import jobs_table

    wanted = job_filter(
        status=status or [],
        priority=priority or [],
        kind=kind,
        market=market,
        created_from=created_from,
        created_before=created_before,
        owner=owner,
        tags=tag or [],
        text=text,
        sort=sort,
        limit=limit,
    )
    app = build()
    found, total = app.queries.jobs(wanted)
    now = app.clock.now()
    if json:
        print_json({"items": app.views(found), "total": total})
    elif found:
        out().print(jobs_table(found, total, now, width=out().width))
    else:
        err().print("No job matches. A first one: `dart-batch backfill --market US`.")


@jobs_app.command("show", epilog=examples("dart-batch jobs show 01k8"))
def show(job_id: JobId, json: Json = False) -> None:
    """Show everything about a job: progress, ledger, attempts, checks and what can be done now."""
    from dart_batch.application.views import chunk_view, poison_view
    from dart_batch.bootstrap import build
    from dart_batch.entrypoints.cli.finding import find_job
    from dart_batch.entrypoints.cli.job_details import print_details, print_poison, print_possible, print_waiting

    app = build()
    job = find_job(app, job_id)
    chunks, now, decision = app.queries.chunks(job.id), app.clock.now(), app.publications.states([job.id]).get(job.id)
    if json:
        ledger = [chunk_view(chunk) for chunk in chunks]
        skips = [poison_view(poison) for poison in app.queries.poison(job.id)]
        more = {"skips": skips, "attempts": app.queries.attempts(job.id)}
        print_json(app.view(job) | {"chunks": ledger} | more)
    else:
        print_details(out(), job, chunks, app.queries.attempts(job.id), now)
        print_poison(out(), app.queries.poison(job.id))
        print_waiting(out(), app.waiting.explain(job, now))
        print_possible(out(), job, decision)


jobs_app.command("logs", epilog=logs.EXAMPLES)(logs.logs)
jobs_app.command("findings", epilog=findings.EXAMPLES)(findings.findings)


@jobs_app.command("start", epilog=examples("dart-batch jobs start 01k8 --here"))
def start(
    job_id: JobId,
    here: Annotated[
        bool, typer.Option("--here", help="Run it to the end in this process instead of leaving it to a worker.")
    ] = False,
    json: Json = False,
) -> None:
    """Start a waiting job, or go on with one that was stopped; committed chunks are not repeated."""
    from dart_batch.bootstrap import build
    from dart_batch.entrypoints.cli.controlling import start_job

    start_job(build(), job_id, here=here, as_json=json)


def _control(verb: str, summary: str) -> Callable[[str, bool], None]:
    def command(job_id: JobId, json: Json = False) -> None:
        from dart_batch.bootstrap import build
        from dart_batch.entrypoints.cli.controlling import control_job

        control_job(build(), job_id, _verb(verb), as_json=json)

    command.__doc__ = summary
    return command


def _verb(name: str) -> "Verb":
    from dart_batch.domain.job.status import Verb

    return Verb(name)


for _name, _summary in {
    "pause": "Pause a job; a running one stops after its present chunk.",
    "resume": "Queue a paused job again.",
    "retry": "Queue a failed job again; only chunks that are not done run.",
}.items():
    jobs_app.command(_name, epilog=examples(f"dart-batch jobs {_name} 01k8"))(_control(_name, _summary))


@jobs_app.command("cancel", epilog=examples("dart-batch jobs cancel 01k8", "dart-batch jobs cancel 01k8 --rollback"))
def cancel(
    job_id: JobId,
    rollback: Annotated[bool, typer.Option("--rollback", help="Also take back what the job has committed.")] = False,
    json: Json = False,
) -> None:
    """Cancel a job; a running one stops after its present chunk, and nothing of it is published."""
    from dart_batch.bootstrap import build
    from dart_batch.domain.job.status import CancelMode
    from dart_batch.entrypoints.cli.controlling import control_job

    mode = CancelMode.ROLLBACK if rollback else CancelMode.KEEP
    control_job(build(), job_id, _verb("cancel"), mode=mode, as_json=json)


@jobs_app.command("priority", epilog=examples("dart-batch jobs priority 01k8 high"))
def priority(
    job_id: JobId,
    level: Annotated[Literal["high", "normal", "low"], typer.Argument(help="The new place in the order of claiming.")],
    json: Json = False,
) -> None:
    """Change the urgency of a job that has not finished."""
    from dart_batch.bootstrap import build
    from dart_batch.entrypoints.cli.controlling import prioritise_job

    prioritise_job(build(), job_id, level, as_json=json)


@jobs_app.command(
    "diff",
    epilog=examples(
        "dart-batch jobs diff 01k8",
        "dart-batch jobs diff 01k8 --csv diff.csv --plot diff.png",
        note="The columns by_NAME say how much of each change a component caused; they add up to the change.",
    ),
)
def diff(
    job_id: JobId,
    market: Annotated[str | None, typer.Option("--market", "-m", help="Market [the job's first].")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write all sessions into a CSV file.")] = None,
    parquet: Annotated[Path | None, typer.Option(help="Write all sessions into a Parquet file.")] = None,
    plot: Annotated[Path | None, typer.Option(help="Draw old and new into a .png or .svg file.")] = None,
    json: Json = False,
) -> None:
    """Compare what a job has written with what the live index showed when it was planned."""
    from dart_batch.bootstrap import build
    from dart_batch.entrypoints.cli.job_diff import show_difference

    files = {kind: path for kind, path in (("csv", csv), ("parquet", parquet), ("plot", plot)) if path}
    show_difference(build(), job_id, market, files, as_json=json)


@jobs_app.command(
    "artefacts",
    epilog=examples(
        "dart-batch jobs artefacts 01k8",
        "dart-batch jobs artefacts 01k8 --download reports",
        "dart-batch jobs artefacts 01k8 --zip reports.zip",
    ),
)
def artefacts(
    job_id: JobId,
    download: Annotated[Path | None, typer.Option(metavar="DIR", help="Copy the files into this folder.")] = None,
    zipped: Annotated[Path | None, typer.Option("--zip", metavar="FILE", help="Write them into one zip file.")] = None,
    json: Json = False,
) -> None:
    """List or fetch the files a job has written, such as reports."""
    from dart_batch.bootstrap import build
    from dart_batch.entrypoints.cli.finding import find_job
    from dart_batch.entrypoints.cli.job_artefacts import show_artefacts

    app = build()
    show_artefacts(app, find_job(app, job_id), download=download, zipped=zipped, as_json=json)


@jobs_app.command("promote", epilog=examples("dart-batch jobs promote 01k8"))
def promote(job_id: JobId, json: Json = False) -> None:
    """Make what a job has staged the live index; refused when the index moved since the job was planned."""
    from dart_batch.bootstrap import build
    from dart_batch.entrypoints.cli import job_diff

    job_diff.promote(build(), job_id, as_json=json)


@jobs_app.command("discard", epilog=examples("dart-batch jobs discard 01k8"))
def discard(job_id: JobId, json: Json = False) -> None:
    """Drop what a job has staged; the live index stays as it is."""
    from dart_batch.bootstrap import build
    from dart_batch.entrypoints.cli import job_diff

    job_diff.discard(build(), job_id, as_json=json)
