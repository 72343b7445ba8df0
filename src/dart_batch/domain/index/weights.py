"""Other weights for the components of a definition."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from dart_batch.domain.errors import Refused
from dart_batch.domain.index.definition import Definition, replace_weights

SUM_TOLERANCE = 1e-9
FIELD = "newWeights"


class InvalidWeights(Refused):
    """The weights are not shares of the whole, or name what is no component."""

    code = "invalid-weights"
    hint = "Weights are 0 to 1 and add up to 1; a component that is not named weighs 0."


def reweighted(definition: Definition, weights: Mapping[str, float]) -> Definition:
    """The definition with these weights by component name, kept to the bit; a component not named weighs 0.

    The answer is the definition itself when nothing changes. Raises InvalidWeights.
    """
    names = [component.name for component in definition.components]
    _check(weights, names)
    given = [weights.get(name, 0.0) for name in names]
    if given == [component.weight for component in definition.components]:
        return definition
    return replace(definition, components=replace_weights(definition.components, given), varied=True)


def _check(weights: Mapping[str, float], names: Sequence[str]) -> None:
    if unknown := sorted(weights.keys() - set(names)):
        known = ", ".join(names)
        raise InvalidWeights(
            f"There is no component {', '.join(unknown)}; the definition has {known}.", unknown=unknown, field=FIELD
        )
    if wrong := [f"{name} {weight!r}" for name, weight in weights.items() if not 0.0 <= weight <= 1.0]:
        raise InvalidWeights(f"A weight lies between 0 and 1, not {', '.join(wrong)}.", field=FIELD)
    total = math.fsum(weights.values())
    if abs(total - 1.0) > SUM_TOLERANCE:
        raise InvalidWeights(f"The weights add up to {total:.12g}, not to 1.", field=FIELD)
