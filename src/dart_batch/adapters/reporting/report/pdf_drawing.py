"""Drawings as vectors on a PDF canvas."""

from typing import Any

from reportlab.pdfgen.pathobject import PDFPathObject

from dart_batch.adapters.reporting.report.drawing import Area, Dot, Drawing, Line, Shape, Text
from dart_batch.adapters.reporting.report.fonts import BOLD, REGULAR
from dart_batch.adapters.reporting.report.pdf_page import ink, text_width

SHARES = {"start": 0.0, "middle": 0.5, "end": 1.0}


def draw(canvas: Any, drawing: Drawing, left: float, top: float) -> None:
    """Draw with the upper left corner at (left, top), counted from the lower edge of the page."""
    for shape in drawing.shapes:
        _shape(canvas, shape, left, top)


def _shape(canvas: Any, shape: Shape, left: float, top: float) -> None:
    match shape:
        case Line():
            canvas.setStrokeColor(ink(shape.colour))
            canvas.setLineWidth(shape.width)
            canvas.setLineJoin(1)
            canvas.setDash(*([list(shape.dash)] if shape.dash else []))
            canvas.drawPath(_path(shape.points, left, top), stroke=1, fill=0)
        case Area():
            canvas.setFillColor(ink(shape.fill))
            canvas.drawPath(_path(shape.points, left, top), stroke=0, fill=1)
        case Dot():
            canvas.setFillColor(ink(shape.fill))
            canvas.circle(left + shape.centre[0], top - shape.centre[1], shape.radius, stroke=0, fill=1)
        case Text():
            _text(canvas, shape, left, top)


def _path(points: tuple[tuple[float, float], ...], left: float, top: float) -> Any:
    """The path in PDF's own words, which is several times quicker than adding point by point."""
    code = [f"{left + x:.2f} {top - y:.2f} l" for x, y in points]
    code[0] = f"{code[0][:-1]}m"
    return PDFPathObject(code)


def _text(canvas: Any, shape: Text, left: float, top: float) -> None:
    x = left + shape.at[0] - SHARES[shape.anchor] * text_width(shape.text, shape.size, bold=shape.bold)
    canvas.setFillColor(ink(shape.colour))
    canvas.setFont(BOLD if shape.bold else REGULAR, shape.size)
    canvas.drawString(x, top - shape.at[1], shape.text)
