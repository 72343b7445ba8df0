"""Writes published readings into files."""

import sys
from io import BytesIO
from pathlib import Path

import polars as pl

from dart_batch.adapters.reporting.exports import FORMATS, write_table
from dart_batch.adapters.reporting.output_file import whole_file
from dart_batch.adapters.reporting.reading_table import reading_table
from dart_batch.bootstrap import App
from dart_batch.domain.job.errors import InvalidParameters
from dart_batch.entrypoints.cli.console import err
from dart_batch.entrypoints.cli.index_choice import Choice, readings_of


def export_readings(app: App, chosen: Choice, output: str, kind: str | None) -> None:
    """Write the readings to a file, whole or not at all, or as CSV to stdout for `-`.

    Raises InvalidParameters for an unclear format, NothingPublished, FileNotWritable.
    """
    format_name = _format(output, kind)
    table = reading_table(readings_of(app, chosen, components=True))
    about = _about(chosen, table)
    if output == "-":
        whole = BytesIO()
        write_table(table, format_name, whole, about)
        sys.stdout.buffer.write(whole.getvalue())
        return
    with whole_file(Path(output)) as stream:
        write_table(table, format_name, stream, about)
    span = f"{table['date'][0]} to {table['date'][-1]}"
    err().print(
        f"Wrote {table.height:,} sessions of {chosen.title}, {span}, to {output}.", markup=False, soft_wrap=True
    )


def _format(output: str, kind: str | None) -> str:
    named = kind or ("csv" if output == "-" else Path(output).suffix.lower().removeprefix("."))
    if named not in FORMATS:
        raise InvalidParameters(
            f"'{output}' does not say which format to write.",
            hint=f"Add --format {'|'.join(FORMATS)}.",
            field="--format",
        )
    if output == "-" and named != "csv":
        raise InvalidParameters(f"Only CSV can be written to stdout, not {named}.", field="--output")
    return named


def _about(chosen: Choice, table: pl.DataFrame) -> dict[str, str]:
    return {
        "index": chosen.definition.title,
        "market": chosen.market,
        "definition": ", ".join(table["definition"].unique().sort().to_list()),
        "first session": str(table["date"][0]),
        "last session": str(table["date"][-1]),
        "sessions": f"{table.height}",
        "withheld": f"{table['value'].null_count()}",
        "levels": "upper bounds, inclusive: " + ", ".join(f"{bound:g}" for bound in chosen.definition.levels),
        "value": "0 to 100; empty where the coverage is below the definition's minimum",
        "made by": "dart-batch",
    }
