"""Order of claiming."""

from enum import IntEnum


class Priority(IntEnum):
    """Lower runs first, so that sorting by the number is sorting by urgency."""

    HIGH = 0
    NORMAL = 1
    LOW = 2
