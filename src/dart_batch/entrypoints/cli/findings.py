"""`dart-batch jobs findings`: what a validation found."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from dart_batch.entrypoints.cli import job_options
from dart_batch.entrypoints.cli.teaching import examples

EXAMPLES = examples(
    "dart-batch jobs findings 01k8",
    "dart-batch jobs findings 01k8 --severity error --from 2020-01-01 --limit 50",
    "dart-batch jobs findings 01k8 --group-by month",
    "dart-batch jobs findings 01k8 --csv findings.csv",
    note="--csv and --parquet write all findings that match; without them --limit of them are shown.",
)


def findings(  # noqa: PLR0917  one parameter per option
    job_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the job, or an unambiguous beginning of it.")],
    code: Annotated[list[str] | None, typer.Option(help="Of this check; may be repeated or comma-separated.")] = None,
    severity: Annotated[
        list[str] | None, typer.Option(help="error, warning or info; may be repeated or comma-separated.")
    ] = None,
    market: Annotated[str | None, typer.Option("--market", "-m", help="Of this market.")] = None,
    start: Annotated[str | None, typer.Option("--from", metavar="YYYY-MM-DD", help="From this session on.")] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="YYYY-MM-DD", help="Up to this session.")] = None,
    group_by: Annotated[
        Literal["code", "market", "month"] | None, typer.Option(help="Count instead of listing.")
    ] = None,
    limit: Annotated[int, typer.Option(help="Number of findings.", min=1, max=100_000)] = 20,
    csv: Annotated[Path | None, typer.Option(help="Write all that match into a CSV file.")] = None,
    parquet: Annotated[Path | None, typer.Option(help="Write all that match into a Parquet file.")] = None,
    json: job_options.Json = False,
) -> None:
    """Show what a validation found, or which rows a legacy import rejected: where, what is there, what should be."""
    from dart_batch.bootstrap import build
    from dart_batch.entrypoints.cli.finding_tables import Wish, show_findings

    files = {kind: path for kind, path in (("csv", csv), ("parquet", parquet)) if path}
    wish = Wish(code or [], severity or [], market, start, end, group_by, limit)
    show_findings(build(), job_id, wish, files, as_json=json)
