"""`dart-batch backfill --follow`: a job for each arrival of new sessions, until Ctrl-C or SIGTERM."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from dart_batch.entrypoints.cli.console import err, print_json
from dart_batch.entrypoints.cli.foreground import run_until
from dart_batch.entrypoints.cli.outcome import exit_code_of, report_with_latest
from dart_batch.entrypoints.cli.stopping import stop_on_signals
from dart_batch.entrypoints.cli.submitting import Order, Wish, order, submit_or_continue

if TYPE_CHECKING:
    from threading import Event

    from dart_batch.bootstrap import App
    from dart_batch.domain.job.batch_job import BatchJob

LATE_DAYS = timedelta(days=14)
LOOK_SECONDS = 0.2
SETTLED_SECONDS = 1.0


def follow_new_sessions(app: "App", wish: Wish, first: Order, *, as_json: bool) -> int:
    """Run the first plan, then a STREAM job whenever the store has later sessions, or inputs for those of the last
    LATE_DAYS that were withheld. Answers the exit code: 0 when stopped between jobs, else that of the job that did not
    complete.
    """
    code, wanted = 0, first
    with stop_on_signals(lambda: err().print("Stopping.")) as stop:
        while not stop.is_set() and code == 0:
            seen = _revisions(app, wanted)
            if wanted.plan.chunks:
                code = _done(app, wanted, stop, as_json=as_json)
            if code == 0 and _news(app, wanted, seen, stop):
                wanted = order(app, _tail(wish, wanted))
    return code


def _tail(wish: Wish, last: Order) -> Wish:
    span = last.parameters.date_range
    start = max(span.start, span.end - LATE_DAYS)
    return replace(wish, start=str(start), overwrite=False, strategy="stream")


def _done(app: "App", wanted: Order, stop: "Event", *, as_json: bool) -> int:
    job = run_until(app, submit_or_continue(app, wanted).id, stop)
    _tell(app, job, as_json=as_json)
    return exit_code_of(job)


def _tell(app: "App", job: "BatchJob", *, as_json: bool) -> None:
    if as_json:
        print_json(app.view(job))
    else:
        report_with_latest(app, job)


def _news(app: "App", wanted: Order, seen: list[int], stop: "Event") -> bool:
    """Wait for imports; true once they have come to rest, so that what belongs together is computed together."""
    if not stop.is_set():
        err().print("Following: new sessions are computed as they are imported; Ctrl-C ends it.")
    while _revisions(app, wanted) == seen:
        if stop.wait(LOOK_SECONDS):
            return False
    before: list[int] = []
    while before != (before := _revisions(app, wanted)):
        if stop.wait(SETTLED_SECONDS):
            return False
    return True


def _revisions(app: "App", wanted: Order) -> list[int]:
    return [app.market_data.revision(market) for market in wanted.parameters.target_markets]
