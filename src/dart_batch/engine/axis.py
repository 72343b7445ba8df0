"""The sessions on which readings stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import numpy.typing as npt

from dart_batch.domain.index.errors import UnknownSession

Int64 = npt.NDArray[np.int64]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, eq=False)
class SessionAxis:
    """Ascending sessions as days since 1970-01-01, and the as-of moment of each as UTC microseconds since then."""

    days: Int64
    as_of: Int64

    @classmethod
    def build(cls, sessions: Sequence[date], as_of: Sequence[datetime]) -> "SessionAxis":
        """From sessions and their timezone-aware as-of moments.

        Raises ValueError when the two differ in length, are not strictly ascending, or a moment has no time zone.
        """
        if len(sessions) != len(as_of) or any(moment.tzinfo is None for moment in as_of):
            raise ValueError("each session needs exactly one as-of moment with a time zone")
        days = np.array(sessions, dtype="datetime64[D]").astype(np.int64)
        moments = np.array([(moment - EPOCH) // MICROSECOND for moment in as_of], dtype=np.int64)
        if (np.diff(days) <= 0).any() or (np.diff(moments) <= 0).any():
            raise ValueError("sessions and as-of moments must be strictly ascending")
        return cls(days, moments)

    def __len__(self) -> int:
        return len(self.days)

    def span(self, first: date, last: date) -> tuple[int, int]:
        """Index range [start, stop) of the sessions in [first, last]; empty when there is none."""
        low, high = np.array([first, last], dtype="datetime64[D]").astype(np.int64)
        return int(np.searchsorted(self.days, low)), int(np.searchsorted(self.days, high, side="right"))

    def position(self, session: date) -> int:
        """Index of a session. Raises UnknownSession when the axis does not hold it."""
        start, stop = self.span(session, session)
        if start == stop:
            raise UnknownSession(f"{session} is not a session of the given axis", session=session)
        return start

    def slice(self, start: int, stop: int) -> "SessionAxis":
        """The sessions with index in [start, stop)."""
        return SessionAxis(self.days[start:stop], self.as_of[start:stop])

    def later(self, by: timedelta) -> "SessionAxis":
        """The same sessions with as-of moments that are so much later."""
        return SessionAxis(self.days, self.as_of + by // MICROSECOND)

    def landing(self, days: Int64, known_at: Int64) -> Int64:
        """Effective session of observations: the first that is not before their day and whose as-of is not before
        they were known; len(self) when there is none."""
        of_day = np.searchsorted(self.days, days)
        of_moment = np.searchsorted(self.as_of, known_at)
        return np.maximum(of_day, of_moment).astype(np.int64)
