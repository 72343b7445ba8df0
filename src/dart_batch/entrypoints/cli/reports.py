"""`dart-batch reports`: the files of all jobs."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dart_batch.entrypoints.cli.console import err, out, print_json
from dart_batch.entrypoints.cli.teaching import examples

if TYPE_CHECKING:
    from rich.table import Table

    from dart_batch.domain.job.artefact import Artefact

reports_app = typer.Typer(help="Find the reports that jobs have written.", no_args_is_help=True)

LIST_EXAMPLES = examples(
    "dart-batch reports list --market KOSPI --format pdf",
    "dart-batch reports list --text 2020-03 --sort -size --limit 5 --json",
    note="Fetch the files of one job with `dart-batch jobs artefacts ID --download DIR`; write new ones with "
    "`dart-batch report`.",
)


@reports_app.command("list", epilog=LIST_EXAMPLES)
def list_reports(  # noqa: PLR0917  one parameter per option
    market: Annotated[str | None, typer.Option("--market", "-m", help="Reports about this market.")] = None,
    definition: Annotated[str | None, typer.Option("--definition", "-d", help="About the index of this name.")] = None,
    formats: Annotated[
        str, typer.Option("--format", "-f", metavar="NAME,...", help="html, pdf, xlsx, csv, parquet [all].")
    ] = "",
    language: Annotated[Literal["ko", "en"] | None, typer.Option(help="Language of the reports [both].")] = None,
    job_id: Annotated[
        str | None, typer.Option("--job", metavar="ID", help="Id of the job, or a beginning of it.")
    ] = None,
    text: Annotated[str | None, typer.Option(help="Text in the name of the file, for example a period.")] = None,
    sort: Annotated[str, typer.Option(help="createdAt, size or period; with - descending.")] = "-createdAt",
    limit: Annotated[int, typer.Option(help="Number of files.", min=1, max=10_000)] = 20,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")] = False,
) -> None:
    """List the files of all jobs, the newest first."""
    from dart_batch.adapters.persistence.artefact_list import ArtefactFilter
    from dart_batch.application.views import moment
    from dart_batch.bootstrap import build
    from dart_batch.entrypoints.cli.finding import find_job
    from dart_batch.entrypoints.cli.reporting import known_formats

    app = build()
    wanted = ArtefactFilter(
        market=market and market.upper(),
        definition=definition,
        format=known_formats(formats),
        language=language,
        job_id=find_job(app, job_id).id if job_id else None,
        text=text,
        sort=sort,
        limit=limit,
    )
    found, (total, size) = app.files.page(wanted), app.files.sum(wanted)
    if json:
        items = [one.to_dict() | {"jobId": one.job_id, "createdAt": moment(one.created_at)} for one in found]
        print_json({"items": items, "total": total, "size": size})
    elif found:
        out().print(_table(found, total, size))
    else:
        err().print("No file matches. Reports are written by `dart-batch report`.")


def _table(found: "list[Artefact]", total: int, size: int) -> "Table":
    from rich.table import Table

    caption = f"{len(found):,} of {total:,} files, {size / 1e6:,.1f} MB in all"
    table = Table(caption=caption, caption_justify="left", box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for heading in ("index", "period", "format", "language", "job", "made (UTC)"):
        table.add_column(heading, overflow="fold")
    table.add_column("kB", justify="right")
    for one in found:
        about = (f"{one.market} {one.definition}".strip() or "-", one.period or "-", one.format, one.language or "-")
        table.add_row(*about, one.job_id[:14], f"{one.created_at:%Y-%m-%d %H:%M}", f"{one.size / 1000:,.1f}")
    return table
