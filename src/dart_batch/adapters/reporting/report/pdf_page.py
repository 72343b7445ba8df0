"""The page that a PDF report is being written on."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any, BinaryIO

from reportlab import rl_config
from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from dart_batch.adapters.reporting.palette import MUTED, RULE
from dart_batch.adapters.reporting.report.fonts import BOLD, REGULAR, font_file
from dart_batch.domain.job.reporting import Language

WIDTH, HEIGHT, MARGIN, FOOT = 595.0, 842.0, 36.0, 46.0


@dataclass(slots=True)
class Page:
    """Goes downwards: `y` is where the next thing begins, in points from the lower edge, as PDF counts."""

    canvas: Any
    title: str
    y: float = HEIGHT - MARGIN
    number: int = 1
    left: float = MARGIN
    width: float = field(default=WIDTH - 2 * MARGIN)

    @classmethod
    def begin(cls, stream: BinaryIO, title: str, language: Language) -> "Page":
        """The first page of a document with this title."""
        register_fonts()
        canvas = Canvas(stream, pagesize=(WIDTH, HEIGHT), invariant=1, pageCompression=1, lang=language.value)
        canvas.setTitle(title)
        canvas.setAuthor("dart-batch")
        canvas.setCreator("dart-batch")
        return cls(canvas, title)

    def end(self) -> None:
        """Finish the document."""
        self._foot()
        self.canvas.showPage()
        self.canvas.save()

    def need(self, height: float) -> None:
        """Begin a new page unless so much is left of this one."""
        if self.y - height < FOOT:
            self.turn()

    def turn(self) -> None:
        """Begin a new page."""
        self._foot()
        self.canvas.showPage()
        self.number += 1
        self.y = HEIGHT - MARGIN

    def down(self, height: float) -> None:
        self.y -= height

    def write(self, text: str, x: float, y: float, size: float, colour: str, *, bold: bool = False) -> None:
        """Text from x on; y is its base line."""
        self.canvas.setFillColor(ink(colour))
        self.canvas.setFont(BOLD if bold else REGULAR, size)
        self.canvas.drawString(x, y, text)

    def write_to(self, text: str, x: float, y: float, size: float, colour: str, *, bold: bool = False) -> None:
        """Text that ends at x."""
        self.write(text, x - text_width(text, size, bold=bold), y, size, colour, bold=bold)

    def rule(self, y: float, colour: str = RULE, width: float = 0.5) -> None:
        """A line from margin to margin."""
        self.canvas.setStrokeColor(ink(colour))
        self.canvas.setLineWidth(width)
        self.canvas.line(self.left, y, self.left + self.width, y)

    def _foot(self) -> None:
        self.rule(FOOT - 10)
        self.write(self.title, self.left, FOOT - 21, 7, MUTED)
        self.write_to(str(self.number), self.left + self.width, FOOT - 21, 7, MUTED)


@cache
def ink(colour: str) -> Any:
    """A colour (#rrggbb) as the PDF library takes it at once; a text it would parse each time."""
    return HexColor(colour)


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Width of a text in points."""
    register_fonts()
    return float(pdfmetrics.stringWidth(text, BOLD if bold else REGULAR, size))


@cache
def register_fonts() -> None:
    """Make the typeface known to the PDF library, once per process, and let it write bytes as bytes, not as text."""
    rl_config.useA85 = 0
    for name in (REGULAR, BOLD):
        pdfmetrics.registerFont(TTFont(name, font_file(name)))
