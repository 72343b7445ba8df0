"""A comparison in a few figures."""

import math
from dataclasses import dataclass
from datetime import date

import polars as pl

from dart_batch.engine.comparison import Comparison

SAME_WITHIN = 1e-9
NO_LEVEL = "NONE"


@dataclass(frozen=True, slots=True)
class Flips:
    """Sessions whose level was `old` and becomes `new`; NONE where there is no value."""

    old: str
    new: str
    sessions: int


@dataclass(frozen=True, slots=True)
class ComponentShare:
    """What one component contributes to the changes, in points of the index: mean, mean size and largest size."""

    name: str
    mean: float
    mean_size: float
    largest: float


@dataclass(frozen=True, slots=True)
class Summary:
    """`changed` counts values that moved by more than 1e-9, `appeared` and `withheld` values that come and go.

    `mean`, `mean_size` and `largest` (with its session) are of the deltas, in points of the index; `rank_correlation`
    is Spearman's between old and new values. All four are null where nothing can be compared. `flips` holds every pair
    of levels that occurs, also equal ones.
    """

    sessions: int
    compared: int
    changed: int
    appeared: int
    withheld: int
    mean: float | None
    mean_size: float | None
    largest: float | None
    largest_session: date | None
    rank_correlation: float | None
    flips: tuple[Flips, ...]
    components: tuple[ComponentShare, ...]

    @property
    def flipped(self) -> int:
        """Sessions that have a value on both sides, and another level."""
        return sum(one.sessions for one in self.flips if one.old != one.new and NO_LEVEL not in (one.old, one.new))


def summarise(comparison: Comparison) -> Summary:
    """The figures of a comparison."""
    frame = comparison.frame
    deltas = frame.filter(pl.col("delta").is_not_null())
    sizes = deltas["delta"].abs()
    peak = sizes.arg_max()
    return Summary(
        sessions=frame.height,
        compared=deltas.height,
        changed=int((sizes > SAME_WITHIN).sum()),
        appeared=frame.filter(pl.col("old").is_null() & pl.col("new").is_not_null()).height,
        withheld=frame.filter(pl.col("old").is_not_null() & pl.col("new").is_null()).height,
        mean=_mean(deltas["delta"]),
        mean_size=_mean(sizes),
        largest=None if peak is None else deltas["delta"][peak],
        largest_session=None if peak is None else deltas["session"][peak],
        rank_correlation=_correlation(deltas),
        flips=_flips(frame),
        components=tuple(_share(comparison.attribution[name]) for name in comparison.components),
    )


def _flips(frame: pl.DataFrame) -> tuple[Flips, ...]:
    levels = frame.select(old=pl.col("old_level").fill_null(NO_LEVEL), new=pl.col("new_level").fill_null(NO_LEVEL))
    counted = levels.group_by("old", "new").len().sort("old", "new")
    return tuple(Flips(old, new, count) for old, new, count in counted.rows())


def _share(parts: pl.Series) -> ComponentShare:
    sizes = parts.abs()
    peak = sizes.arg_max()
    largest = 0.0 if peak is None else float(parts[peak])
    return ComponentShare(parts.name, _mean(parts) or 0.0, _mean(sizes) or 0.0, largest)


def _correlation(deltas: pl.DataFrame) -> float | None:
    found = deltas.select(pl.corr("old", "new", method="spearman")).item()
    return None if found is None or math.isnan(found) else float(found)


def _mean(column: pl.Series) -> float | None:
    found = column.mean()
    return found if isinstance(found, float) else None
