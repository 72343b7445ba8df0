"""`dart-batch backfill`: plan, confirm, submit, run to the end."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dart_batch.entrypoints.cli import job_options
from dart_batch.entrypoints.cli.teaching import examples

if TYPE_CHECKING:
    from dart_batch.bootstrap import App
    from dart_batch.entrypoints.cli.submitting import Order, Wish

EXAMPLES = examples(
    "dart-batch backfill --market US --yes",
    "dart-batch backfill --market KOSPI --from 2008-01-01 --to 2017-12-31 --dry-run",
    "dart-batch backfill --market KOSPI --overwrite --validation comprehensive --yes",
    "dart-batch backfill --market KOSPI --affected-by-corrections --dry-run",
    "dart-batch backfill --market KOSPI --follow --yes",
    note="The same command after a crash or Ctrl-C goes on behind the last committed chunk.",
)


def backfill(  # noqa: PLR0917  one parameter per option
    market: Annotated[list[str] | None, typer.Option("--market", "-m", help="Market; may be repeated [KOSPI].")] = None,
    definition: Annotated[
        str | None, typer.Option("--definition", "-d", help="NAME or NAME@VERSION [the market's own].")
    ] = None,
    start: job_options.Start = None,
    end: job_options.End = None,
    chunk_size: Annotated[
        str | None,
        typer.Option(metavar="N|auto", help="Sessions per commit; auto: tuned as it runs [BATCH_CHUNK_SIZE, 100]."),
    ] = None,
    strategy: Annotated[
        Literal["chunked", "stream", "parallel"],
        typer.Option(help="Least work, shortest way to the first reading, or several processes; same result."),
    ] = "chunked",
    skip_limit: Annotated[
        int | None, typer.Option(help="Sessions to leave out when they cannot be computed [BATCH_SKIP_LIMIT, 0].")
    ] = None,
    wall_seconds: Annotated[
        float | None, typer.Option(help="Running time after which the job fails [BATCH_MAX_WALL_SECONDS].")
    ] = None,
    memory_soft_mb: Annotated[
        int | None, typer.Option(help="Memory of the worker over which chunks shrink [BATCH_MEMORY_SOFT_MB].")
    ] = None,
    memory_hard_mb: Annotated[
        int | None, typer.Option(help="Memory of the worker over which the attempt ends [BATCH_MEMORY_HARD_MB].")
    ] = None,
    cpu_percent: Annotated[float | None, typer.Option(help="Share of one core to keep to [BATCH_CPU_PERCENT].")] = None,
    component: Annotated[list[str] | None, typer.Option(help="Only this component; may be repeated [all].")] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Compute published sessions anew, as a new generation.")
    ] = False,
    affected: Annotated[
        bool,
        typer.Option(
            "--affected-by-corrections", help="Only published sessions whose inputs were corrected since, anew."
        ),
    ] = False,
    validation: job_options.Validation = "basic",
    publish: job_options.Publishing = "auto",
    priority: job_options.Urgency = "normal",
    description: job_options.Description = "",
    tag: job_options.Tags = None,
    plan_hash: job_options.PlanHash = None,
    dry_run: job_options.DryRun = False,
    yes: job_options.Yes = False,
    follow: Annotated[
        bool, typer.Option("--follow", help="Go on with new sessions as they are imported, until Ctrl-C.")
    ] = False,
    detach: job_options.Detach = False,
    json: job_options.Json = False,
) -> None:
    """Compute the index for a range of history, and publish it."""
    from dart_batch.bootstrap import build
    from dart_batch.domain.job.priority import Priority
    from dart_batch.entrypoints.cli.ordering import fulfil
    from dart_batch.entrypoints.cli.submitting import Wish, order

    wish = Wish(
        markets=market or ["KOSPI"],
        definition=definition,
        start=start,
        end=end,
        chunk_size=chunk_size,
        strategy=strategy,
        publish=publish,
        skip_limit=skip_limit,
        limits=_limits(wall_seconds, memory_soft_mb, memory_hard_mb, cpu_percent),
        components=component or [],
        overwrite=overwrite,
        affected=affected,
        validation=validation,
        priority=Priority[priority.upper()],
        description=description,
        tags=tag or [],
        plan_hash=plan_hash,
    )
    if follow:
        _refuse_to_follow(end, plan_hash, dry_run=dry_run, detach=detach, affected=affected)
    app = build()
    wanted = order(app, wish)
    if follow:
        _follow(app, wish, wanted, ask=not yes, as_json=json)
    else:
        fulfil(app, wanted, dry_run=dry_run, ask=not yes, detach=detach, as_json=json)


def _limits(wall: float | None, soft: int | None, hard: int | None, cpu: float | None) -> dict[str, float | None]:
    return {"wall_seconds": wall, "memory_soft_mb": soft, "memory_hard_mb": hard, "cpu_percent": cpu}


def _refuse_to_follow(until: str | None, plan_hash: str | None, **switches: bool) -> None:
    """Raises InvalidParameters for options that contradict following."""
    from dart_batch.domain.job.errors import InvalidParameters

    others = {
        "--to": until,
        "--dry-run": switches["dry_run"],
        "--detach": switches["detach"],
        "--plan-hash": plan_hash,
        "--affected-by-corrections": switches["affected"],
    }
    if given := [name for name, there in others.items() if there]:
        raise InvalidParameters(
            f"--follow goes on until Ctrl-C and cannot be combined with {' and '.join(given)}.",
            hint="Leave one of them out.",
            field="follow",
        )


def _follow(app: "App", wish: "Wish", wanted: "Order", *, ask: bool, as_json: bool) -> None:
    from dart_batch.entrypoints.cli.backfill_follow import follow_new_sessions
    from dart_batch.entrypoints.cli.ordering import confirm_order

    confirm_order(wanted, ask=ask, as_json=as_json)
    raise typer.Exit(follow_new_sessions(app, wish, wanted, as_json=as_json))
