"""Two sides of an index beside each other: what both have is compared, what only one has is counted."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from dart_batch.application.difference_views import exact_moment, figures_view
from dart_batch.domain.index.side import Side
from dart_batch.engine.comparison import COMPARED, Comparison, compare
from dart_batch.engine.comparison_summary import summarise

_NO_PARTS = pl.lit("{}").alias("components")


@dataclass(frozen=True, slots=True)
class Beside:
    """The sessions of both sides compared, and how many sessions only one of them has."""

    comparison: Comparison
    only_old: int
    only_new: int


def beside(old: pl.DataFrame, new: pl.DataFrame) -> Beside:
    """Compare readings (columns as in the index queries, at most one row per session). Without the column `components`
    on both sides there is no attribution.
    """
    sides = _compared(old), _compared(new)
    common = [one.join(other, on="session", how="semi") for one, other in (sides, sides[::-1])]
    only = [side.height - shared.height for side, shared in zip(sides, common, strict=True)]
    return Beside(compare(*common), *only)


def beside_view(market: str, sides: tuple[Side, Side], found: Beside) -> dict[str, Any]:
    """Market, both sides, the figures, and how many sessions only one side has; `items` are not in it."""
    head = {"market": market, "old": side_view(sides[0]), "new": side_view(sides[1])}
    only = {"onlyOld": found.only_old, "onlyNew": found.only_new}
    return head | only | figures_view(summarise(found.comparison))


def side_view(side: Side) -> dict[str, Any]:
    """A side in camelCase."""
    return {"definition": side.definition, "asOf": side.as_of and exact_moment(side.as_of), "jobId": side.job_id}


def _compared(readings: pl.DataFrame) -> pl.DataFrame:
    whole = readings if "components" in readings.columns else readings.with_columns(_NO_PARTS)
    return whole.rename({"date": "session"}).select(list(COMPARED))
