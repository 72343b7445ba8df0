"""`dart-batch validate`: is what is stored right?"""

from typing import Annotated, Literal

import typer

from dart_batch.entrypoints.cli import job_options
from dart_batch.entrypoints.cli.teaching import examples

EXAMPLES = examples(
    "dart-batch validate --market KOSPI --level comprehensive --yes",
    "dart-batch validate --market US --scope observations --from 2015-01-01",
    "dart-batch validate --job 01k8 --sample all --yes --json",
    note="Exit code 0: nothing of severity error was found (there may be warnings); 1: errors were found. Look at them "
    "with `dart-batch jobs findings ID`.",
)


def validate(  # noqa: PLR0917  one parameter per option
    market: Annotated[str | None, typer.Option("--market", "-m", help="Market [KOSPI; that of --job].")] = None,
    scope: Annotated[
        Literal["readings", "generation", "observations"] | None,
        typer.Option(help="The live index, what --job wrote, or the observation store [readings]."),
    ] = None,
    job: Annotated[str | None, typer.Option("--job", metavar="ID", help="Look at what this job wrote.")] = None,
    index: Annotated[str | None, typer.Option(help="Published index [the market's own].")] = None,
    level: Annotated[
        Literal["basic", "comprehensive"], typer.Option(help="Comprehensive: every check, everything computed afresh.")
    ] = "basic",
    sample: Annotated[
        str | None, typer.Option(metavar="N|all", help="Readings to compute afresh [basic 20, comprehensive all].")
    ] = None,
    start: Annotated[
        str | None, typer.Option("--from", metavar="YYYY-MM-DD", help="First day [the first one stored].")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", metavar="YYYY-MM-DD", help="Last day [the last one stored].")
    ] = None,
    chunk_size: Annotated[int | None, typer.Option(metavar="N", help="Sessions per commit [1000].")] = None,
    strategy: Annotated[
        Literal["chunked", "parallel"], typer.Option(help="One chunk after the other, or several processes.")
    ] = "chunked",
    priority: job_options.Urgency = "normal",
    description: job_options.Description = "",
    tag: job_options.Tags = None,
    plan_hash: job_options.PlanHash = None,
    dry_run: job_options.DryRun = False,
    yes: job_options.Yes = False,
    detach: job_options.Detach = False,
    json: job_options.Json = False,
) -> None:
    """Check stored readings or observations, and say what is wrong, where, and how to mend it."""
    from dart_batch.bootstrap import build
    from dart_batch.domain.job.priority import Priority
    from dart_batch.entrypoints.cli.ordering import fulfil
    from dart_batch.entrypoints.cli.validating import Wish, order

    app = build()
    wish = Wish(
        market=market,
        scope=scope,
        job=job,
        index=index,
        level=level,
        sample=sample,
        start=start,
        end=end,
        chunk_size=chunk_size,
        strategy=strategy,
        priority=Priority[priority.upper()],
        description=description,
        tags=tag or [],
        plan_hash=plan_hash,
    )
    fulfil(app, order(app, wish), dry_run=dry_run, ask=not yes, detach=detach, as_json=json)
