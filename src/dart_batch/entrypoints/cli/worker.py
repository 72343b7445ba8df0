"""`dart-batch worker`: runs jobs until it is told to stop."""

import typer

from dart_batch.entrypoints.cli.console import err
from dart_batch.entrypoints.cli.teaching import examples

EXAMPLES = examples(
    "dart-batch worker",
    "DATABASE_URL=sqlite:////srv/dart/dart-batch.db dart-batch worker",
    note="Any number of workers may run against one database; SIGTERM or Ctrl-C ends one at its next chunk boundary.",
)


def worker() -> None:
    """Run jobs from the queue until SIGTERM or Ctrl-C."""
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
