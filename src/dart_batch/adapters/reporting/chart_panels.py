"""The parts of an index chart: the banded curve, the coverage strip and the small component panels."""

from datetime import datetime, time, timedelta

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

from dart_batch.adapters.reporting.chart_data import broken_line, lonely, missing_spans, trend
from dart_batch.adapters.reporting.palette import BAND_OPACITY, INK, LEVEL_COLOURS, MUTED, RULE, WITHHELD, level_title
from dart_batch.domain.index.level import Level

SMALL, TINY = 8.5, 7.5
CROWDED_ROWS = 2600
SHORTEST_SPAN = timedelta(days=8)
CROWD = "#8b8f96"


def draw_index(axes: Axes, readings: pl.DataFrame, bounds: tuple[float, ...]) -> None:
    """The curve over shaded level bands that are named at the right edge; withheld spans are hatched.

    Above CROWDED_ROWS the daily curve is drawn pale, with its trend over it.
    """
    edges = (0.0, *bounds, 100.0)
    _bands(axes, edges, BAND_OPACITY)
    for level, low, high in zip(Level, edges[:-1], edges[1:], strict=True):
        middle = (low + high) / 2
        axes.annotate(
            level_title(level),
            (1.008, middle),
            xycoords=("axes fraction", "data"),
            va="center",
            fontsize=SMALL,
            color=MUTED,
        )
    _curve(axes, readings, "value", widest=1.5)
    _frame(axes, list(edges))
    first, last = (datetime.combine(day, time()) for day in (readings["date"][0], readings["date"][-1]))
    margin = max(timedelta(hours=12), (SHORTEST_SPAN - (last - first)) / 2)
    axes.set_xlim(first - margin, last + margin)  # type: ignore[arg-type]
    axes.tick_params(labelbottom=False)


def draw_coverage(axes: Axes, readings: pl.DataFrame, minimum: float) -> None:
    """Coverage as a filled strip from 0 to 1, with the minimum below which values are withheld as a dashed line."""
    days, coverage = broken_line(readings, "coverage")
    axes.fill_between(days, np.zeros(len(days)), coverage, step="mid", color="#8d97a5", lw=0)
    axes.axhline(minimum, color=INK, lw=0.7, ls=(0, (4, 3)))
    axes.set_ylim(0, 1.05)
    axes.set_yticks([0, 1], ["0", "100 %"])
    axes.annotate(
        f"coverage\n(min {minimum:.0%})",
        (1.008, 0.5),
        xycoords="axes fraction",
        va="center",
        fontsize=TINY,
        color=MUTED,
    )
    _plain(axes)
    _dates(axes)


def draw_component(axes: Axes, scores: pl.DataFrame, name: str, bounds: tuple[float, ...]) -> None:
    """Score of one component, 0 to 100, over faint bands; its name and newest score above."""
    _bands(axes, (0.0, *bounds, 100.0), BAND_OPACITY * 0.55)
    _curve(axes, scores, name, widest=1.0)
    present = scores.select("date", name).drop_nulls().tail(1).rows()
    newest = (
        f"{present[0][1]:.0f} on {present[0][0]}" if present else "missing throughout: left out, weights re-normalised"
    )
    axes.set_title(name, loc="left", fontsize=SMALL, color=INK, pad=3)
    axes.set_title(newest, loc="right", fontsize=TINY, color=MUTED, pad=3)
    _frame(axes, [0, 50, 100])


def _curve(axes: Axes, frame: pl.DataFrame, column: str, *, widest: float) -> None:
    if spans := missing_spans(frame, column):
        axes.broken_barh(spans, (0, 100), facecolor=WITHHELD, hatch="////", edgecolor="#cfd3d9", lw=0)
    crowded = frame.height > CROWDED_ROWS
    days, values = broken_line(frame, column)
    alone = lonely(values)
    colour, width = (CROWD, 0.4) if crowded else (INK, float(np.clip(widest * 900 / (len(days) + 1), 0.6, widest)))
    axes.plot(days, values, color=colour, lw=width, solid_joinstyle="round")
    axes.plot(days[alone], values[alone], ".", color=colour, ms=2.5)
    if crowded:
        axes.plot(*broken_line(trend(frame, column), column), color=INK, lw=widest * 0.8)


def _bands(axes: Axes, edges: tuple[float, ...], opacity: float) -> None:
    for level, low, high in zip(Level, edges[:-1], edges[1:], strict=True):
        axes.axhspan(low, high, color=LEVEL_COLOURS[level], alpha=opacity, lw=0)


def _frame(axes: Axes, ticks: list[float]) -> None:
    axes.set_ylim(0, 100)
    axes.set_yticks(ticks)
    _plain(axes)
    _dates(axes)


def _dates(axes: Axes) -> None:
    locator = AutoDateLocator(minticks=4, maxticks=12)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))  # type: ignore[no-untyped-call]


def _plain(axes: Axes) -> None:
    axes.tick_params(labelsize=TINY, colors=MUTED, length=2.5, width=0.6)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(RULE)
        axes.spines[side].set_linewidth(0.8)
