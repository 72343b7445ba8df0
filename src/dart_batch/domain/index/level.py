"""The five levels of the index."""

from bisect import bisect_left
from collections.abc import Sequence
from enum import StrEnum


class Level(StrEnum):
    """Mood, from the most fearful to the greediest; the order of members is the order of levels."""

    EXTREME_FEAR = "EXTREME_FEAR"
    FEAR = "FEAR"
    NEUTRAL = "NEUTRAL"
    GREED = "GREED"
    EXTREME_GREED = "EXTREME_GREED"


def level_of(value: float, bounds: Sequence[float]) -> Level:
    """Level of a value in [0, 100]; `bounds` are the four ascending upper bounds, each belonging to its level."""
    return list(Level)[bisect_left(bounds, value)]
