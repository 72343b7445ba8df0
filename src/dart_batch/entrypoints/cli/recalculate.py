"""`dart-batch recalculate`: other weights, or another definition, beside the live index."""

from typing import Annotated

import typer

from dart_batch.entrypoints.cli import job_options
from dart_batch.entrypoints.cli.teaching import examples

EXAMPLES = examples(
    'dart-batch recalculate --market US --weights marketMomentum=0.4,marketVolatility=0.6 --reason "fewer components"',
    'dart-batch recalculate --market KOSPI --from 2015-01-01 --definition kospi@2 --reason "new windows" --yes',
    note="The result waits beside the live index: `jobs diff ID` shows what would change, `jobs promote ID` publishes "
    "it, `jobs discard ID` drops it.",
)


def recalculate(  # noqa: PLR0917  one parameter per option
    reason: Annotated[str, typer.Option("--reason", "-r", help="Why; kept with every reading's history.")],
    market: Annotated[str, typer.Option("--market", "-m", help="Market.")] = "KOSPI",
    weights: Annotated[
        list[str] | None,
        typer.Option("--weights", "-w", metavar="NAME=W,...", help="Weights that add up to 1; others become 0."),
    ] = None,
    definition: Annotated[
        str | None, typer.Option("--definition", "-d", help="NAME or NAME@VERSION to compute with [the market's own].")
    ] = None,
    index: Annotated[
        str | None, typer.Option(help="The published index it is for [the definition's or market's].")
    ] = None,
    start: job_options.Start = None,
    end: job_options.End = None,
    publish: job_options.Publishing = "manual",
    chunk_size: Annotated[int | None, typer.Option(metavar="N", help="Sessions per commit [1000].")] = None,
    validation: job_options.Validation = "basic",
    priority: job_options.Urgency = "normal",
    description: job_options.Description = "",
    tag: job_options.Tags = None,
    plan_hash: job_options.PlanHash = None,
    dry_run: job_options.DryRun = False,
    yes: job_options.Yes = False,
    detach: job_options.Detach = False,
    json: job_options.Json = False,
) -> None:
    """Recalculate published history as a new generation, to compare and then promote or discard."""
    from dart_batch.bootstrap import build
    from dart_batch.domain.job.priority import Priority
    from dart_batch.entrypoints.cli.ordering import fulfil
    from dart_batch.entrypoints.cli.recalculating import Wish, order

    app = build()
    wish = Wish(
        market,
        reason,
        weights=weights or [],
        definition=definition,
        index=index or "",
        start=start,
        end=end,
        publish=publish,
        chunk_size=chunk_size,
        validation=validation,
        priority=Priority[priority.upper()],
        description=description,
        tags=tag or [],
        plan_hash=plan_hash,
    )
    fulfil(app, order(app, wish), dry_run=dry_run, ask=not yes, detach=detach, as_json=json)
