"""Drawings as SVG."""

from collections.abc import Sequence
from html import escape

from dart_batch.adapters.reporting.report.drawing import Area, Dot, Drawing, Line, Point, Shape, Text


def svg(drawing: Drawing) -> str:
    """An SVG element that scales to the width it is given."""
    shapes = "".join(map(_shape, drawing.shapes))
    size = f"0 0 {_number(drawing.width)} {_number(drawing.height)}"
    return f'<svg viewBox="{size}" role="img" aria-label="{escape(drawing.says)}">{shapes}</svg>'


def _shape(shape: Shape) -> str:
    match shape:
        case Line():
            dash = f' stroke-dasharray="{" ".join(map(_number, shape.dash))}"' if shape.dash else ""
            return (
                f'<polyline points="{_points(shape.points)}" fill="none" stroke="{shape.colour}" '
                f'stroke-width="{_number(shape.width)}" stroke-linejoin="round"{dash}/>'
            )
        case Area():
            return f'<polygon points="{_points(shape.points)}" fill="{shape.fill}"/>'
        case Dot():
            x, y = map(_number, shape.centre)
            return f'<circle cx="{x}" cy="{y}" r="{_number(shape.radius)}" fill="{shape.fill}"/>'
        case Text():
            return _text(shape)


def _text(shape: Text) -> str:
    x, y = map(_number, shape.at)
    weight = ' font-weight="600"' if shape.bold else ""
    return (
        f'<text x="{x}" y="{y}" font-size="{_number(shape.size)}" fill="{shape.colour}" '
        f'text-anchor="{shape.anchor}"{weight}>{escape(shape.text)}</text>'
    )


def _points(points: Sequence[Point]) -> str:
    return " ".join(f"{_number(x)},{_number(y)}" for x, y in points)


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
