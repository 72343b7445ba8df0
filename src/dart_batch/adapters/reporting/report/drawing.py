"""Pictures as lists of shapes, in points from the upper left corner, for whatever draws them."""

from dataclasses import dataclass
from typing import Literal

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line through at least two points."""

    points: tuple[Point, ...]
    colour: str
    width: float
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Area:
    """A filled polygon."""

    points: tuple[Point, ...]
    fill: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A filled circle."""

    centre: Point
    radius: float
    fill: str


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text; `at` lies on its base line."""

    at: Point
    text: str
    size: float
    colour: str
    anchor: Anchor = "start"
    bold: bool = False


Shape = Line | Area | Dot | Text


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes in the order in which they cover each other; `says` describes the picture to who cannot see it."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    says: str


def box(left: float, top: float, right: float, bottom: float, fill: str) -> Area:
    """A filled rectangle."""
    return Area(((left, top), (right, top), (right, bottom), (left, bottom)), fill)


def pale(colour: str, share: float) -> str:
    """The colour (#rrggbb) mixed with white, of which `share` (0 to 1) is the colour."""
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(255 + (part - 255) * share):02x}" for part in parts)
