"""`dart-batch index`: definitions, and the readings that were published with them."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from dart_batch.entrypoints.cli.teaching import examples

index_app = typer.Typer(
    help="Define indices, and show, plot and export what is published.",
    no_args_is_help=True,
    epilog=examples("dart-batch index list", "dart-batch index show --market US"),
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]
Market = Annotated[str | None, typer.Option("--market", "-m", help="Market [the only one with a published index].")]
DefinitionName = Annotated[
    str | None, typer.Option("--definition", "-d", help="NAME or NAME@VERSION [the market's own].")
]
From = Annotated[str | None, typer.Option("--from", metavar="YYYY-MM-DD", help="First day [first published].")]
To = Annotated[str | None, typer.Option("--to", metavar="YYYY-MM-DD", help="Last day [last published].")]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="MOMENT", help="As published then: a day, or 2026-01-31T18:00+09:00.")
]
OfJob = Annotated[str | None, typer.Option("--job", metavar="JOB", help="As this job wrote it, published or not.")]

DEFINE_EXAMPLES = examples(
    "dart-batch index show kospi --toml > my.toml",
    "dart-batch index define my.toml --check",
    "dart-batch index define my.toml",
    note="A definition never changes once stored: to change it, raise its version. docs/index-method.md describes "
    "the format.",
)
SHOW_EXAMPLES = examples(
    "dart-batch index show kospi",
    "dart-batch index show us@1 --toml",
    "dart-batch index show --market KOSPI",
    "dart-batch index show --market KOSPI --from 2008-09-01 --to 2008-12-31",
    "dart-batch index show --market KOSPI --date 2008-10-28",
    "dart-batch index show --market KOSPI --as-of 2026-01-31 --json",
    note="With NAME alone it shows the definition; with --market the published readings, and with --date one of them "
    "with everything it came from.",
)
PLOT_EXAMPLES = examples(
    "dart-batch index plot --market US",
    "dart-batch index plot --market KOSPI --from 2008-01-01 --components --output kospi.png",
)
COMPARE_EXAMPLES = examples(
    "dart-batch index compare --market US --definition us --with cnn",
    "dart-batch index compare --market KOSPI --job 01k8x3",
    "dart-batch index compare --market KOSPI --as-of 2026-01-31",
)
EXPORT_EXAMPLES = examples(
    "dart-batch index export --market KOSPI --definition kospi --format csv --output kospi.csv",
    "dart-batch index export --market US --format xlsx --output us.xlsx",
    "dart-batch index export --market US --format csv --output - | head",
    note="Columns: date, value (0-100, empty when withheld), level, coverage (0-1), withheld_reason, definition, "
    "definition_hash, input_hash, job_id, then per component NAME_score, NAME_raw, NAME_weight and so on.",
)


@index_app.command("define", epilog=DEFINE_EXAMPLES)
def define(
    file: Annotated[Path, typer.Argument(metavar="FILE.toml", help="The definition.")],
    check: Annotated[bool, typer.Option("--check", help="Only validate, store nothing.")] = False,
    json: Json = False,
) -> None:
    """Validate an index definition and store it."""
    from dart_batch.entrypoints.cli.index_define import define_index

    define_index(file, check_only=check, as_json=json)


@index_app.command("list", epilog=examples("dart-batch index list", "dart-batch index list --json"))
def list_indices(json: Json = False) -> None:
    """List the definitions and where each is published."""
    from dart_batch.bootstrap import build
    from dart_batch.entrypoints.cli.index_definitions import list_definitions

    list_definitions(build(), as_json=json)


@index_app.command("show", epilog=SHOW_EXAMPLES)
def show(
    name: Annotated[str | None, typer.Argument(metavar="NAME[@VERSION]", help="A definition to show.")] = None,
    *,
    market: Market = None,
    definition: DefinitionName = None,
    date: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="One session, with its lineage.")] = None,
    start: From = None,
    end: To = None,
    as_of: AsOf = None,
    job: OfJob = None,
    toml: Annotated[bool, typer.Option("--toml", help="Print the definition's text.")] = False,
    json: Json = False,
) -> None:
    """Show a definition, or published readings."""
    from dart_batch.bootstrap import build
    from dart_batch.entrypoints.cli.index_show import Wish, show_index

    wish = Wish(name, market, definition, date, start, end, as_of, job, toml=toml)
    show_index(build(), wish, as_json=json)


@index_app.command("plot", epilog=PLOT_EXAMPLES)
def plot(
    *,
    market: Market = None,
    definition: DefinitionName = None,
    start: From = None,
    end: To = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A .png or .svg file [a chart on the terminal].")
    ] = None,
    components: Annotated[bool, typer.Option("--components", help="Draw every component, too.")] = False,
) -> None:
    """Draw the published index, on the terminal or as a picture.

    Values lie over the bands of their levels; withheld values are gaps, never joined.
    """
    from dart_batch.bootstrap import build
    from dart_batch.entrypoints.cli.index_choice import choose
    from dart_batch.entrypoints.cli.index_plot import draw_picture, draw_terminal

    app = build()
    chosen = choose(app, market, definition, start, end)
    if output is None:
        draw_terminal(app, chosen, components=components)
    else:
        draw_picture(app, chosen, output, components=components)


@index_app.command("export", epilog=EXPORT_EXAMPLES)
def export(
    *,
    output: Annotated[str, typer.Option("--output", "-o", help="The file; - is stdout (CSV only).")],
    kind: Annotated[
        Literal["csv", "parquet", "xlsx"] | None, typer.Option("--format", "-f", help="Format [by the file's name].")
    ] = None,
    market: Market = None,
    definition: DefinitionName = None,
    start: From = None,
    end: To = None,
    as_of: AsOf = None,
    job: OfJob = None,
) -> None:
    """Write published readings into a CSV, Parquet or XLSX file."""
    from dart_batch.bootstrap import build
    from dart_batch.entrypoints.cli.index_choice import at_side, choose
    from dart_batch.entrypoints.cli.index_export import export_readings

    app = build()
    chosen = at_side(app, choose(app, market, definition, start, end), as_of, job)
    export_readings(app, chosen, output, kind)


@index_app.command("compare", epilog=COMPARE_EXAMPLES)
def compare(
    *,
    market: Market = None,
    definition: DefinitionName = None,
    other: Annotated[str | None, typer.Option("--with", metavar="NAME", help="Another index of the market.")] = None,
    as_of: AsOf = None,
    job: OfJob = None,
    start: From = None,
    end: To = None,
    json: Json = False,
) -> None:
    """Compare the live index with another definition, with what was published at a moment, or with a job's readings.

    Only sessions that both have are compared; how many only one of them has is said.
    """
    from dart_batch.bootstrap import build
    from dart_batch.entrypoints.cli.index_choice import choose
    from dart_batch.entrypoints.cli.index_compare import Other, compare_index

    app = build()
    compare_index(app, choose(app, market, definition, start, end), Other(other, as_of, job), as_json=json)


@index_app.command("calendar", epilog=examples("dart-batch index calendar --market US"))
def calendar(*, market: Market = None, definition: DefinitionName = None, json: Json = False) -> None:
    """Tell which days are missing, failed, stale (inputs corrected since), revised or verified."""
    from dart_batch.bootstrap import build
    from dart_batch.entrypoints.cli.index_calendar import show_calendar
    from dart_batch.entrypoints.cli.index_choice import choose

    app = build()
    show_calendar(app, choose(app, market, definition, None, None), as_json=json)


@index_app.command("publications", epilog=examples("dart-batch index publications --market KOSPI"))
def publications(
    *,
    market: Market = None,
    definition: DefinitionName = None,
    limit: Annotated[int, typer.Option(help="Number of publications.", min=1, max=10_000)] = 20,
    json: Json = False,
) -> None:
    """List what was published and rolled back, the newest first."""
    from dart_batch.bootstrap import build
    from dart_batch.entrypoints.cli.index_choice import choose
    from dart_batch.entrypoints.cli.index_publications import list_publications

    app = build()
    list_publications(app, choose(app, market, definition, None, None), limit, as_json=json)


@index_app.command("rollback", epilog=examples("dart-batch index rollback 01k8x3"))
def rollback(
    publication: Annotated[
        str,
        typer.Argument(metavar="PUBLICATION", help="Id or its beginning, from `index publications`."),
    ],
    json: Json = False,
) -> None:
    """Take a publication back: the index shows again exactly what it showed before."""
    from dart_batch.bootstrap import build
    from dart_batch.entrypoints.cli.index_publications import roll_back

    roll_back(build(), publication, as_json=json)


@index_app.command("history", epilog=examples("dart-batch index history KOSPI 2020-03-19"))
def history(
    market: Annotated[str, typer.Argument(metavar="MARKET", help="Market.")],
    date: Annotated[str, typer.Argument(metavar="YYYY-MM-DD", help="Session.")],
    definition: DefinitionName = None,
    json: Json = False,
) -> None:
    """Show every value a session ever had: when it was live, from which job and definition, and why."""
    from dart_batch.bootstrap import build
    from dart_batch.entrypoints.cli.index_publications import show_history

    show_history(build(), market, date, definition, as_json=json)
