"""`dart-batch worker`: runs jobs until it is told to stop."""

import os
import sys
from typing import NoReturn

import typer

from dart_batch.entrypoints.cli.console import err
from dart_batch.entrypoints.cli.teaching import examples

EXAMPLES = examples(
    "dart-batch worker",
    "DATABASE_URL=sqlite:////srv/dart/dart-batch.db dart-batch worker",
    "BATCH_QUEUE=celery REDIS_URL=redis://queue:6379/0 dart-batch worker",
    note="Any number of workers may run against one database; SIGTERM or Ctrl-C ends one at its next chunk boundary.",
)


def worker() -> None:
    """Run jobs from the queue until SIGTERM or Ctrl-C."""
    from dart_batch.settings import load_settings

    if (settings := load_settings()).batch_queue == "celery":
        _become_celery(settings.batch_concurrent_jobs)
    _work()


def _become_celery(children: int) -> NoReturn:
    """Go on as a Celery node with as many children; Celery takes the signals then."""
    _say(f"Celery node with {children} children; SIGTERM or Ctrl-C gives jobs back at their next chunk boundary.")
    node = ["-A", "dart_batch.entrypoints.worker", "worker", "--pool", "prefork", "--concurrency", str(children)]
    lean = ["--without-gossip", "--without-mingle", "--without-heartbeat", "-O", "fair", "--loglevel", "WARNING"]
    os.execv(sys.executable, [sys.executable, "-m", "celery", *node, *lean])  # noqa: S606  our own program


def _work() -> None:
    from dart_batch.bootstrap import build
    from dart_batch.entrypoints.cli.announcing import announce
    from dart_batch.entrypoints.cli.stopping import stop_on_signals

    one = build().worker(alone=True, tell=announce)
    with stop_on_signals(lambda: _say("Stopping after the present chunk.")) as stop:
        _say(f"Worker {one.identity.id} waits for jobs.")
        one.run(stop)
    _say("Worker ended.")
    raise typer.Exit


def _say(text: str) -> None:
    err().print(text, soft_wrap=True)
