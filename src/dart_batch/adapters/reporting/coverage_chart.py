"""What the observation store holds, as a picture: one strip per series, one cell per month."""

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

from dart_batch.adapters.reporting.lettering import families
from dart_batch.adapters.reporting.palette import INK, MUTED, RULE

STEPS = (0.0, 0.001, 0.5, 0.9, 0.999, 1.001)
COLOURS = ("#c2510a", "#f0a04b", "#d3d7dd", "#8fbce2", "#1f5f9e")
NAMES = ("none", "under half", "half to 90 %", "over 90 %", "every session")
WIDTH, ROW, HEAD, FOOT, LEFT, RIGHT = 11.0, 0.26, 0.95, 0.62, 1.75, 2.1


def coverage_figure(market: str, coverage: pl.DataFrame, months: pl.DataFrame) -> Figure:
    """A figure of `coverage` (one row per series, COVERAGE_SCHEMA) and `months` (MONTH_SCHEMA), neither empty.

    The colour of a month is the share of its sessions that have an observation; months outside a series are white.
    """
    height = HEAD + ROW * coverage.height + FOOT
    figure = Figure(figsize=(WIDTH, height), facecolor="white")
    frame = (LEFT / WIDTH, FOOT / height, 1 - (LEFT + RIGHT) / WIDTH, ROW * coverage.height / height)
    axes = figure.add_axes(frame)
    _draw_months(axes, coverage["name"].to_list(), months)
    _write_rows(axes, coverage)
    left = 0.3 / WIDTH
    figure.text(left, 1 - 0.2 / height, f"{market} observations", fontsize=15, weight="bold", color=INK, va="top")
    first, last, rows = coverage.select(pl.col("first").min(), pl.col("last").max(), pl.col("rows").sum()).row(0)
    about = f"{first} to {last} · {rows:,} observations"
    figure.text(left, 1 - 0.52 / height, about, fontsize=9, color=MUTED, va="top")
    _write_key(figure, height)
    return figure


def _draw_months(axes: Axes, names: list[str], months: pl.DataFrame) -> None:
    first = months["month"].min()
    number = pl.col("month").dt.year() * 12 + pl.col("month").dt.month()
    cells = months.with_columns(
        step=(number - number.min()).cast(pl.Int32),
        row=pl.col("name").replace_strict(names, range(len(names)), return_dtype=pl.Int32),
    ).filter(pl.col("sessions") > 0)
    share = np.full((len(names), int(cells["step"].max()) + 1), np.nan)  # type: ignore[arg-type]
    share[cells["row"].to_numpy(), cells["step"].to_numpy()] = (cells["present"] / cells["sessions"]).to_numpy()
    classes = np.where(np.isnan(share), np.nan, np.digitize(share, STEPS[1:-1]))
    colours = ListedColormap(list(COLOURS))
    axes.pcolormesh(classes, cmap=colours, vmin=-0.5, vmax=len(COLOURS) - 0.5, rasterized=True)
    axes.set_ylim(len(names), 0)
    _year_ticks(axes, first.year, first.month, share.shape[1])  # type: ignore[union-attr]


def _year_ticks(axes: Axes, year: int, month: int, months: int) -> None:
    years = np.arange(year + (month > 1), year + (month + months - 1) // 12 + 1)
    every = max(1, -(-len(years) // 14))
    shown = years[years % every == 0] if len(years) > every else years
    axes.set_xticks((shown - year) * 12 - (month - 1), [str(one) for one in shown])
    axes.tick_params(labelsize=8, colors=MUTED, length=3, width=0.6)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(RULE)


def _write_rows(axes: Axes, coverage: pl.DataFrame) -> None:
    names = coverage["name"].to_list()
    axes.set_yticks(np.arange(len(names)) + 0.5, names, fontsize=8.5, color=INK, family=families())
    axes.tick_params(axis="y", length=0)
    axes.hlines(np.arange(1, len(names)), 0, 1, color="white", lw=3, transform=axes.get_yaxis_transform())
    for row, (rows, missing) in enumerate(coverage.select("rows", "missing").rows()):
        fact = f"{rows:,} rows, {missing:,} missing" if missing else f"{rows:,} rows"
        place = (1.012, row + 0.5)
        axes.annotate(fact, place, xycoords=("axes fraction", "data"), va="center", fontsize=7.5, color=MUTED)


def _write_key(figure: Figure, height: float) -> None:
    place = 0.3
    for colour, name in zip(COLOURS, NAMES, strict=True):
        figure.text(place / WIDTH, 0.13 / height, "■", fontsize=10, color=colour, va="bottom")
        figure.text((place + 0.16) / WIDTH, 0.14 / height, name, fontsize=7.5, color=MUTED, va="bottom")
        place += 0.45 + 0.062 * len(name)
    figure.text(place / WIDTH, 0.14 / height, "of a month's sessions", fontsize=7.5, color=MUTED, va="bottom")
