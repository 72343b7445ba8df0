"""Old and new values of an index as a picture: both lines, what lies between them shaded, the worst days marked."""

from typing import Any

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dart_batch.adapters.reporting.chart_data import TREND_SESSIONS, Numbers, broken_line, trend
from dart_batch.adapters.reporting.chart_panels import CROWDED_ROWS
from dart_batch.adapters.reporting.lettering import families
from dart_batch.adapters.reporting.palette import INK, LEVEL_COLOURS, MUTED
from dart_batch.domain.index.level import Level

WIDTH, HEIGHT = 11.0, 5.6
WORST = 5
OLD, UP, DOWN = MUTED, LEVEL_COLOURS[Level.EXTREME_GREED], LEVEL_COLOURS[Level.EXTREME_FEAR]


def difference_figure(frame: pl.DataFrame, title: str) -> Figure:
    """A figure of a comparison's frame (session, old, new, delta; 0 to 100 or null): values above, changes below.

    Above CROWDED_ROWS the values are shown as medians of the last TREND_SESSIONS.
    """
    dated = frame.rename({"session": "date"})
    crowded = frame.height > CROWDED_ROWS
    sides = [trend(dated, name) if crowded else dated for name in ("old", "new")]
    days, delta = broken_line(dated, "delta")
    old, new = (broken_line(side, name)[1] for side, name in zip(sides, ("old", "new"), strict=True))
    figure = Figure(figsize=(WIDTH, HEIGHT), facecolor="white", layout="constrained")
    values, changes = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    values.fill_between(days, old, new, where=new >= old, color=UP, alpha=0.35, lw=0, label="higher")
    values.fill_between(days, old, new, where=new < old, color=DOWN, alpha=0.35, lw=0, label="lower")
    values.plot(days, old, color=OLD, lw=1.0, ls=(0, (4, 2)), label="old")
    values.plot(days, new, color=INK, lw=1.0, label="new")
    values.set_ylim(0, 100)
    values.legend(loc="upper left", ncols=4, frameon=False, fontsize=8)
    note = f"{title} (medians of {TREND_SESSIONS} sessions)" if crowded else title
    values.set_title(note, loc="left", fontsize=11, color=INK, family=families())
    changes.fill_between(days, 0.0, delta, where=delta >= 0, color=UP, lw=0)
    changes.fill_between(days, 0.0, delta, where=delta < 0, color=DOWN, lw=0)
    changes.set_ylabel("change", fontsize=8)
    changes.margins(y=0.3)
    for place in _worst(delta):
        _label(changes, str(days[place]), (days[place], delta[place]))
    return figure


def _label(axes: Axes, text: str, tip: tuple[Any, float]) -> None:
    """The day beyond the tip of its change, where it hides nothing."""
    above = tip[1] >= 0
    side, way = ("bottom", 3) if above else ("top", -3)
    axes.annotate(
        text, tip, (0, way), textcoords="offset points", fontsize=7, color=INK, ha="center", va=side, clip_on=False
    )


def _worst(delta: Numbers) -> list[int]:
    """Places of the largest changes, no two of them so close that their labels would touch."""
    sizes = np.nan_to_num(np.abs(delta), nan=0.0)
    apart = len(sizes) // (4 * WORST)
    found: list[int] = []
    while len(found) < WORST and sizes.any():
        place = int(sizes.argmax())
        found.append(place)
        sizes[max(place - apart, 0) : place + apart + 1] = 0.0
    return found
