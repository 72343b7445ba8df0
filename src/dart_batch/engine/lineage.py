"""Which observations a reading came from."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from dart_batch.domain.index.definition import Definition
from dart_batch.engine.axis import SessionAxis
from dart_batch.engine.compute import prepare
from dart_batch.engine.fingerprint import combine, hexadecimal
from dart_batch.engine.inputs import InputWindow, lanes_by_name
from dart_batch.engine.lookback import lookback_sessions
from dart_batch.engine.panel.vintages import day


@dataclass(frozen=True, slots=True)
class InputLineage:
    """The observations of one input inside a reading's look-back: their first and last day (null when there is none),
    how many there are, and their fingerprint (32 hex)."""

    name: str
    first: date | None
    last: date | None
    rows: int
    hash: str


@dataclass(frozen=True, slots=True)
class Lineage:
    """All inputs of one reading; `input_hash` combines them and equals the reading's."""

    session: date
    definition_hash: str
    input_hash: str
    inputs: tuple[InputLineage, ...]


def lineage(
    definition: Definition, axis: SessionAxis, session: date, series: pl.DataFrame, quotes: pl.LazyFrame | None = None
) -> Lineage:
    """Where the reading of one session came from; arguments as for `compute`.

    Raises UnknownSession when the axis does not hold the session.
    """
    position = axis.position(session)
    begin = max(position + 1 - lookback_sessions(definition), 0)
    inputs = prepare(definition, axis.slice(begin, position + 1), series, quotes, position - begin)[0]
    windows = inputs.windows()
    combined = combine(definition.scoring_hash, axis.days[[position]], lanes_by_name(windows))
    parts = sorted((_of_window(window) for window in windows), key=lambda part: part.name)
    return Lineage(session, definition.content_hash, combined[0], tuple(parts))


def _of_window(window: InputWindow) -> InputLineage:
    inside = slice(int(window.start[0]), int(window.stop[0]))
    counts, days = window.column.counts[inside], window.column.days[inside]
    held = np.flatnonzero(counts)
    first, last = (day(days[held[0]]), day(days[held[-1]])) if len(held) else (None, None)
    return InputLineage(window.name, first, last, int(counts.sum()), hexadecimal(window.lanes)[0])
