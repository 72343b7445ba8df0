"""Which readings corrected or late observations touch."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from dart_batch.domain.index.definition import Definition, Rows
from dart_batch.engine.axis import Int64, SessionAxis
from dart_batch.engine.compute import prepare
from dart_batch.engine.fingerprint import combine
from dart_batch.engine.inputs import lanes_by_name
from dart_batch.engine.lookback import lookback_sessions

Bool = npt.NDArray[np.bool_]
HASH_SCHEMA = pl.Schema({"session": pl.Date(), "input_hash": pl.String()})


@dataclass(frozen=True, eq=False)
class Touches:
    """For each change (columns `batch, name, session, rows, first_known, last_known`) the axis indices [begin, end)
    whose readings may see it."""

    changes: pl.DataFrame
    begin: Int64
    end: Int64

    @classmethod
    def of(cls, definition: Definition, axis: SessionAxis, changes: pl.DataFrame) -> "Touches":
        """A change is seen from its landing on, until the place of its observation has left the longest window.

        Where windows count a series' own rows, it is seen until the axis ends.
        """
        days = changes["session"].to_physical().to_numpy().astype(np.int64)
        begin = axis.landing(days, changes["first_known"].to_physical().to_numpy())
        end = np.full(len(days), len(axis), dtype=np.int64)
        if definition.rows is Rows.SESSIONS:
            latest = axis.landing(days, changes["last_known"].to_physical().to_numpy())
            end = np.minimum(latest + lookback_sessions(definition), len(axis))
        return cls(changes, begin, end)

    def candidates(self, computed_at: Int64) -> Bool:
        """Sessions that may see a batch later than the one they were computed at (one number per session of the axis).

        A superset of those whose input hash changed.
        """
        batches = self.changes["batch"].to_numpy()
        found = np.zeros(len(computed_at), dtype=np.bool_)
        for batch in np.unique(batches):
            own = (batches == batch) & (self.begin < self.end)
            steps = np.zeros(len(computed_at) + 1, dtype=np.int64)
            np.add.at(steps, self.begin[own], 1)
            np.add.at(steps, self.end[own], -1)
            found |= (np.cumsum(steps[:-1]) > 0) & (computed_at < batch)
        return found

    def seen_in(self, first: int, last: int, after: int) -> pl.DataFrame:
        """The changes of batches after `after` that sessions with indices first..last may see."""
        seen = (self.begin <= last) & (self.end > first) & (self.changes["batch"].to_numpy() > after)
        return self.changes.filter(pl.Series(seen))


def runs(wanted: Bool, apart: int) -> Iterator[tuple[int, int]]:
    """First and last index of each run of true; runs that are less than `apart` apart are one."""
    places = np.flatnonzero(wanted)
    if not len(places):
        return
    breaks = np.flatnonzero(np.diff(places) > apart)
    begins, ends = places[np.append(0, breaks + 1)], places[np.append(breaks, len(places) - 1)]
    yield from zip(begins.tolist(), ends.tolist(), strict=True)


def input_hashes(
    definition: Definition,
    axis: SessionAxis,
    series: pl.DataFrame,
    quotes: pl.LazyFrame | None,
    wanted: tuple[date, date],
) -> pl.DataFrame:
    """HASH_SCHEMA: the input hashes that `compute` with the same arguments would give its readings, without scores."""
    first, stop = axis.span(*wanted)
    begin = max(first + 1 - lookback_sessions(definition), 0)
    part = axis.slice(begin, stop)
    hashes = [
        text
        for inputs in prepare(definition, part, series, quotes, first - begin, scored=False)
        for text in combine(definition.scoring_hash, part.days[inputs.positions], lanes_by_name(inputs.windows()))
    ]
    days = pl.Series("session", axis.days[first:stop].astype(np.int32)).cast(pl.Date)
    return pl.DataFrame({"session": days, "input_hash": hashes}, schema=HASH_SCHEMA)
