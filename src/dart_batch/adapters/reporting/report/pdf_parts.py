"""Headings, paragraphs and figures on a PDF page."""

from collections.abc import Iterator

from dart_batch.adapters.reporting.palette import INK, MUTED
from dart_batch.adapters.reporting.report.blocks import Caption, Figures, Head, Heading, Words
from dart_batch.adapters.reporting.report.pdf_page import Page, ink, text_width

TITLE, SUBTITLE, VALUE = 19.0, 9.0, 30.0
HEADING, CAPTION, BODY, NOTE = 12.5, 8.5, 9.5, 7.5
LEADING = 1.5


def lay_head(page: Page, head: Head) -> None:
    """The title at the left, the closing value at the right."""
    right = page.left + page.width
    room = page.width - max(text_width(head.value, VALUE, bold=True), text_width(head.level, SUBTITLE) + 14) - 20
    size = min(TITLE, TITLE * room / max(text_width(head.title, TITLE, bold=True), 1.0))
    page.write_to(head.value, right, page.y - 26, VALUE, INK, bold=True)
    page.write(head.title, page.left, page.y - 24, size, INK, bold=True)
    page.write(head.subtitle, page.left, page.y - 41, SUBTITLE, MUTED)
    page.write_to(head.level, right, page.y - 41, SUBTITLE, INK)
    page.canvas.setFillColor(ink(head.colour))
    page.canvas.rect(right - text_width(head.level, SUBTITLE) - 12, page.y - 41.5, 8, 8, stroke=0, fill=1)
    page.rule(page.y - 50, INK, 1.2)
    page.down(62)


def lay_heading(page: Page, heading: Heading, *, keep: float) -> None:
    """A heading that keeps so much of what follows on its page, with an entry in the outline."""
    page.down(14)
    page.need(HEADING + 8 + keep)
    key = f"{page.number}-{page.y:.1f}"
    page.canvas.bookmarkHorizontal(key, 0, page.y + 4)
    page.canvas.addOutlineEntry(heading.text, key, 0)
    page.write(heading.text, page.left, page.y - HEADING, HEADING, INK, bold=True)
    page.down(HEADING + 8)


def lay_caption(page: Page, caption: Caption, *, keep: float) -> None:
    """The name of what follows."""
    page.need(CAPTION + 12 + keep)
    page.down(5)
    page.write(caption.text, page.left, page.y - CAPTION, CAPTION, INK, bold=True)
    page.down(CAPTION + 6)


def lay_words(page: Page, words: Words) -> None:
    """A paragraph, broken at spaces; a Korean one as well, since it has them."""
    size, colour = (NOTE, MUTED) if words.small else (BODY, INK)
    for line in _lines(words.text, size, page.width):
        page.need(size * LEADING)
        page.write(line, page.left, page.y - size, size, colour)
        page.down(size * LEADING)
    page.down(4)


def figures_height() -> float:
    """What a row of figures needs."""
    return 38.0


def lay_figures(page: Page, given: Figures) -> None:
    """Figures side by side: a small label over each."""
    step = page.width / len(given.pairs)
    for place, (name, value) in enumerate(given.pairs):
        left = page.left + place * step
        size = min(7.0, 7.0 * (step - 6) / max(text_width(name, 7.0), 1.0))
        page.write(name, left, page.y - 9, size, MUTED)
        page.write(value, left, page.y - 25, 14, INK, bold=True)
    page.down(figures_height())


def _lines(text: str, size: float, width: float) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if line and text_width(longer, size) > width:
            yield line
            line = word
        else:
            line = longer
    yield line
