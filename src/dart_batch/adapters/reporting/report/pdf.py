"""Reports as PDF, A4 upright: vectors and an embedded typeface, no picture of pixels anywhere."""

from io import BytesIO

from dart_batch.adapters.reporting.report.blocks import Block, Caption, Figures, Head, Heading, Table, Words
from dart_batch.adapters.reporting.report.document import document, title
from dart_batch.adapters.reporting.report.drawing import Drawing
from dart_batch.adapters.reporting.report.pdf_drawing import draw
from dart_batch.adapters.reporting.report.pdf_page import Page
from dart_batch.adapters.reporting.report.pdf_parts import (
    figures_height,
    lay_caption,
    lay_figures,
    lay_head,
    lay_heading,
    lay_words,
)
from dart_batch.adapters.reporting.report.pdf_table import lay_table
from dart_batch.application.ports.reports import Report

KEEP = 74.0


def write_pdf(report: Report) -> bytes:
    """The report; its dates and ids are fixed, so that the same report is the same bytes."""
    stream = BytesIO()
    name = title(report)
    page = Page.begin(stream, name, report.language)
    for block in document(report):
        _lay(page, block)
    page.end()
    return stream.getvalue()


def _lay(page: Page, block: Block) -> None:
    match block:
        case Head():
            lay_head(page, block)
        case Heading():
            lay_heading(page, block, keep=KEEP)
        case Caption():
            lay_caption(page, block, keep=KEEP / 2)
        case Words():
            lay_words(page, block)
        case Figures():
            page.need(figures_height())
            lay_figures(page, block)
        case Table():
            lay_table(page, block)
        case Drawing():
            page.need(block.height + 6)
            draw(page.canvas, block, page.left, page.y)
            page.down(block.height + 6)
