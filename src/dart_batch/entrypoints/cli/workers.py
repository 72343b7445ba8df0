"""`dart-batch workers`: who works, and on what."""

from typing import TYPE_CHECKING, Annotated

import typer

from dart_batch.entrypoints.cli.console import err, out, print_json
from dart_batch.entrypoints.cli.teaching import examples

if TYPE_CHECKING:
    from dart_batch.application.worker_views import WorkerState

workers_app = typer.Typer(help="See who works, and on what.", no_args_is_help=True)

LIST_EXAMPLES = examples(
    "dart-batch workers list",
    "dart-batch workers list --state alive --json",
    note="alive: a sign of life within one lease; stale: none, and it has not left in good order; stopped: it has.",
)


@workers_app.command("list", epilog=LIST_EXAMPLES)
def list_workers(
    state: Annotated[
        list[str] | None,
        typer.Option(help="alive, stale or stopped; may be repeated or comma-separated [alive,stale]."),
    ] = None,
    host: Annotated[str | None, typer.Option(help="Workers of this machine.")] = None,
    sort: Annotated[str, typer.Option(help="startedAt, heartbeatAt or host; with - descending.")] = "-startedAt",
    limit: Annotated[int, typer.Option(help="Number of workers.", min=1, max=10_000)] = 50,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")] = False,
) -> None:
    """List workers with host, process, load and the chunk each is at."""
    from dart_batch.adapters.persistence.worker_queries import WorkerFilter
    from dart_batch.application.worker_views import worker_view
    from dart_batch.bootstrap import build
    from dart_batch.entrypoints.cli.worker_table import workers_table

    wanted = WorkerFilter(_states(state or []), host, sort, limit)
    app = build()
    now, lease = app.clock.now(), app.settings.batch_lease_seconds
    found, total = app.workers.workers(wanted, now)
    if json:
        print_json({"items": [worker_view(worker, now, lease) for worker in found], "total": total})
    elif found:
        out().print(workers_table(found, total, now, lease))
    else:
        err().print("No such worker. Start one with `dart-batch worker`, or server and worker with `dart-batch serve`.")


def _states(given: list[str]) -> "list[WorkerState]":
    """Raises InvalidParameters for a state that does not exist."""
    from dart_batch.adapters.persistence.worker_queries import PRESENT
    from dart_batch.application.worker_views import WorkerState
    from dart_batch.entrypoints.cli.finding import check_known

    names = [name.strip().lower() for item in given for name in item.split(",") if name.strip()]
    check_known(names, [item.value for item in WorkerState], "state")
    return [WorkerState(name) for name in names] or list(PRESENT)
