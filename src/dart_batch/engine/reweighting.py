"""Readings with other weights: the stored scores of their components, put together anew."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from dart_batch.domain.index.definition import Component, Definition, Indicator
from dart_batch.engine.axis import Int64
from dart_batch.engine.components.readings import reading_frame
from dart_batch.engine.components.scores import ComponentScores, IndicatorScores, labels
from dart_batch.engine.schema import READING_SCHEMA
from dart_batch.engine.stored_json import decoded
from dart_batch.engine.windows import F64

_INDICATOR = pl.Struct({"raw": pl.Float64, "score": pl.Float64, "source": pl.String})


def reweight(definition: Definition, stored: pl.DataFrame) -> pl.DataFrame:
    """Readings with READING_SCHEMA, one per row of `stored` (session, components, input_hash), in its order.

    The readings were computed with a definition of the same `scoring_hash`, from the same observations; the answer is
    to the bit what `compute` gives with `definition`.
    """
    if stored.is_empty():
        return pl.DataFrame(schema=READING_SCHEMA)
    days = stored["session"].cast(pl.Int32).cast(pl.Int64).to_numpy()
    return reading_frame(definition, days, stored_scores(definition, stored["components"]), stored["input_hash"])


def stored_scores(definition: Definition, components: pl.Series) -> list[ComponentScores]:
    """What Scorer answered when the readings were computed, from their components (JSON), one value per reading.

    Of the age of a component's indicators only the greatest is stored, so all of them have it.
    """
    shape = pl.Struct({component.name: _shape(component) for component in definition.components})
    found = decoded(components, shape).struct
    return [_component(component, found.field(component.name)) for component in definition.components]


def _shape(component: Component) -> pl.Struct:
    indicators = pl.Struct({indicator.name: _INDICATOR for indicator in component.indicators})
    return pl.Struct({"score": pl.Float64, "coverage": pl.Float64, "imputed": pl.Int64, "indicators": indicators})


def _component(component: Component, stored: pl.Series) -> ComponentScores:
    age = stored.struct.field("imputed").to_numpy()
    inside = stored.struct.field("indicators").struct
    indicators = tuple(_indicator(indicator, inside.field(indicator.name), age) for indicator in component.indicators)
    return ComponentScores(component, indicators, _column(stored, "score"), _column(stored, "coverage"))


def _indicator(indicator: Indicator, stored: pl.Series, age: Int64) -> IndicatorScores:
    used = _positions(stored.struct.field("source"), labels(indicator.sources))
    return IndicatorScores(indicator, _column(stored, "raw"), _column(stored, "score"), used, age)


def _positions(names: pl.Series, known: Sequence[str]) -> Int64:
    first = {name: known.index(name) for name in known}
    found = names.replace_strict(list(first), list(first.values()), default=None, return_dtype=pl.Int64)
    return found.fill_null(-1).to_numpy()


def _column(stored: pl.Series, name: str) -> F64:
    return np.array(stored.struct.field(name).fill_null(float("nan")), dtype=float)
