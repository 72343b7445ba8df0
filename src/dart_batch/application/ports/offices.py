"""Duties of which a cluster needs one who does them."""

from datetime import datetime
from typing import Protocol


class Offices(Protocol):
    """Who has which duty."""

    def take(self, name: str, holder: str, seconds: float, now: datetime) -> bool:
        """Have the duty for so many seconds from now, again or anew; false while somebody else has it. Raises Transient
        when two take it at the same moment, or the database does not answer.
        """
        ...

    def leave(self, name: str, holder: str) -> None:
        """Give the duty up, if the holder has it."""
        ...
