"""Order of claiming."""

from enum import IntEnum


class Priority(IntEnum):
    """Lower runs first, so that sorting by the number is sorting by urgency."""

    HIGH = 0
    NORMAL = 1
    LOW = 2

    def aged(self, waited_seconds: float, ageing_seconds: float) -> int:
        """Urgency after waiting: one class up for every `ageing_seconds`, never above HIGH.

        So a LOW job competes as a HIGH one after twice that time, and wins as the one that waited longest.
        """
        return max(0, int(self) - int(waited_seconds // ageing_seconds))
