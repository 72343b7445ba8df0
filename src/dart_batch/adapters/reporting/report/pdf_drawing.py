"""Drawings as vectors on a PDF canvas."""

from typing import Any

from dart_batch.adapters.reporting.report.drawing import Area, Dot, Drawing, Line, Shape, Text
from dart_batch.adapters.reporting.report.fonts import BOLD, REGULAR
from dart_batch.adapters.reporting.report.pdf_page import text_width

SHARES = {"start": 0.0, "middle": 0.5, "end": 1.0}


def draw(canvas: Any, drawing: Drawing, left: float, top: float) -> None:
    """Draw with the upper left corner at (left, top), counted from the lower edge of the page."""
    for shape in drawing.shapes:
        _shape(canvas, shape, left, top)


def _shape(canvas: Any, shape: Shape, left: float, top: float) -> None:
    match shape:
        case Line():
            canvas.setStrokeColor(shape.colour)
            canvas.setLineWidth(shape.width)
            canvas.setLineJoin(1)
            canvas.setDash(*([list(shape.dash)] if shape.dash else []))
            canvas.drawPath(_path(canvas, shape.points, left, top), stroke=1, fill=0)
        case Area():
            canvas.setFillColor(shape.fill)
            path = _path(canvas, shape.points, left, top)
            path.close()
            canvas.drawPath(path, stroke=0, fill=1)
        case Dot():
            canvas.setFillColor(shape.fill)
            canvas.circle(left + shape.centre[0], top - shape.centre[1], shape.radius, stroke=0, fill=1)
        case Text():
            _text(canvas, shape, left, top)


def _path(canvas: Any, points: tuple[tuple[float, float], ...], left: float, top: float) -> Any:
    path = canvas.beginPath()
    first, *others = points
    path.moveTo(left + first[0], top - first[1])
    for x, y in others:
        path.lineTo(left + x, top - y)
    return path


def _text(canvas: Any, shape: Text, left: float, top: float) -> None:
    x = left + shape.at[0] - SHARES[shape.anchor] * text_width(shape.text, shape.size, bold=shape.bold)
    canvas.setFillColor(shape.colour)
    canvas.setFont(BOLD if shape.bold else REGULAR, shape.size)
    canvas.drawString(x, top - shape.at[1], shape.text)
