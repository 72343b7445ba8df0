"""From observations to readings."""

from datetime import date

import polars as pl

from dart_batch.domain.index.definition import Definition
from dart_batch.engine.axis import SessionAxis
from dart_batch.engine.components.readings import reading_frame
from dart_batch.engine.components.scores import Scorer
from dart_batch.engine.fingerprint import combine
from dart_batch.engine.inputs import Inputs, lanes_by_name, quote_features
from dart_batch.engine.lookback import input_reach, lookback_sessions
from dart_batch.engine.observations import epochs, landed, revisions
from dart_batch.engine.panel.stocks import StockFeatures, Stocks
from dart_batch.engine.schema import READING_SCHEMA


def compute(
    definition: Definition,
    axis: SessionAxis,
    series: pl.DataFrame,
    quotes: pl.LazyFrame | None = None,
    wanted: tuple[date, date] | None = None,
) -> pl.DataFrame:
    """Readings with READING_SCHEMA, one row per session of the axis inside `wanted` (both ends; all when None).

    `series` holds at least the columns of SERIES_COLUMNS, `quotes` of QUOTE_COLUMNS; None or no rows = no stock data.
    The axis should start `lookback_sessions(definition)` sessions up to and including the first wanted one, or where
    the market's history starts; with that, any split of the wanted range and any longer history give the same bits.
    A reading uses only observations known at its session's as-of moment. What is missing is null, never filled; a
    value below the minimum coverage is null with a reason.
    """
    first, stop = axis.span(*wanted) if wanted else (0, len(axis))
    if first >= stop:
        return pl.DataFrame(schema=READING_SCHEMA)
    begin = max(first + 1 - lookback_sessions(definition), 0)
    parts = [_readings(part) for part in prepare(definition, axis.slice(begin, stop), series, quotes, first - begin)]
    return pl.concat(parts)


def prepare(
    definition: Definition,
    axis: SessionAxis,
    series: pl.DataFrame,
    quotes: pl.LazyFrame | None,
    first: int,
    *,
    scored: bool = True,
) -> list[Inputs]:
    """Inputs of the sessions from index `first` to the end of the axis, one per epoch; unless `scored`, of the stocks
    only their fingerprints.
    """
    observations = landed(definition, axis, series)
    changes = revisions(definition, observations)
    wanted = quote_features(definition) if scored else frozenset()
    stocks = None
    if quotes is not None and definition.needs_quotes:
        stocks = Stocks(axis, quotes, definition.stocks, definition.min_fill, wanted)
        changes |= stocks.revisions
    prepared = []
    for epoch in epochs(first, len(axis), changes):
        features = StockFeatures.empty(len(axis), wanted)
        if stocks is not None:
            reach = input_reach(definition)["quotes"] + definition.carry
            features = stocks.features(max(epoch[0] + 1 - reach, 0), epoch[1])
        prepared.append(Inputs(definition, axis, observations, features, epoch))
    return prepared


def _readings(inputs: Inputs) -> pl.DataFrame:
    days = inputs.axis.days[inputs.positions]
    hashes = combine(inputs.definition.scoring_hash, days, lanes_by_name(inputs.windows()))
    components = Scorer(inputs.definition, inputs).components()
    return reading_frame(inputs.definition, days, components, hashes)
