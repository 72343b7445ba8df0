"""Draws the published index, on the terminal or into a picture."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from dart_batch.adapters.reporting.chart_data import ChartFacts, broken_line
from dart_batch.adapters.reporting.reading_table import component_scores
from dart_batch.bootstrap import App
from dart_batch.domain.index.level import Level
from dart_batch.entrypoints.cli.console import err, out
from dart_batch.entrypoints.cli.index_choice import Choice, readings_of
from dart_batch.entrypoints.cli.level_colours import colour_at, level_title
from dart_batch.entrypoints.cli.terminal_chart import blocks, braille, columns_of, date_axis, extremes

if TYPE_CHECKING:
    from rich.text import Text

HEIGHT, LEFT, RIGHT = 20, 6, 15
NARROWEST, WIDEST = 24, 120
MOOD = "It describes mood and has no timing value."


def draw_picture(app: App, chosen: Choice, output: Path, *, components: bool) -> None:
    """Draw into a .png or .svg file. Raises NothingPublished, UnknownPictureFormat, FileNotWritable."""
    from dart_batch.adapters.reporting.figure_file import picture_format, save_figure
    from dart_batch.adapters.reporting.index_chart import index_figure

    picture_format(output)
    readings = readings_of(app, chosen, components=components)
    scores = component_scores(readings) if components else None
    facts = ChartFacts(chosen.market, chosen.definition, _source(readings))
    save_figure(index_figure(readings, facts, scores), output)
    err().print(f"Drew {readings.height:,} sessions of {chosen.title} into {output}.", markup=False, soft_wrap=True)


def draw_terminal(app: App, chosen: Choice, *, components: bool) -> None:
    """Draw with characters, as wide as the terminal. Raises NothingPublished."""
    readings = readings_of(app, chosen, components=components)
    width = max(NARROWEST, min(WIDEST, out().width - LEFT - RIGHT))
    out().print(_title(readings, chosen), markup=False, style="bold")
    for line in chart_lines(readings, chosen.definition.levels, width):
        out().print(line, no_wrap=True)
    out().print(_coverage_line(readings, width), no_wrap=True)
    axis = date_axis(readings["date"][0], readings["date"][-1], width)
    out().print(f"{'':{LEFT}}{axis}", style="dim", markup=False, no_wrap=True)
    if components:
        _print_components(component_scores(readings), chosen.definition.levels, width)


def chart_lines(readings: pl.DataFrame, bounds: tuple[float, ...], width: int) -> "list[Text]":
    """The curve of `readings` (date, value) as HEIGHT lines in the colours of the levels, with bounds and names."""
    from rich.text import Text

    days, values = broken_line(readings, "value")
    drawn = braille(extremes(values, columns_of(days, width * 2)), HEIGHT)
    step = 100 / HEIGHT
    edges = (0.0, *bounds, 100.0)
    names = {
        _row((low + high) / 2): level_title(level) for level, low, high in zip(Level, edges, edges[1:], strict=False)
    }
    ticks = {_row(bound): f"{bound:g}" for bound in bounds} | {0: "100", HEIGHT - 1: "0"}
    lines = []
    for row, body in enumerate(drawn):
        colour = colour_at(100 - (row + 0.5) * step, bounds)
        label = f"{ticks.get(row, ''):>{LEFT - 2}} " + ("┤" if row in ticks else "│")
        curve = body.replace("⠀", "┈" if row in ticks and 0 < row < HEIGHT - 1 else " ")
        lines.append(Text.assemble((label, "dim"), (curve, colour), (f" {names.get(row, '')}", colour)))
    return lines


def _row(value: float) -> int:
    """Line of a value; a bound lies on the upper edge of the line below it."""
    return min(HEIGHT - 1, int((100 - value) * HEIGHT / 100 + 1e-9))


def _title(readings: pl.DataFrame, chosen: Choice) -> str:
    known = readings.drop_nulls("value").tail(1).rows(named=True)
    withheld = readings["value"].null_count()
    newest = (
        f"{known[0]['value']:.1f} {level_title(known[0]['level'])} on {known[0]['date']}" if known else "all withheld"
    )
    days = f"{readings['date'][0]} to {readings['date'][-1]}, {readings.height:,} sessions"
    return f"{chosen.title}: {newest}  ({days}{f', {withheld:,} withheld' if withheld else ''})"


def _coverage_line(readings: pl.DataFrame, width: int) -> "Text":
    """Mean coverage per column; a cross where every value of the column is withheld."""
    from rich.text import Text

    days, coverage = broken_line(readings, "coverage")
    starts, stops = columns_of(days, width)
    means = [_mean(coverage[start:stop]) for start, stop in zip(starts, stops, strict=True)]
    withheld = np.isnan(extremes(broken_line(readings, "value")[1], (starts, stops)).low) & np.isfinite(means)
    cells = "".join("×" if gone else cell for cell, gone in zip(blocks(means), withheld, strict=True))
    note = " × withheld" if withheld.any() else " coverage"
    return Text.assemble((f"{'cov':>{LEFT - 2}}  ", "dim"), cells, (note, "dim"))


def _mean(part: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    present = part[np.isfinite(part)]
    return float(present.mean()) if present.size else float("nan")


def _print_components(scores: pl.DataFrame, bounds: tuple[float, ...], width: int) -> None:
    from rich.text import Text

    label = max(map(len, scores.columns))
    for name in scores.columns[1:]:
        days, values = broken_line(scores, name)
        cells = columns_of(days, max(NARROWEST, width + LEFT + RIGHT - label - 8))
        means = [_mean(values[start:stop]) for start, stop in zip(*cells, strict=True)]
        text = Text(f"{name:>{label}}  ", "dim")
        for mean in means:
            text.append(blocks([mean / 100], "·"), "dim" if np.isnan(mean) else colour_at(mean, bounds))
        newest = scores[name].drop_nulls().tail(1).to_list()
        text.append(f" {newest[0]:.0f}" if newest else " none")
        out().print(text, no_wrap=True)


def _source(readings: pl.DataFrame) -> str:
    used = readings.group_by("definition", "definition_hash", maintain_order=True).len().tail(1).row(0)
    jobs = readings["job_id"].unique(maintain_order=True).to_list()
    by = f"job {jobs[-1]}" + (f" and {len(jobs) - 1} more" if len(jobs) > 1 else "")
    return f"Source: dart-batch, {used[0]} (definition {used[1][:12]}), {by}. {MOOD}"
