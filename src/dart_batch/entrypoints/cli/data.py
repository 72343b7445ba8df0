"""`dart-batch data`: bring observations in and look at what is there."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from dart_batch.entrypoints.cli.teaching import examples

data_app = typer.Typer(
    help="Import market data and see what is covered.",
    no_args_is_help=True,
    epilog=examples("dart-batch data import FILE --market KOSPI --as quotes"),
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]

IMPORT_EXAMPLES = examples(
    "dart-batch data import ../shared/data/kospi/*.parquet",
    "dart-batch data import prices-2024.csv --market KOSPI --as quotes --source KRX --yes",
    "dart-batch data import vkospi.csv --market KOSPI --as series --dry-run",
    note="A CSV or Parquet file holds long quotes (date, ticker, open, high, low, close, volume), long series "
    "(series, date, value), wide series (date and one column per series), or the bars of one instrument "
    "(date, open, high, low, close, volume), which become the series NAME_open to NAME_volume. A known_at column "
    "(UTC) says since when a value was public; without it that is the session's close.",
)

DESCRIBE_EXAMPLES = examples(
    "dart-batch data describe",
    "dart-batch data describe --market KOSPI --output coverage.png",
)


@data_app.command("import", epilog=IMPORT_EXAMPLES)
def import_files(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="CSV (.csv, .csv.gz) or Parquet files.")],
    *,
    market: Annotated[
        str | None, typer.Option("--market", "-m", help="Market, for example KOSPI or US [from the file's name].")
    ] = None,
    shape: Annotated[
        Literal["series", "quotes"] | None, typer.Option("--as", help="What the rows are [from the file's columns].")
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="Name of one instrument's series [from the file's name].")
    ] = None,
    source: Annotated[str | None, typer.Option("--source", help="Who published the values [the file's name].")] = None,
    accept_warnings: Annotated[
        bool,
        typer.Option("--accept-warnings", help="Import in spite of findings; unusable rows stay out."),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check, show the plan and change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")] = False,
    json: Json = False,
) -> None:
    """Check files and add what is new in them to the observation store.

    Nothing is overwritten: a changed value is kept as a correction beside the old one, and a row that is
    stored already is left out, so importing a file twice changes nothing.
    """
    from dart_batch.bootstrap import build
    from dart_batch.entrypoints.cli.data_import import Wish, import_into

    wish = Wish(files, market, shape, name, source, accept_warnings=accept_warnings, dry_run=dry_run, ask=not yes)
    import_into(build(), wish, as_json=json)


@data_app.command("describe", epilog=DESCRIBE_EXAMPLES)
def describe(
    market: Annotated[str | None, typer.Option("--market", "-m", help="Only this market [all].")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Draw the coverage of one market into a .png or .svg file.")
    ] = None,
    json: Json = False,
) -> None:
    """Show which sessions each series covers, as a table and a plot."""
    from dart_batch.bootstrap import build
    from dart_batch.entrypoints.cli.data_describe import describe_store, draw_coverage

    app = build()
    if output is not None:
        draw_coverage(app, market, output)
    else:
        describe_store(app, market, as_json=json)


@data_app.command("markets", epilog=examples("dart-batch data markets --json"))
def markets(json: Json = False) -> None:
    """List the markets that can be used and what is stored for each."""
    from dart_batch.bootstrap import build
    from dart_batch.entrypoints.cli.data_describe import list_markets

    list_markets(build(), as_json=json)
