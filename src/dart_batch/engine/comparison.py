"""Two sets of readings side by side: what changed, by how much, and which component made it so."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from dart_batch.engine.stored_json import decoded
from dart_batch.engine.windows import F64

COMPARED: dict[str, type[pl.DataType]] = {
    "session": pl.Date,
    "value": pl.Float64,
    "level": pl.String,
    "coverage": pl.Float64,
    "components": pl.String,
    "definition_hash": pl.String,
}
_PART = pl.Struct({"score": pl.Float64, "effectiveWeight": pl.Float64})


@dataclass(frozen=True)
class Comparison:
    """One row per session of either side, ascending.

    `frame`: session, old, new, delta (null unless both sides have a value), old_level, new_level, old_coverage,
    new_coverage. `attribution`: one column per component, points of the index; the columns of a row add up to its delta
    and are null where the delta is.
    """

    frame: pl.DataFrame
    attribution: pl.DataFrame

    @property
    def components(self) -> list[str]:
        """Names of the components of both sides, those of the old side first."""
        return self.attribution.columns

    @property
    def table(self) -> pl.DataFrame:
        """Both frames as one; a component's column is called `by_NAME`."""
        return self.frame.hstack(self.attribution.rename(lambda name: f"by_{name}"))


def compare(old: pl.DataFrame, new: pl.DataFrame) -> Comparison:
    """Compare readings with the columns COMPARED, at most one row per session on either side.

    With w the effective weights (share among the present components, 0 when missing) and s the scores, a component's
    part of the change from V to V' is w'(s' - V) - w(s - V): weight that moves to a component counts by how far its
    score lies from the old value, and so do a component that appears or disappears and weight that is shared out anew;
    a score that moves counts with its new weight. As effective weights add up to 1, the parts add up to V' - V. This is
    the attribution of Brinson and Fachler (1985), "Measuring Non-US Equity Portfolio Performance", with the old value
    as its benchmark and the interaction counted to the selection.
    """
    names = list(dict.fromkeys([*component_names(old), *component_names(new)]))
    both = _aligned(old, new)
    frame = both.select(
        "session",
        old="value",
        new="value_new",
        delta=pl.col("value_new") - pl.col("value"),
        old_level="level",
        new_level="level_new",
        old_coverage="coverage",
        new_coverage="coverage_new",
    )
    before, after = (_parts(both[column], names) for column in ("components", "components_new"))
    base = _floats(frame["old"])
    lost = frame["delta"].is_null().to_numpy()
    shares = {
        name: pl.Series(
            np.where(lost, np.nan, _pull(*after[name], base) - _pull(*before[name], base)), nan_to_null=True
        )
        for name in names
    }
    return Comparison(frame, pl.DataFrame(shares))


def component_names(readings: pl.DataFrame) -> list[str]:
    """Names of the components of the readings, in their definitions' order."""
    examples = readings.unique("definition_hash", keep="first", maintain_order=True)["components"].to_list()
    return list(dict.fromkeys(name for text in examples for name in json.loads(text)))


def _aligned(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    sides = [side.select(list(COMPARED)[:-1]) for side in (old, new)]
    return sides[0].join(sides[1], on="session", how="full", coalesce=True, suffix="_new").sort("session")


def _parts(components: pl.Series, names: Sequence[str]) -> dict[str, tuple[F64, F64]]:
    """Score and effective weight by component, NaN where it is missing."""
    found = decoded(components, pl.Struct(dict.fromkeys(names, _PART))).struct
    fields = {name: found.field(name).struct for name in names}
    return {
        name: (_floats(part.field("score")), _floats(part.field("effectiveWeight"))) for name, part in fields.items()
    }


def _pull(score: F64, weight: F64, base: F64) -> F64:
    """How far a component pulls the index away from `base`: 0 where it is missing."""
    pull = weight * (score - base)
    return np.where(np.isnan(score), 0.0, pull)


def _floats(column: pl.Series) -> F64:
    return np.array(column.fill_null(float("nan")), dtype=float)
