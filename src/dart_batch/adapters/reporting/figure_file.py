"""Figures as files: same input, same bytes, and nothing in them about the machine that drew them."""

from pathlib import Path

import matplotlib
from matplotlib.figure import Figure

from dart_batch.adapters.reporting.output_file import whole_file
from dart_batch.domain.errors import Refused

DOTS_PER_INCH = 160
METADATA = {"svg": {"Date": None, "Creator": "dart-batch"}, "png": {"Software": "dart-batch"}}


class UnknownPictureFormat(Refused):
    """A picture was asked for in a format that is not drawn."""

    code = "unknown-picture-format"
    hint = "Name a file that ends in .png or .svg."


def picture_format(path: Path) -> str:
    """ "png" or "svg" by the file's name. Raises UnknownPictureFormat."""
    kind = path.suffix.lower().removeprefix(".")
    if kind not in METADATA:
        raise UnknownPictureFormat(f"'{path.name}' does not say whether to draw a PNG or an SVG.")
    return kind


def save_figure(figure: Figure, path: Path) -> None:
    """Write the figure whole or not at all. Raises UnknownPictureFormat, FileNotWritable."""
    kind = picture_format(path)
    with whole_file(path) as stream, matplotlib.rc_context({"svg.hashsalt": "dart-batch"}):
        figure.savefig(stream, format=kind, dpi=DOTS_PER_INCH, metadata=METADATA[kind])
