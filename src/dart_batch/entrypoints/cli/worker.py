"""`dart-batch worker`: runs jobs until it is told to stop."""

import os
import re
import sys
from typing import Annotated, NoReturn

import typer

from dart_batch.entrypoints.cli.console import err
from dart_batch.entrypoints.cli.teaching import examples

EXAMPLES = examples(
    "dart-batch worker",
    "DATABASE_URL=sqlite:////srv/dart/dart-batch.db dart-batch worker",
    "dart-batch worker --autoscale 1-8                # as many as the waiting work wants",
    "BATCH_QUEUE=celery REDIS_URL=redis://queue:6379/0 dart-batch worker",
    note="Any number of workers may run against one database; SIGTERM or Ctrl-C ends one at its next chunk boundary.",
)


Autoscale = Annotated[str, typer.Option(metavar="LEAST-MOST", help="Keep as many workers as the waiting work wants.")]
Target = Annotated[
    float, typer.Option(min=1, help="With --autoscale: seconds in which the waiting work should be done.")
]
Calm = Annotated[float, typer.Option(min=0, help="With --autoscale: seconds of less work before a worker may go.")]


def worker(autoscale: Autoscale = "", target_seconds: Target = 60.0, calm_seconds: Calm = 60.0) -> None:
    """Run jobs from the queue until SIGTERM or Ctrl-C.

    With --autoscale this process only looks after workers: it starts more when GET /api/batch/scaling wants more, and
    when fewer are wanted lets workers go that have nothing to do. A worker that is let go ends its jobs first.
    """
    from dart_batch.settings import load_settings

    bounds = _bounds(autoscale) if autoscale else None
    if (settings := load_settings()).batch_queue == "celery":
        _become_celery(bounds or (settings.batch_concurrent_jobs, settings.batch_concurrent_jobs))
    if bounds is None:
        _work()
    from dart_batch.application.scaling import Autoscaler
    from dart_batch.entrypoints.cli.supervising import supervise

    supervise(Autoscaler(*bounds, calm_seconds, settings.batch_concurrent_jobs), target_seconds)


def _bounds(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,3})-(\d{1,3})", text)
    least, most = (int(found[1]), int(found[2])) if found else (1, 0)
    if not least <= most or most < 1:
        raise typer.BadParameter(f"{text} is no LEAST-MOST such as 1-8.", param_hint="--autoscale")
    return least, most


def _become_celery(children: tuple[int, int]) -> NoReturn:
    """Go on as a Celery node with so many children at least and at most; Celery takes the signals then.

    What is wrong with the database is said first: Celery's children would begin again and again.
    """
    from dart_batch.bootstrap import build

    build().engine.dispose()
    least, most = children
    several = str(most) if least == most else f"{least} to {most}"
    _say(f"Celery node with {several} children; SIGTERM or Ctrl-C gives jobs back at their next chunk boundary.")
    node = ["-A", "dart_batch.entrypoints.worker", "worker", "--pool", "prefork", "--concurrency", str(max(least, 1))]
    node += [] if least == most else ["--autoscale", f"{most},{least}"]
    lean = ["--without-gossip", "--without-mingle", "--without-heartbeat", "-O", "fair", "--loglevel", "WARNING"]
    os.execv(sys.executable, [sys.executable, "-m", "celery", *node, *lean])  # noqa: S606  our own program


def _work() -> NoReturn:
    from dart_batch.bootstrap import build
    from dart_batch.entrypoints.cli.announcing import announce
    from dart_batch.entrypoints.cli.stopping import retire_on_signal, stop_on_signals

    one = build().worker(alone=True, tell=announce)
    with stop_on_signals(lambda: _say("Stopping after the present chunk.")) as stop, retire_on_signal() as retire:
        _say(f"Worker {one.identity.id} waits for jobs.")
        one.run(stop, retire)
    _say("Worker ended.")
    raise typer.Exit


def _say(text: str) -> None:
    err().print(text, soft_wrap=True)
