"""Stored readings as the checks of their families see them."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import polars as pl

from dart_batch.domain.index.definition import Definition
from dart_batch.engine.stored_json import decoded

CONTEXT = 15
_FIGURES = ("raw", "score", "weight", "effectiveWeight", "contribution", "coverage")


@dataclass(frozen=True)
class SessionRows:
    """Rows (session, value, ...) in their order, those before `first` for context only; `expected` are the sessions
    that should be there from `first` on, `calendar` all sessions of the market around them, both ascending. `usual` is
    the usual size of a move; null when there is none.
    """

    frame: pl.DataFrame
    first: date
    expected: pl.Series
    calendar: pl.Series
    usual: float | None = None

    @cached_property
    def judged(self) -> pl.DataFrame:
        """The rows that the checks are about."""
        return self.frame.filter(pl.col("session") >= self.first)


@dataclass(frozen=True)
class Scored:
    """Readings (READING_SCHEMA) of one definition, those before `first` for context only."""

    frame: pl.DataFrame
    first: date
    definition: Definition

    @cached_property
    def judged(self) -> pl.DataFrame:
        """The rows that the checks are about."""
        return self.frame.filter(pl.col("session") >= self.first)

    @cached_property
    def components(self) -> pl.DataFrame:
        """A row per reading and component, context included: session, name, declared (weight), and what is stored of
        it; all of that is null where the component is not stored, or the JSON is none.
        """
        shape = pl.Struct({name: pl.Float64 for name in _FIGURES})
        names = [component.name for component in self.definition.components]
        stored = _readable(self.frame["components"], pl.Struct({name: shape for name in names}))
        sessions = self.frame.select("session")
        parts = [
            sessions.hstack(stored.struct.field(part.name).alias("it").to_frame().unnest("it")).with_columns(
                name=pl.lit(part.name), declared=pl.lit(part.weight)
            )
            for part in self.definition.components
        ]
        return pl.concat(parts)

    @cached_property
    def judged_components(self) -> pl.DataFrame:
        """The components of the rows that the checks are about."""
        return self.components.filter(pl.col("session") >= self.first)


def usual_move(readings: pl.DataFrame) -> float | None:
    """Median size of the moves of `value` from row to row; null without one that is positive."""
    spread = readings["value"].diff().abs().median()
    return float(spread) if isinstance(spread, float) and spread > 0 else None


def _readable(texts: pl.Series, shape: pl.DataType) -> pl.Series:
    """As `decoded`, but null for what is not of this shape, found by halving."""
    try:
        return decoded(texts, shape)
    except pl.exceptions.ComputeError:
        if len(texts) == 1:
            return pl.Series([None], dtype=shape)
    middle = len(texts) // 2
    return pl.concat([_readable(texts[:middle], shape), _readable(texts[middle:], shape)])
