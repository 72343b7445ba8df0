"""`dart-batch up` and `demo`: from nothing to a published index."""

from typing import TYPE_CHECKING

import typer

from dart_batch.entrypoints.cli.console import err
from dart_batch.entrypoints.cli.serve import Host, Port, UiPort
from dart_batch.entrypoints.cli.teaching import examples

if TYPE_CHECKING:
    from threading import Event

    from dart_batch.bootstrap import App
    from dart_batch.domain.job.batch_job import BatchJob

UP_EXAMPLES = examples(
    "dart-batch up",
    "DART_HOME=/srv/dart dart-batch up --port 8000",
    note="A second start repeats nothing: data, key and published index are kept in DART_HOME.",
)

DEMO_EXAMPLES = examples(
    "DART_HOME=$(mktemp -d) dart-batch demo",
)

MARKET, DEFINITION = "US", "us"


def up(port: Port = None, ui_port: UiPort = None, host: Host = "127.0.0.1") -> None:
    """Load the bundled data, serve API and page, compute the index and show it, until Ctrl-C."""
    from dart_batch.bootstrap import build
    from dart_batch.entrypoints.cli.first_login import first_login
    from dart_batch.entrypoints.cli.local_key import local_admin_key
    from dart_batch.entrypoints.cli.serve import addresses, open_ports
    from dart_batch.entrypoints.cli.serving import served
    from dart_batch.entrypoints.cli.stopping import stop_on_signals
    from dart_batch.entrypoints.cli.welcome import welcome
    from dart_batch.settings import load_settings

    settings = load_settings()
    sockets = open_ports(settings, host, port, ui_port)
    app = build(settings)
    local_admin_key(app)
    with stop_on_signals(lambda: err().print("Stopping.")) as stop, served(sockets, stop):
        job = _submitted(app)
        if job is not None:
            _follow(app, job, stop)
        if not stop.is_set():
            welcome(app, first_login(app), addresses(host, sockets), MARKET, DEFINITION)
        stop.wait()


def demo() -> None:
    """Load the bundled data, compute the index in this process, show the result and end."""
    from dart_batch.bootstrap import build
    from dart_batch.entrypoints.cli.foreground import run_here
    from dart_batch.entrypoints.cli.outcome import exit_code_of, report_with_latest, show_latest

    app = build()
    job = _submitted(app)
    if job is None:
        show_latest(app, MARKET, DEFINITION)
        return
    job = run_here(app, job.id)
    report_with_latest(app, job)
    raise typer.Exit(exit_code_of(job))


def _submitted(app: "App") -> "BatchJob | None":
    from dart_batch.domain.job.errors import NothingToDo
    from dart_batch.entrypoints.cli.bundled_data import ensure_bundled_data
    from dart_batch.entrypoints.cli.submitting import Wish, order, submit_or_continue

    ensure_bundled_data(app)
    wish = Wish(markets=[MARKET], definition=DEFINITION, description="Bundled history", tags=["bundled"])
    try:
        return submit_or_continue(app, order(app, wish))
    except NothingToDo:
        err().print("The bundled history is published already.")
        return None


def _follow(app: "App", job: "BatchJob", stop: "Event") -> None:
    from dart_batch.entrypoints.cli.outcome import report
    from dart_batch.entrypoints.cli.progress import follow
    from dart_batch.entrypoints.cli.running import settled

    if not app.settings.batch_worker_enabled:
        err().print(f"Job {job.id} waits for a worker: BATCH_WORKER_ENABLED is false here.")
        return
    job = follow(app, job.id, stop, settled)
    if settled(job):
        report(app, job)
