"""Stored readings beside the same readings computed afresh."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from dart_batch.domain.index.validation import Severity
from dart_batch.engine.schema import READING_SCHEMA
from dart_batch.engine.validation.check import Check, objections
from dart_batch.engine.validation.values import AGAIN

_CONTENT = [name for name in READING_SCHEMA if name != "session"]
_SCORED = [name for name in _CONTENT if name != "input_hash"]


@dataclass(frozen=True)
class Compared:
    """Rows with READING_SCHEMA: `stored` ones, and `fresh` ones of the same sessions; `ahead` answers those that would
    come of observations from after each session's as-of moment, and is asked only where something differs.
    """

    stored: pl.DataFrame
    fresh: pl.DataFrame
    ahead: Callable[[pl.DataFrame], pl.DataFrame]

    @cached_property
    def differing(self) -> pl.DataFrame:
        """Stored rows that differ in a byte, with what is fresh as NAME_fresh; whole frames are compared first."""
        if self.stored.equals(self.fresh):
            return self.stored.head(0).join(self.fresh, on="session", suffix="_fresh")
        joined = self.stored.join(self.fresh, on="session", suffix="_fresh", maintain_order="left")
        return joined.filter(pl.any_horizontal(_differs(name) for name in _CONTENT))

    @cached_property
    def foreseen(self) -> pl.DataFrame:
        """The differing rows that are to the byte what look-ahead gives."""
        if self.differing.is_empty():
            return self.differing
        ahead = self.ahead(self.differing.select(*READING_SCHEMA))
        joined = self.differing.join(ahead, on="session", suffix="_ahead")
        return joined.filter(~pl.any_horizontal(_differs(name, "_ahead") for name in _CONTENT))

    @cached_property
    def unexplained(self) -> pl.DataFrame:
        """The other differing rows."""
        return self.differing.join(self.foreseen.select("session"), on="session", how="anti", maintain_order="left")


def _differs(name: str, suffix: str = "_fresh") -> pl.Expr:
    return pl.col(name).ne_missing(pl.col(f"{name}{suffix}"))


def _look_ahead(rows: Compared) -> pl.DataFrame:
    return objections(rows.foreseen, pl.lit(True), pl.col("value"), pl.col("value_fresh"))


def _lineage(rows: Compared) -> pl.DataFrame:
    return objections(rows.unexplained, _differs("input_hash"), pl.col("input_hash"), pl.col("input_hash_fresh"))


def _recomputation(rows: Compared) -> pl.DataFrame:
    parts = [pl.when(_differs(name)).then(pl.lit(name)) for name in _SCORED]
    wrong = pl.any_horizontal(_differs(name) for name in _SCORED)
    names = pl.concat_str(parts, separator=", ", ignore_nulls=True)
    return objections(rows.unexplained, wrong, pl.col("value"), pl.col("value_fresh"), names)


LOOK_AHEAD = Check(
    "look-ahead",
    Severity.ERROR,
    "The reading is what comes of observations that were known only after its session's as-of moment.",
    "Whatever wrote it knew the future. " + AGAIN,
    _look_ahead,
)
LINEAGE = Check(
    "lineage",
    Severity.ERROR,
    "The input hash is not that of the observations the reading's job was pinned to.",
    "Check the observation store against its backup, then compute the sessions anew.",
    _lineage,
)
RECOMPUTATION = Check(
    "recomputation",
    Severity.ERROR,
    "Computing the reading afresh, from the observations its job was pinned to, gives other bytes.",
    AGAIN,
    _recomputation,
)
RECOMPUTED_CHECKS = (LOOK_AHEAD, LINEAGE, RECOMPUTATION)
