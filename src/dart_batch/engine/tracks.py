"""A track: the rows that windows run over, with the values of the inputs aligned on them.

With windows over sessions there is one track, the axis itself. With windows over a series' own rows each combination
of inputs is a track of its own: the sessions on which all of them have a row.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from dart_batch.engine.axis import Int64, SessionAxis
from dart_batch.engine.fingerprint import U64, observation_lanes, seeds
from dart_batch.engine.windows import F64


@dataclass(frozen=True, eq=False)
class Column:
    """An input on a track: `values` with NaN where it has no row, `lanes` (2, rows) of its fingerprint, 0 there.

    `days` is the day each row's observation belongs to, `counts` how many observations stand on each row.
    """

    values: F64
    lanes: U64
    days: Int64
    counts: Int64


@dataclass(frozen=True, eq=False)
class Track:
    """`visible` is the axis index from which each row can be used, `origin` the index of the session it belongs to
    (counted forward to the last session not after its day); both ascend. `columns` by input name."""

    visible: Int64
    origin: Int64
    columns: dict[str, Column] = field(default_factory=dict)

    def last_row(self, positions: Int64) -> Int64:
        """Index of the last row visible at each axis position; -1 before the first."""
        return np.searchsorted(self.visible, positions, side="right") - 1


def session_track(axis: SessionAxis, known: pl.DataFrame, names: tuple[str, ...]) -> Track:
    """The axis as a track; of observations landing on one session the one of the latest day stands."""
    every = np.arange(len(axis), dtype=np.int64)
    track = Track(every, every)
    parts = _by_series(known)
    for name in names:
        part = parts.get(name, known.clear())
        winners = part.sort("landing", "day").unique("landing", keep="last", maintain_order=True)
        track.columns[name] = _column(name, winners, winners["landing"].to_numpy(), len(axis))
    return track


def own_track(axis: SessionAxis, known: pl.DataFrame, names: tuple[str, ...], epoch_start: int) -> Track:
    """The rows on which all the named series have an observation, in the order of their days."""
    parts = _by_series(known)
    columns = [parts.get(name, known.clear()).sort("day") for name in names]
    days = columns[0]["day"]
    for part in columns[1:]:
        days = days.filter(days.is_in(part["day"].implode()))
    kept = [part.filter(pl.col("day").is_in(days.implode())) for part in columns]
    landings = [np.maximum(part["landing"].to_numpy(), epoch_start) for part in kept]
    rows = np.arange(len(days), dtype=np.int64)
    origin = np.searchsorted(axis.days, days.to_numpy(), side="right") - 1
    track = Track(np.maximum.reduce(landings), origin.astype(np.int64))
    for name, part in zip(names, kept, strict=True):
        track.columns[name] = _column(name, part, rows, len(rows))
    return track


def _by_series(known: pl.DataFrame) -> Mapping[str, pl.DataFrame]:
    return {str(key[0]): part for key, part in known.partition_by("series", as_dict=True).items()}


def _column(name: str, part: pl.DataFrame, rows: Int64, length: int) -> Column:
    day, value = part["day"].to_numpy(), part["value"].to_numpy()
    values, lanes = np.full(length, np.nan), np.zeros((2, length), dtype=np.uint64)
    days, counts = np.zeros(length, dtype=np.int64), np.zeros(length, dtype=np.int64)
    values[rows], days[rows], counts[rows] = value, day, 1
    known_at = part["known_at"].to_physical().to_numpy()
    lanes[:, rows] = observation_lanes(seeds([name]), day, value, known_at)
    return Column(values, lanes, days, counts)
