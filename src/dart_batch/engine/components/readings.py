"""Scores to rows with READING_SCHEMA."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from dart_batch.domain.index.definition import Definition
from dart_batch.domain.index.level import Level
from dart_batch.engine.axis import Int64
from dart_batch.engine.components.scores import ComponentScores, IndicatorScores, labels
from dart_batch.engine.schema import READING_SCHEMA
from dart_batch.engine.windows import F64, divide

COVERAGE_DIGITS = 12


def reading_frame(
    definition: Definition, days: Int64, components: Sequence[ComponentScores], input_hashes: Sequence[str] | pl.Series
) -> pl.DataFrame:
    """One row per day (days since 1970): value, level, coverage, components as JSON, input hash, reason.

    The value is the sum of the contributions, score x weight / weight present; null below the minimum coverage.
    """
    present = _present_weight(components)
    coverage = np.round(present, COVERAGE_DIGITS)
    parts = [_contribution(part, np.where(coverage == 1.0, 1.0, present)) for part in components]
    value = np.zeros(len(days))
    for _, contribution in parts:
        value += np.where(np.isnan(contribution), 0.0, contribution)
    published = (coverage >= definition.minimum_coverage - 1e-9) & (coverage > 0.0)
    value = np.where(published, np.clip(value, 0.0, 100.0), np.nan)
    frame = pl.DataFrame(
        {
            "session": pl.Series(days).cast(pl.Int32).cast(pl.Date),
            "value": _nullable(value),
            "coverage": pl.Series(coverage),
            "input_hash": pl.Series(input_hashes, dtype=pl.String),
        }
    )
    shares = pl.struct(
        _component(part, *extra).alias(part.component.name) for part, extra in zip(components, parts, strict=True)
    )
    frame = frame.with_columns(shares.struct.json_encode().alias("components"))
    return frame.with_columns(_level(definition), _reason(definition, components)).select(*READING_SCHEMA)


def _present_weight(components: Sequence[ComponentScores]) -> F64:
    present = np.zeros(len(components[0].score))
    for part in components:
        present += np.where(np.isnan(part.score), 0.0, part.component.weight)
    return present


def _contribution(part: ComponentScores, present: F64) -> tuple[F64, F64]:
    effective = np.where(np.isnan(part.score), np.nan, divide(part.component.weight, present))
    return effective, effective * part.score


def _component(part: ComponentScores, effective: F64, contribution: F64) -> pl.Expr:
    first = part.indicators[0]
    imputed = np.maximum.reduce([indicator.age for indicator in part.indicators])
    return pl.struct(
        _nullable(first.raw).alias("raw"),
        _nullable(part.score).alias("score"),
        pl.lit(part.component.weight).alias("weight"),
        _nullable(effective).alias("effectiveWeight"),
        _nullable(contribution).alias("contribution"),
        pl.Series(part.coverage).alias("coverage"),
        _component_source(part).alias("source"),
        pl.Series(imputed).alias("imputed"),
        pl.struct(_indicator(indicator).alias(indicator.indicator.name) for indicator in part.indicators).alias(
            "indicators"
        ),
    )


def _indicator(scores: IndicatorScores) -> pl.Expr:
    return pl.struct(
        _nullable(scores.raw).alias("raw"),
        _nullable(scores.score).alias("score"),
        _source(scores).alias("source"),
    )


def _source(scores: IndicatorScores) -> pl.Series:
    names = pl.Series(labels(scores.indicator.sources), dtype=pl.String)
    used = pl.Series(scores.used)
    return names.gather(used.set(used < 0, None).cast(pl.UInt32))


def _component_source(part: ComponentScores) -> pl.Expr:
    """The first proxy among the indicators present, else `observed`, else null."""
    sources = [pl.lit(_source(scores)) for scores in part.indicators]
    proxies = [pl.when(source != "observed").then(source) for source in sources]
    return pl.coalesce(*proxies, *sources)


def _level(definition: Definition) -> pl.Expr:
    value = pl.col("value")
    bounded = reversed(list(zip(definition.levels, Level, strict=False)))
    level: pl.Expr = pl.when(value.is_not_null()).then(pl.lit(Level.EXTREME_GREED.value))
    for bound, lower in bounded:
        level = pl.when(value <= bound).then(pl.lit(lower.value)).otherwise(level)
    return level.alias("level")


def _reason(definition: Definition, components: Sequence[ComponentScores]) -> pl.Expr:
    missing = [
        pl.when(pl.lit(pl.Series(np.isnan(part.score)))).then(pl.lit(part.component.name)) for part in components
    ]
    coverage = (pl.col("coverage") * 100).round().cast(pl.Int64)
    figure = pl.format("{}.{}", coverage // 100, (coverage % 100).cast(pl.String).str.zfill(2))
    minimum = f"is below the minimum {definition.minimum_coverage:.2f}:"
    text = pl.format(
        "coverage {} " + minimum + " {} missing", figure, pl.concat_str(missing, separator=", ", ignore_nulls=True)
    )
    return pl.when(pl.col("value").is_null()).then(text).alias("withheld_reason")


def _nullable(column: F64) -> pl.Series:
    return pl.Series(column, dtype=pl.Float64, nan_to_null=True)
