"""Formulas of a definition as data: what is computed from which inputs, without saying how."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Number:
    """A constant."""

    number: float


@dataclass(frozen=True, slots=True)
class SeriesInput:
    """The observations of one named series."""

    series: str


@dataclass(frozen=True, slots=True)
class QuotesInput:
    """A per-session feature of the cleaned stock panel, such as `advances`."""

    feature: str


@dataclass(frozen=True, slots=True)
class Call:
    """An operation on operands, with its parameters in the operation's own order."""

    operation: str
    operands: tuple["Expression", ...]
    parameters: tuple[tuple[str, float], ...] = ()


Expression = Number | SeriesInput | QuotesInput | Call


def inputs(expression: Expression) -> Iterator[SeriesInput | QuotesInput]:
    """Every input the expression reads, left to right, repeats included."""
    match expression:
        case Call(operands=operands):
            for operand in operands:
                yield from inputs(operand)
        case SeriesInput() | QuotesInput():
            yield expression
        case _:
            return
