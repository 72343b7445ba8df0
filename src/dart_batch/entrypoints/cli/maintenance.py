"""`dart-batch maintenance`: let go what has had its time."""

from typing import TYPE_CHECKING, Annotated

import typer

from dart_batch.entrypoints.cli.console import err, out, print_json
from dart_batch.entrypoints.cli.teaching import examples

if TYPE_CHECKING:
    from dart_batch.bootstrap import App
    from dart_batch.domain.job.batch_job import BatchJob
    from dart_batch.domain.job.parameters import BatchJobParameters
    from dart_batch.domain.job.plan import Plan

maintenance_app = typer.Typer(
    help="See and let go what has had its time.",
    no_args_is_help=True,
    epilog="A running worker does this once a day by itself. What was ever published always stays.",
)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]


@maintenance_app.command("plan", epilog=examples("dart-batch maintenance plan"))
def show(json: Json = False) -> None:
    """Show what would go, by kind, and what stays although it is old."""
    from dart_batch.application.views import plan_view
    from dart_batch.bootstrap import build

    _, plan = _planned(build())
    if json:
        print_json(plan_view(plan))
    else:
        _show(plan)


@maintenance_app.command(
    "run",
    epilog=examples(
        "dart-batch maintenance run --yes",
        note="Beside the daily job, which submits itself. What is deleted cannot be brought back but from a backup.",
    ),
)
def run(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")] = False,
    detach: Annotated[bool, typer.Option("--detach", help="Leave the work to a worker and return at once.")] = False,
    json: Json = False,
) -> None:
    """Delete now what the plan shows, as a job."""
    from dart_batch.application.use_cases.submit_job import Submission
    from dart_batch.bootstrap import build
    from dart_batch.domain.job.parameters import JobType
    from dart_batch.entrypoints.cli.confirming import confirm
    from dart_batch.entrypoints.cli.foreground import run_here
    from dart_batch.entrypoints.cli.local_actor import OWNER, local_actor

    app = build()
    wanted, plan = _planned(app)
    if not plan.chunks:
        _say_nothing_to_do(plan, as_json=json)
        return
    if not yes:
        _show(plan)
        confirm("Delete this for good?", look="`dart-batch maintenance plan`")
    job = app.submit(Submission(JobType.MAINTENANCE, wanted, owner=OWNER, plan_hash=plan.hash), local_actor())
    _report(app, job if detach else run_here(app, job.id), detach=detach, as_json=json)


def _planned(app: "App") -> "tuple[BatchJobParameters, Plan]":
    from dart_batch.domain.job.parameters import JobType

    wanted = app.maintenance.order(app.clock.now().date())
    return wanted, app.submit.plan(JobType.MAINTENANCE, wanted)


def _show(plan: "Plan") -> None:
    from rich.table import Table

    from dart_batch.application.ports.retention import Kind

    table = Table("what", "count", "from", "to", title="Has had its time", title_justify="left")
    for kind in Kind:
        days = [chunk for chunk in plan.chunks if chunk.market == kind]
        if days:
            ends = (str(days[0].first_session), str(days[-1].last_session))
            table.add_row(_NAMES[kind], f"{plan.counts[kind]:,}", *ends)
    if plan.counts["readings"]:
        table.add_row("readings of these jobs", f"{plan.counts['readings']:,}", "", "")
    out().print(table if plan.chunks else "Nothing has had its time.")
    for skip in plan.skips:
        out().print(f"{skip.sessions:,} jobs of {skip.first}..{skip.last} stay: {skip.reason}.", soft_wrap=True)


_NAMES = {
    "logs": "log lines",
    "jobs": "jobs that published nothing",
    "workers": "records of workers",
    "artefacts": "jobs whose report files nobody needs",
}


def _say_nothing_to_do(plan: "Plan", *, as_json: bool) -> None:
    from dart_batch.application.views import plan_view

    if as_json:
        print_json(plan_view(plan))
    else:
        err().print("Nothing has had its time.")


def _report(app: "App", job: "BatchJob", *, detach: bool, as_json: bool) -> None:
    from dart_batch.entrypoints.cli.outcome import exit_code_of

    if as_json:
        print_json(app.view(job))
    elif detach:
        err().print(f"Job {job.id} waits for a worker.")
    else:
        err().print(f"Job {job.id} is {job.status.value}. See `dart-batch jobs logs {job.id}`.", soft_wrap=True)
    raise typer.Exit(0 if detach else exit_code_of(job))
