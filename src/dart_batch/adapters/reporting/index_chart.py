"""The index as a picture: the curve over its level bands, coverage below, and one small panel per component."""

import polars as pl
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec

from dart_batch.adapters.reporting.chart_data import TREND_SESSIONS, ChartFacts
from dart_batch.adapters.reporting.chart_panels import (
    CROWDED_ROWS,
    SMALL,
    TINY,
    draw_component,
    draw_coverage,
    draw_index,
)
from dart_batch.adapters.reporting.lettering import drawable, families
from dart_batch.adapters.reporting.palette import INK, MUTED, level_title

WIDTH, LEFT, RIGHT = 11.0, 0.55, 1.12
HEAD, FOOT = 0.85, 0.76
INDEX, COVERAGE, PANEL, GAP, PANEL_GAP = 3.7, 0.42, 0.85, 0.16, 0.5
COLUMNS = 2


def index_figure(readings: pl.DataFrame, facts: ChartFacts, scores: pl.DataFrame | None = None) -> Figure:
    """A figure of readings (date, value 0-100 or null, level, coverage 0-1), by date, at least one row.

    Withheld values and absent sessions are gaps. `scores` has `date` and one column (0-100 or null) per component.
    """
    names = [] if scores is None else scores.columns[1:]
    rows = -(-len(names) // COLUMNS)
    height = HEAD + INDEX + GAP + COVERAGE + rows * (PANEL_GAP + PANEL) + FOOT
    figure = Figure(figsize=(WIDTH, height), facecolor="white")
    bounds = facts.definition.levels
    upper = _grid(figure, height, top=HEAD, rows=(INDEX, COVERAGE), gap=GAP, columns=1)
    curve = figure.add_subplot(upper[0, 0])
    draw_index(curve, readings, bounds)
    draw_coverage(figure.add_subplot(upper[1, 0], sharex=curve), readings, facts.definition.minimum_coverage)
    if scores is not None and rows:
        below = HEAD + INDEX + GAP + COVERAGE + PANEL_GAP
        lower = _grid(figure, height, top=below, rows=(PANEL,) * rows, gap=PANEL_GAP, columns=COLUMNS)
        for number, name in enumerate(names):
            panel = figure.add_subplot(lower[number // COLUMNS, number % COLUMNS], sharex=curve)
            draw_component(panel, scores, name, bounds)
    _write_head(figure, readings, facts, height)
    _write_foot(figure, readings, facts, height)
    return figure


def _grid(figure: Figure, height: float, *, top: float, rows: tuple[float, ...], gap: float, columns: int) -> GridSpec:
    """A grid whose rows are that many inches high, beginning `top` inches below the figure's upper edge."""
    bottom = top + sum(rows) + gap * (len(rows) - 1)
    return GridSpec(
        len(rows),
        columns,
        figure,
        left=LEFT / WIDTH,
        right=1 - RIGHT / WIDTH,
        top=1 - top / height,
        bottom=1 - bottom / height,
        height_ratios=rows,
        hspace=gap * len(rows) / sum(rows),
        wspace=0.08,
    )


def _write_head(figure: Figure, readings: pl.DataFrame, facts: ChartFacts, height: float) -> None:
    definition = facts.definition
    title = drawable(definition.title, definition.identifier)
    dates = readings["date"]
    withheld = readings["value"].null_count()
    about = f"{facts.market} · {definition.identifier} · {dates[0]} to {dates[-1]} · {_counted(readings.height)}"
    about += f", {withheld:,} withheld" if withheld else ""
    left, right = LEFT / WIDTH, 1 - RIGHT / WIDTH
    figure.text(left, 1 - 0.2 / height, title, fontsize=15, weight="bold", color=INK, va="top", family=families())
    figure.text(left, 1 - 0.52 / height, about, fontsize=SMALL + 0.5, color=MUTED, va="top")
    newest = readings.filter(pl.col("value").is_not_null()).tail(1)
    if newest.height:
        row = newest.row(0, named=True)
        value = f"{row['value']:.1f}  {level_title(row['level'])}"
        figure.text(right, 1 - 0.2 / height, value, fontsize=15, weight="bold", color=INK, va="top", ha="right")
        day = str(row["date"]) if row["date"] == dates[-1] else f"{row['date']}, withheld since"
        figure.text(right, 1 - 0.52 / height, day, fontsize=SMALL + 0.5, color=MUTED, va="top", ha="right")


def _counted(sessions: int) -> str:
    return "1 session" if sessions == 1 else f"{sessions:,} sessions"


def _write_foot(figure: Figure, readings: pl.DataFrame, facts: ChartFacts, height: float) -> None:
    notes = []
    if readings["value"].null_count():
        notes.append("Hatched: withheld or missing, never filled.")
    if readings.height > CROWDED_ROWS:
        notes.append(f"Thin: every session; thick: median of the last {TREND_SESSIONS} values.")
    text = "\n".join([" ".join(notes), facts.source]).strip()
    figure.text(LEFT / WIDTH, 0.14 / height, text, fontsize=TINY, color=MUTED, va="bottom", family=families())
