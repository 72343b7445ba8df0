"""Colours of the levels on a terminal, orange to blue, readable on dark and light ground."""

from collections.abc import Sequence

from dart_batch.domain.index.level import Level, level_of

COLOURS: dict[Level, str] = {
    Level.EXTREME_FEAR: "#d9600f",
    Level.FEAR: "#e8964a",
    Level.NEUTRAL: "#8a929e",
    Level.GREED: "#5b9bd5",
    Level.EXTREME_GREED: "#2f7dc8",
}


def colour_at(value: float, bounds: Sequence[float]) -> str:
    """Colour of the level that a value of 0 to 100 has by these bounds."""
    return COLOURS[level_of(value, bounds)]


def level_title(level: str) -> str:
    """The level for people: "extreme fear"."""
    return level.replace("_", " ").lower()
