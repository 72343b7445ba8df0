"""`dart-batch report`: what is published, period by period, as files."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dart_batch.entrypoints.cli import job_options
from dart_batch.entrypoints.cli.teaching import examples

if TYPE_CHECKING:
    from dart_batch.domain.job.batch_job import BatchJob

EXAMPLES = examples(
    "dart-batch report --market KOSPI --from 2020-01-01 --to 2020-12-31 --every month --yes",
    "dart-batch report --market US --every year --format html,pdf --language en --yes",
    "dart-batch report --market US --period 2020-02-15..2020-04-15 --format pdf --download . --yes",
    "dart-batch report --market US --format pdf,xlsx --strategy parallel --yes",
    note="The files are kept with the job: see `dart-batch jobs artefacts ID`.",
)


def report(  # noqa: PLR0917  one parameter per option
    market: Annotated[list[str] | None, typer.Option("--market", "-m", help="Market; may be repeated [KOSPI].")] = None,
    definition: Annotated[
        list[str] | None,
        typer.Option("--definition", "-d", help="Published index by NAME; may be repeated [the market's own]."),
    ] = None,
    start: Annotated[
        str | None, typer.Option("--from", metavar="YYYY-MM-DD", help="First day [the first that is published].")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", metavar="YYYY-MM-DD", help="Last day [the last that is published].")
    ] = None,
    every: Annotated[
        Literal["month", "quarter", "year"] | None, typer.Option(help="A report per calendar period [month].")
    ] = None,
    period: Annotated[
        list[str] | None, typer.Option(metavar="FROM..TO", help="A report of these days; may be repeated.")
    ] = None,
    formats: Annotated[
        str, typer.Option("--format", "-f", metavar="NAME,...", help="html, pdf, xlsx, csv, parquet.")
    ] = "pdf,xlsx",
    language: Annotated[Literal["ko", "en"], typer.Option(help="Language of the reports.")] = "ko",
    prices: Annotated[
        str, typer.Option(metavar="SERIES", help="Series of the returns by level [the definition's closes].")
    ] = "",
    strategy: Annotated[
        Literal["chunked", "parallel"], typer.Option(help="One report after the other, or several processes.")
    ] = "chunked",
    download: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Also copy the files there when they are written.")
    ] = None,
    priority: job_options.Urgency = "normal",
    description: job_options.Description = "",
    tag: job_options.Tags = None,
    plan_hash: job_options.PlanHash = None,
    dry_run: job_options.DryRun = False,
    yes: job_options.Yes = False,
    detach: job_options.Detach = False,
    json: job_options.Json = False,
) -> None:
    """Write reports of the published index: charts, components, comparison, lineage; in Korean or English."""
    from dart_batch.bootstrap import build
    from dart_batch.domain.job.priority import Priority
    from dart_batch.entrypoints.cli.job_artefacts import copied
    from dart_batch.entrypoints.cli.ordering import fulfil
    from dart_batch.entrypoints.cli.reporting import Wish, order, refuse_late_copy

    refuse_late_copy(download, detach=detach, dry_run=dry_run)
    app = build()
    wish = Wish(
        markets=market or ["KOSPI"],
        definitions=definition or [],
        start=start,
        end=end,
        every=every,
        periods=period or [],
        formats=formats,
        language=language,
        prices=prices,
        strategy=strategy,
        priority=Priority[priority.upper()],
        description=description,
        tags=tag or [],
        plan_hash=plan_hash,
    )

    def copy(job: "BatchJob") -> None:
        if download:
            copied(app, job, download, app.artefacts.of(job.id))

    fulfil(app, order(app, wish), dry_run=dry_run, ask=not yes, detach=detach, as_json=json, then=copy)
