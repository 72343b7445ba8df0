"""Old and new values of an index as a picture: both lines, what lies between them shaded, the worst days marked."""

import numpy as np
import polars as pl
from matplotlib.figure import Figure

from dart_batch.adapters.reporting.chart_data import broken_line
from dart_batch.adapters.reporting.lettering import families
from dart_batch.adapters.reporting.palette import INK, LEVEL_COLOURS, MUTED
from dart_batch.domain.index.level import Level

WIDTH, HEIGHT = 11.0, 5.6
WORST = 5
OLD, UP, DOWN = MUTED, LEVEL_COLOURS[Level.EXTREME_GREED], LEVEL_COLOURS[Level.EXTREME_FEAR]


def difference_figure(frame: pl.DataFrame, title: str) -> Figure:
    """A figure of a comparison's frame (session, old, new, delta; 0 to 100 or null): values above, changes below."""
    dated = frame.rename({"session": "date"})
    days, old = broken_line(dated, "old")
    new, delta = broken_line(dated, "new")[1], broken_line(dated, "delta")[1]
    figure = Figure(figsize=(WIDTH, HEIGHT), facecolor="white", layout="constrained")
    values, changes = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    values.fill_between(days, old, new, where=new >= old, color=UP, alpha=0.35, lw=0, label="higher")
    values.fill_between(days, old, new, where=new < old, color=DOWN, alpha=0.35, lw=0, label="lower")
    values.plot(days, old, color=OLD, lw=0.8, label="old")
    values.plot(days, new, color=INK, lw=0.8, label="new")
    values.set_ylim(0, 100)
    values.legend(loc="upper left", ncols=4, frameon=False, fontsize=8)
    values.set_title(title, loc="left", fontsize=11, color=INK, family=families())
    changes.fill_between(days, 0.0, delta, where=delta >= 0, color=UP, lw=0)
    changes.fill_between(days, 0.0, delta, where=delta < 0, color=DOWN, lw=0)
    changes.set_ylabel("change", fontsize=8)
    for place in _worst(delta):
        changes.annotate(str(days[place]), (days[place], delta[place]), fontsize=7, color=MUTED, ha="center")
    return figure


def _worst(delta: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> list[int]:
    sizes = np.nan_to_num(np.abs(delta), nan=0.0)
    return [int(place) for place in np.argsort(sizes, kind="stable")[::-1][:WORST] if sizes[place] > 0.0]
