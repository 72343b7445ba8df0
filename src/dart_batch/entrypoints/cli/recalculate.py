"""`dart-batch recalculate`: other weights, or another definition, beside the live index."""

from typing import Annotated, Literal

import typer

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
    start: Annotated[
        str | None, typer.Option("--from", metavar="YYYY-MM-DD", help="First day [first day of the market's data].")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", metavar="YYYY-MM-DD", help="Last day [last day of the market's data].")
    ] = None,
    publish: Annotated[
        Literal["manual", "auto"], typer.Option(help="Wait for a decision, or publish when it is verified.")
    ] = "manual",
    chunk_size: Annotated[int | None, typer.Option(metavar="N", help="Sessions per commit [1000].")] = None,
    validation: Annotated[Literal["basic", "comprehensive"], typer.Option(help="Checks of the result.")] = "basic",
    priority: Annotated[Literal["high", "normal", "low"], typer.Option(help="Order in the queue.")] = "normal",
    description: Annotated[str, typer.Option(help="What the job is for.", show_default=False)] = "",
    tag: Annotated[list[str] | None, typer.Option(help="Label for lists; may be repeated.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan and change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")] = False,
    detach: Annotated[bool, typer.Option("--detach", help="Leave the work to a worker and return at once.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")] = False,
) -> None:
    """Recalculate published history as a new generation, to compare and then promote or discard."""
    from dart_batch.bootstrap import build
    from dart_batch.domain.job.priority import Priority
    from dart_batch.entrypoints.cli.ordering import carry_out, show_order, submitted
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
    )
    wanted = order(app, wish)
    if dry_run:
        show_order(wanted, as_json=json)
    else:
        carry_out(app, submitted(app, wanted, ask=not yes, as_json=json), detach=detach, as_json=json)
