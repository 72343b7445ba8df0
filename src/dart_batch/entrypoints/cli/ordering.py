"""From a planned order to a job that ran: confirm, submit, carry out."""

from collections.abc import Callable

import typer

from dart_batch.application.views import plan_view
from dart_batch.bootstrap import App
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.errors import NothingToDo
from dart_batch.domain.job.plan import Plan
from dart_batch.domain.job.status import JobStatus
from dart_batch.entrypoints.cli.confirming import confirm
from dart_batch.entrypoints.cli.console import err, out, print_json
from dart_batch.entrypoints.cli.foreground import run_here
from dart_batch.entrypoints.cli.outcome import exit_code_of, report_with_latest
from dart_batch.entrypoints.cli.plan_table import show_plan
from dart_batch.entrypoints.cli.submitting import Order, submit_or_continue


def fulfil(
    app: App,
    wanted: Order,
    *,
    dry_run: bool,
    ask: bool,
    detach: bool,
    as_json: bool,
    then: Callable[[BatchJob], None] | None = None,
) -> None:
    """Show the plan and no more, or confirm, submit and carry out; raises and ends like those."""
    if dry_run:
        show_order(wanted, as_json=as_json)
    else:
        carry_out(app, submitted(app, wanted, ask=ask, as_json=as_json), detach=detach, as_json=as_json, then=then)


def show_order(wanted: Order, *, as_json: bool) -> None:
    """The plan, as a table or as JSON."""
    if as_json:
        print_json(plan_view(wanted.plan))
    else:
        show_plan(out(), wanted.plan, wanted.parameters)
        out().print(f"Plan hash (for --plan-hash): {wanted.plan.hash}", soft_wrap=True)


def submitted(app: App, wanted: Order, *, ask: bool, as_json: bool) -> BatchJob:
    """The job, after confirmation. Ends the command when there is nothing to do; raises NotConfirmed."""
    confirm_order(wanted, ask=ask, as_json=as_json)
    try:
        return submit_or_continue(app, wanted)
    except NothingToDo as nothing:
        _say_nothing_to_do(nothing, wanted.plan, as_json=as_json)
        raise typer.Exit from nothing


def confirm_order(wanted: Order, *, ask: bool, as_json: bool) -> None:
    """Show the plan, and ask. Raises NotConfirmed."""
    if wanted.plan.chunks and (ask or not as_json):
        show_plan(err(), wanted.plan, wanted.parameters)
    if wanted.plan.chunks and ask:
        confirm("Run this plan?")


def _say_nothing_to_do(nothing: NothingToDo, plan: Plan, *, as_json: bool) -> None:
    if as_json:
        print_json({"status": "NOTHING_TO_DO", "message": nothing.message, "plan": plan_view(plan)})
    else:
        err().print(nothing.message, markup=False)


def carry_out(
    app: App, job: BatchJob, *, detach: bool, as_json: bool, then: Callable[[BatchJob], None] | None = None
) -> None:
    """Run the job here unless it is left to a worker, and end with the exit code of how it ended. A job that is
    completed here is handed to `then`.
    """
    if not detach:
        job = run_here(app, job.id)
        if then and job.status is JobStatus.COMPLETED:
            then(job)
    if as_json:
        print_json(app.view(job))
    elif detach:
        err().print(f"Job {job.id} is {job.status.value}. Follow it with `dart-batch jobs logs {job.id} --follow`.")
    else:
        report_with_latest(app, job)
    if not detach:
        raise typer.Exit(exit_code_of(job))
