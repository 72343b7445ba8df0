"""Scores of sources, indicators and components on the wanted sessions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dart_batch.domain.index.definition import Component, Definition, Direction, Indicator, Rows, Source
from dart_batch.engine.axis import Int64
from dart_batch.engine.components.evaluate import Evaluator
from dart_batch.engine.inputs import Inputs
from dart_batch.engine.normalise import score
from dart_batch.engine.tracks import Track
from dart_batch.engine.windows import F64, divide


@dataclass(frozen=True, eq=False)
class IndicatorScores:
    """One value per wanted session. `used` is the index of the source the score comes from, -1 when it is missing;
    `age` the sessions it was carried over, 0 when it is of the session itself or missing."""

    indicator: Indicator
    raw: F64
    score: F64
    used: Int64
    age: Int64


@dataclass(frozen=True, eq=False)
class ComponentScores:
    """The component's indicators, the mean of their present scores, and the share of them that is present."""

    component: Component
    indicators: tuple[IndicatorScores, ...]
    score: F64
    coverage: F64


class Scorer:
    """Scores everything of one definition on the inputs of one epoch."""

    def __init__(self, definition: Definition, inputs: Inputs) -> None:
        self.definition, self.inputs = definition, inputs
        self._evaluators: dict[int, Evaluator] = {}

    def components(self) -> list[ComponentScores]:
        """All components, in the definition's order."""
        return [self._component(component) for component in self.definition.components]

    def _component(self, component: Component) -> ComponentScores:
        indicators = tuple(self._indicator(indicator) for indicator in component.indicators)
        total, present = np.zeros(len(self.inputs.positions)), np.zeros(len(self.inputs.positions))
        for indicator in indicators:
            total += np.where(np.isnan(indicator.score), 0.0, indicator.score)
            present += ~np.isnan(indicator.score)
        return ComponentScores(component, indicators, divide(total, present), present / len(indicators))

    def _indicator(self, indicator: Indicator) -> IndicatorScores:
        length = len(self.inputs.positions)
        raw, found = np.full(length, np.nan), np.full(length, np.nan)
        used, age = np.full(length, -1, dtype=np.int64), np.zeros(length, dtype=np.int64)
        for number, source in enumerate(indicator.sources):
            open_ = np.isnan(found)
            if not open_.any():
                break
            new_raw, new_score, new_age = self._source(source, indicator.direction)
            take = open_ & ~np.isnan(new_score)
            raw[take], found[take], age[take], used[take] = new_raw[take], new_score[take], new_age[take], number
        return IndicatorScores(indicator, raw, found, used, age)

    def _source(self, source: Source, direction: Direction) -> tuple[F64, F64, Int64]:
        track = self.inputs.track(source)
        evaluator = self._evaluators.setdefault(id(track), Evaluator(track, self.definition.min_fill))
        raw = evaluator.column(source.formula)
        scores = score(raw, source.normalisation, direction, self.definition.min_fill)
        rows, age = self._rows_to_use(track, scores)
        usable = (rows >= 0) & (age <= self.definition.carry)
        if not len(raw):
            return np.full(len(rows), np.nan), np.full(len(rows), np.nan), age
        return np.where(usable, raw[rows], np.nan), np.where(usable, scores[rows], np.nan), np.where(usable, age, 0)

    def _rows_to_use(self, track: Track, scores: F64) -> tuple[Int64, Int64]:
        """Track row whose score stands on each wanted session, and its age in sessions.

        Own rows: the last visible row. Sessions: the session itself, or the last one with a score.
        """
        rows = track.last_row(self.inputs.positions)
        if self.definition.rows is Rows.SESSIONS and self.definition.carry:
            scored = np.where(np.isnan(scores), -1, np.arange(len(scores)))
            rows = np.maximum.accumulate(scored)[rows]
        if not len(track.origin):
            return rows, np.zeros_like(rows)
        return rows, np.asarray(self.inputs.positions - track.origin[rows], dtype=np.int64)


def labels(sources: Sequence[Source]) -> list[str]:
    """How each source is named in a reading."""
    return [f"proxy:{source.proxy}" if source.proxy else "observed" for source in sources]
