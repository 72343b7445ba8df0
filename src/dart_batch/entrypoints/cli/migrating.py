"""From what a user wrote to a planned migration, and to its end."""

from typing import TYPE_CHECKING

import typer

from dart_batch.entrypoints.cli.console import err, out, print_json

if TYPE_CHECKING:
    from rich.console import Console

    from dart_batch.bootstrap import App
    from dart_batch.domain.job.batch_job import BatchJob
    from dart_batch.domain.job.parameters import BatchJobParameters
    from dart_batch.domain.job.plan import Plan


def app_with(password: str = "") -> "App":
    """The App, with the password of the other database when the user wrote it into its address."""
    from pydantic import SecretStr

    from dart_batch.bootstrap import build
    from dart_batch.settings import load_settings

    settings = load_settings()
    if password:
        settings = settings.model_copy(update={"dart_migration_password": SecretStr(password)})
    return build(settings)


def carry_out(
    app: "App", wanted: "BatchJobParameters", *, dry_run: bool, yes: bool, detach: bool, as_json: bool
) -> None:
    """Plan; then show the plan only, or confirm, submit and run to the end."""
    from dart_batch.domain.job.parameters import JobType
    from dart_batch.entrypoints.cli.confirming import confirm

    if not dry_run and (twin := unfinished(app, wanted)) is not None:
        _finish(app, _woken(app, twin), detach=detach, as_json=as_json)
    plan = app.submit.plan(JobType.DATA_MIGRATION, wanted)
    if dry_run:
        show_only(plan, as_json=as_json)
        return
    if not as_json:
        show_plan(err(), plan)
    if not yes:
        confirm("Run this migration?")
    _finish(app, _submitted(app, wanted), detach=detach, as_json=as_json)


def unfinished(app: "App", wanted: "BatchJobParameters") -> "BatchJob | None":
    """The newest migration that was told the same and has not ended; of moves also one that ended badly, because the
    target holds its part.
    """
    from dart_batch.adapters.persistence.job_list import JobFilter
    from dart_batch.domain.job.migration import StoreMove
    from dart_batch.domain.job.status import JobStatus

    found, _ = app.queries.jobs(JobFilter(type="DATA_MIGRATION", limit=200))
    same = [job for job in found if job.parameters.details == wanted.details]
    resumable = isinstance(wanted.details, StoreMove) and same and same[0].status is not JobStatus.COMPLETED
    return same[0] if same and (same[0].active or resumable) else None


def show_plan(console: "Console", plan: "Plan") -> None:
    """What the migration would do, by kind."""
    from rich.table import Table

    from dart_batch.domain.job.units import unit_of

    table = Table("what", "count", title=f"Plan: {plan.definition}", title_justify="left")
    table.columns[1].justify = "right"
    for name, count in plan.counts.items():
        if count:
            table.add_row(name, f"{count:,}")
    console.print(table)
    console.print(f"{plan.items:,} {unit_of(plan.to_dict())} in {len(plan.chunks):,} chunks.", markup=False)
    for skip in plan.skips[:8]:
        console.print(f"  skip {skip.market} {skip.first}..{skip.last}: {skip.sessions:,}, {skip.reason}", markup=False)


def show_only(plan: "Plan", *, as_json: bool) -> None:
    """The plan on stdout, as a table or as JSON."""
    from dart_batch.application.views import plan_view

    if as_json:
        print_json(plan_view(plan))
    else:
        show_plan(out(), plan)


def _woken(app: "App", job: "BatchJob") -> "BatchJob":
    from dart_batch.domain.job.status import JobStatus, Verb
    from dart_batch.entrypoints.cli.local_actor import local_actor

    err().print(f"Migration {job.id} does this and is {job.status.value}: going on with it.", markup=False)
    if job.status in (JobStatus.QUEUED, JobStatus.RUNNING):
        return job
    return app.control(job.id, Verb.START, local_actor())


def _submitted(app: "App", wanted: "BatchJobParameters") -> "BatchJob":
    from dart_batch.application.use_cases.submit_job import Submission
    from dart_batch.domain.job.parameters import JobType
    from dart_batch.entrypoints.cli.local_actor import OWNER

    return app.submit(Submission(JobType.DATA_MIGRATION, wanted, owner=OWNER))


def _finish(app: "App", job: "BatchJob", *, detach: bool, as_json: bool) -> None:
    from dart_batch.entrypoints.cli.foreground import run_here
    from dart_batch.entrypoints.cli.outcome import exit_code_of, report

    if not detach:
        job = run_here(app, job.id)
    if as_json:
        print_json(app.view(job))
    elif detach:
        err().print(f"Job {job.id} waits for a worker.")
    elif job.status.value == "COMPLETED":
        _report(app, job)
    else:
        report(app, job)
    raise typer.Exit(0 if detach else exit_code_of(job))


def _report(app: "App", job: "BatchJob") -> None:
    from dart_batch.adapters.persistence.log_queries import LogFilter

    out().print(f"Migration {job.id} is completed.")
    for line in app.logs.lines(job.id, LogFilter(event="published")):
        out().print(line["message"], markup=False, soft_wrap=True)
