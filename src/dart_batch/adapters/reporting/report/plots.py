"""The plots of a report."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import polars as pl

from dart_batch.adapters.reporting.palette import BAND_OPACITY, INK, LEVEL_COLOURS, MUTED, WITHHELD
from dart_batch.adapters.reporting.report.axes import SMALL, Axes, day_axis, holes, unbroken
from dart_batch.adapters.reporting.report.drawing import Area, Dot, Drawing, Line, Shape, Text, box, pale
from dart_batch.adapters.reporting.report.words import WORDS, component_title, level_name
from dart_batch.domain.index.level import Level
from dart_batch.domain.job.reporting import Language
from dart_batch.engine.report.turning_points import TOP

Values = Sequence[tuple[date, float | None]]
CATEGORIES = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8a8f98", "#b3a400")
WIDTH = 523.0
NAMES = 62.0
TICKS = 20.0
LEGEND_COLUMNS, LEGEND_ROW = 4, 11.0
PANEL_TICKS = 4


def index_plot(
    values: Values, bounds: tuple[float, ...], turns: pl.DataFrame, language: Language, height: float
) -> Drawing:
    """The index over its level bands, which are named at the right; breaks stay breaks, and are grey."""
    axes = _axes(values, TICKS, WIDTH - NAMES, 4.0, height - 13)
    edges = (0.0, *bounds, 100.0)
    shapes: list[Shape] = []
    for level, low, high in zip(Level, edges[:-1], edges[1:], strict=True):
        tint = pale(LEVEL_COLOURS[level], BAND_OPACITY)
        shapes.append(box(axes.left, axes.y(high), axes.right, axes.y(low), tint))
        at = (axes.right + 5, axes.y((low + high) / 2) + 2.3)
        shapes.append(Text(at, level_name(level, language), SMALL, MUTED))
    shapes += _holes(axes, values)
    shapes += [Text((axes.left - 4, axes.y(edge) + 2.3), f"{edge:g}", SMALL, MUTED, "end") for edge in edges]
    shapes += day_axis(axes)
    shapes += _curve(axes, values, 1.1)
    shapes += [_triangle(axes, *turn) for turn in turns.select("kind", "session", "value").rows()]
    return Drawing(WIDTH, height, tuple(shapes), WORDS[language]["chart"])


def component_plots(components: pl.DataFrame, language: Language) -> Drawing:
    """A small panel of scores per component, two beside each other."""
    names = components["component"].unique(maintain_order=True).to_list()
    rows, column, high = -(-len(names) // 2), (WIDTH - 24) / 2, 62.0
    shapes: list[Shape] = []
    for place, name in enumerate(names):
        values = components.filter(pl.col("component") == name).select("session", "score").rows()
        left, top = (place % 2) * (column + 24), (place // 2) * high
        shapes += _panel(values, component_title(name, language), left, top, column, WORDS[language]["missing"])
    return Drawing(WIDTH, max(rows, 1) * high, tuple(shapes), WORDS[language]["components"])


def contribution_plot(components: pl.DataFrame, language: Language, height: float) -> Drawing:
    """Contributions stacked upon each other to the index. A session without any is left open."""
    names = components["component"].unique(maintain_order=True).to_list()
    wide = components.pivot("component", index="session", values="contribution", maintain_order=True)
    totals = wide.select(
        "session", pl.sum_horizontal(names).alias("sum"), some=pl.any_horizontal(pl.col(names).is_not_null())
    )
    heights = wide.select(pl.col(names).fill_null(0.0)).rows()
    values: Values = [(day, total if some else None) for day, total, some in totals.rows()]
    top = 4 + LEGEND_ROW * -(-len(names) // LEGEND_COLUMNS)
    highest = max(25.0, *(-(-(total or 0.0) // 25) * 25 for _, total in values))
    axes = replace(_axes(values, TICKS, WIDTH, top, height - 13), highest=highest)
    shapes: list[Shape] = [*_legend(names, language), *_holes(axes, values)]
    shapes += [Text((axes.left - 4, axes.y(edge) + 2.3), f"{edge:g}", SMALL, MUTED, "end") for edge in (0, highest)]
    place = {day: number for number, (day, _) in enumerate(values)}
    for run in unbroken(values):
        stack = [heights[place[day]] for day, _ in run]
        shapes += _layers(axes, [day for day, _ in run], stack)
    shapes += day_axis(axes)
    return Drawing(WIDTH, height, tuple(shapes), WORDS[language]["stack"])


def level_plot(levels: pl.DataFrame, language: Language) -> Drawing:
    """The shares of the levels as one bar, each named and with its share where there is room."""
    shapes: list[Shape] = []
    left = 0.0
    for level, share in levels.select("level", "share").rows():
        if not share:
            continue
        right = left + share * WIDTH
        shapes.append(box(left, 0, right, 20, LEVEL_COLOURS[Level(level)]))
        if right - left > 30:
            light = level in (Level.EXTREME_FEAR, Level.EXTREME_GREED)
            at = ((left + right) / 2, 13.0)
            shapes.append(Text(at, f"{share:.0%}", 8, "#ffffff" if light else INK, "middle", bold=True))
        if right - left > 52:
            shapes.append(Text(((left + right) / 2, 29.5), level_name(level, language), SMALL, MUTED, "middle"))
        left = right
    return Drawing(WIDTH, 34, tuple(shapes), WORDS[language]["distribution"])


def _axes(values: Values, left: float, right: float, top: float, bottom: float) -> Axes:
    return Axes(left, top, right, bottom, values[0][0], values[-1][0])


def _holes(axes: Axes, values: Values) -> list[Shape]:
    return [
        box(axes.x(first, -0.5), axes.top, axes.x(last, 0.5), axes.bottom, WITHHELD) for first, last in holes(values)
    ]


def _curve(axes: Axes, values: Values, width: float) -> list[Shape]:
    shapes: list[Shape] = []
    for run in unbroken(values):
        points = tuple(axes.point(*one) for one in run)
        shapes.append(Line(points, INK, width) if len(points) > 1 else Dot(points[0], width, INK))
    return shapes


def _triangle(axes: Axes, kind: str, day: date, value: float) -> Area:
    x, y = axes.point(day, value)
    up = -1 if kind == TOP else 1
    colour = LEVEL_COLOURS[Level.EXTREME_GREED if kind == TOP else Level.EXTREME_FEAR]
    return Area(((x, y + up * 3), (x - 3, y + up * 8.5), (x + 3, y + up * 8.5)), colour)


def _panel(values: Values, title: str, left: float, top: float, width: float, missing: str) -> list[Shape]:
    axes = _axes(values, left + TICKS, left + width, top + 13, top + 46)
    present = [value for _, value in values if value is not None]
    newest = f"{present[-1]:.0f}" if present else missing
    return [
        Text((axes.left, top + 8.5), title, 7.5, INK, bold=True),
        Text((axes.right, top + 8.5), newest, 7.5, INK, "end", bold=True),
        box(axes.left, axes.top, axes.right, axes.bottom, "#f6f7f9"),
        *_holes(axes, values),
        Line((axes.point(axes.first, 50), axes.point(axes.last, 50)), "#c9ced6", 0.5, (2, 2)),
        *(Text((axes.left - 4, axes.y(edge) + 2.3), str(edge), SMALL, MUTED, "end") for edge in (0, 100)),
        *day_axis(axes, PANEL_TICKS),
        *_curve(axes, values, 0.9),
    ]


def _layers(axes: Axes, days: list[date], stack: list[tuple[float, ...]]) -> list[Shape]:
    wide = [axes.x(days[0], -0.5), *map(axes.x, days[1:-1]), axes.x(days[-1], 0.5)]
    if len(days) == 1:
        wide, stack = [axes.x(days[0], -0.5), axes.x(days[0], 0.5)], stack * 2
    floors = [0.0] * len(stack)
    shapes: list[Shape] = []
    for number in range(len(stack[0])):
        roofs = [floor + part[number] for floor, part in zip(floors, stack, strict=True)]
        upper = [(x, axes.y(roof)) for x, roof in zip(wide, roofs, strict=True)]
        lower = [(x, axes.y(floor)) for x, floor in zip(wide, floors, strict=True)]
        shapes.append(Area((*upper, *reversed(lower)), CATEGORIES[number % len(CATEGORIES)]))
        floors = roofs
    return shapes


def _legend(names: list[str], language: Language) -> list[Shape]:
    shapes: list[Shape] = []
    step = (WIDTH - TICKS) / LEGEND_COLUMNS
    for number, name in enumerate(names):
        row, column = divmod(number, LEGEND_COLUMNS)
        left, top = TICKS + column * step, row * LEGEND_ROW
        shapes.append(box(left, top, left + 7, top + 7, CATEGORIES[number % len(CATEGORIES)]))
        shapes.append(Text((left + 11, top + 6.2), component_title(name, language), SMALL, MUTED))
    return shapes
