"""Carries out the verbs of `dart-batch jobs`."""

from datetime import timedelta

import typer

from dart_batch.bootstrap import App
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.priority import Priority
from dart_batch.domain.job.status import CancelMode, JobStatus, Verb
from dart_batch.entrypoints.cli.console import err, print_json
from dart_batch.entrypoints.cli.finding import find_job
from dart_batch.entrypoints.cli.foreground import run_here
from dart_batch.entrypoints.cli.local_actor import local_actor
from dart_batch.entrypoints.cli.outcome import exit_code_of, report_with_latest


def control_job(app: App, text: str, verb: Verb, *, mode: CancelMode = CancelMode.KEEP, as_json: bool) -> None:
    """Use a verb on the job that `text` names. Raises JobNotFound or VerbRefused."""
    _say(app, app.control(find_job(app, text).id, verb, local_actor(), mode), as_json=as_json)


def prioritise_job(app: App, text: str, priority: str, *, as_json: bool) -> None:
    """Change the urgency of the job that `text` names. Raises JobNotFound or VerbRefused."""
    _say(
        app, app.control.prioritise(find_job(app, text).id, Priority[priority.upper()], local_actor()), as_json=as_json
    )


def start_job(app: App, text: str, *, here: bool, as_json: bool) -> None:
    """Queue the job, or run it in this process; a job that is queued already is left as it is."""
    job = find_job(app, text)
    unfinished_here = here and job.status is JobStatus.RUNNING
    if job.status is not JobStatus.QUEUED and not unfinished_here:
        job = app.control(job.id, Verb.START, local_actor())
    if not here:
        _say(app, job, as_json=as_json)
        return
    job = run_here(app, job.id)
    if as_json:
        print_json(app.view(job))
    else:
        report_with_latest(app, job)
    raise typer.Exit(exit_code_of(job))


def _say(app: App, job: BatchJob, *, as_json: bool) -> None:
    if as_json:
        print_json(app.view(job))
    elif job.control is not None:
        err().print(f"Job {job.id} was asked to {job.control.value}; it obeys after its present chunk.")
    else:
        err().print(f"Job {job.id} is {job.status.value}.")
    if job.status is JobStatus.QUEUED and not _somebody_works(app):
        err().print(f"No worker runs. Start one with `dart-batch worker`, or: dart-batch jobs start {job.id} --here")


def _somebody_works(app: App) -> bool:
    fresh = app.clock.now() - timedelta(seconds=app.settings.batch_lease_seconds)
    return bool(app.queries.workers(alive_since=fresh))
