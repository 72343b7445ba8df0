"""Expressions to columns."""

import numpy as np

from dart_batch.domain.index.expression import Call, Expression, Number, QuotesInput, SeriesInput
from dart_batch.engine.operations import OPERATIONS
from dart_batch.engine.tracks import Track
from dart_batch.engine.windows import F64


class Evaluator:
    """Computes expressions on one track; equal parts of different formulas are computed once."""

    def __init__(self, track: Track, fill: float) -> None:
        self.track, self.fill = track, fill
        self.done: dict[Expression, F64] = {}

    def column(self, expression: Expression) -> F64:
        """Value of the expression on every row of the track, NaN where it is missing or not finite."""
        if expression not in self.done:
            with np.errstate(all="ignore"):
                values = self._compute(expression)
            self.done[expression] = np.where(np.isfinite(values), values, np.nan)
        return self.done[expression]

    def _compute(self, expression: Expression) -> F64:
        match expression:
            case Call(operation=name, operands=operands, parameters=parameters):
                columns = [self.column(operand) for operand in operands]
                return OPERATIONS[name].kernel(columns, dict(parameters), self.fill)
            case Number(number=number):
                return np.full(len(self.track.visible), number)
            case SeriesInput(series=name):
                return self.track.columns[name].values
            case QuotesInput(feature=feature):
                return self.track.columns[f"quotes.{feature}"].values
