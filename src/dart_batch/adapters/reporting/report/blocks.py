"""What a printed report is made of, in reading order, for whatever lays it out."""

from dataclasses import dataclass

from dart_batch.adapters.reporting.report.drawing import Drawing


@dataclass(frozen=True, slots=True)
class Head:
    """The title, what it is about, and the closing value with its level."""

    title: str
    subtitle: str
    value: str
    level: str
    colour: str


@dataclass(frozen=True, slots=True)
class Heading:
    """Begins a section, and stays with what follows."""

    text: str


@dataclass(frozen=True, slots=True)
class Caption:
    """Names the table or picture that follows."""

    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph; `small` for notes."""

    text: str
    small: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """A few figures side by side: label and value."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; `share` of the width. Numbers stand at the right."""

    title: str
    share: float
    number: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts; a cell that is a level's name has that level's colour before it."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    marks: tuple[tuple[str, str], ...] = ()


Block = Head | Heading | Caption | Words | Figures | Table | Drawing
