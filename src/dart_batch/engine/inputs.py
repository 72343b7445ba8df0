"""Everything one epoch of readings is computed from: its tracks, and the fingerprints of their windows."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from dart_batch.domain.index.definition import Definition, Rows, Source
from dart_batch.domain.index.expression import QuotesInput, SeriesInput, inputs
from dart_batch.engine.axis import Int64, SessionAxis
from dart_batch.engine.fingerprint import U64, window_lanes
from dart_batch.engine.lookback import input_reach, source_reach
from dart_batch.engine.observations import known_by
from dart_batch.engine.panel.stocks import StockFeatures
from dart_batch.engine.tracks import Column, Track, own_track, session_track


@dataclass(frozen=True, eq=False)
class InputWindow:
    """What readings look at of one input: for each reading the rows [start, stop) of `column`."""

    name: str
    column: Column
    start: Int64
    stop: Int64

    @property
    def lanes(self) -> U64:
        """Fingerprint of each reading's window, shape (2, readings)."""
        return window_lanes(self.column.lanes, self.start, self.stop)


class Inputs:
    """Inputs of the sessions [start, stop) of an axis, as known at the last of them."""

    def __init__(
        self,
        definition: Definition,
        axis: SessionAxis,
        observations: pl.DataFrame,
        stocks: StockFeatures,
        epoch: tuple[int, int],
    ) -> None:
        self.definition, self.axis, self.stocks = definition, axis, stocks
        self.positions: Int64 = np.arange(*epoch, dtype=np.int64)
        self._known = known_by(observations, epoch[1] - 1)
        self._tracks: dict[tuple[str, ...], Track] = {}

    def track(self, source: Source) -> Track:
        """The track the source's formula runs on."""
        names = self._track_names(source)
        if names not in self._tracks:
            self._tracks[names] = self._build(names)
        return self._tracks[names]

    def windows(self) -> list[InputWindow]:
        """Each input once, or once per combination of inputs where windows count own rows."""
        if self.definition.rows is Rows.OWN:
            return self._own_windows()
        track = self.track(next(self.definition.sources))
        reach = input_reach(self.definition)
        columns: dict[str, Column] = {name: track.columns[name] for name in self.definition.series_inputs}
        if "quotes" in reach:
            columns["quotes"] = Column(np.zeros(len(self.axis)), self.stocks.lanes, self.axis.days, self.stocks.counts)
        stop = self.positions + 1
        carry = self.definition.carry
        return [
            InputWindow(name, column, np.maximum(stop - reach[name] - carry, 0), stop)
            for name, column in columns.items()
        ]

    def _own_windows(self) -> list[InputWindow]:
        rows: dict[tuple[str, ...], int] = {}
        for source in self.definition.sources:
            names = self._track_names(source)
            rows[names] = max(rows.get(names, 0), *source_reach(source).values())
        found = []
        for names, reach in rows.items():
            track = self._tracks.get(names) or self._build(names)
            stop = track.last_row(self.positions) + 1
            label = "" if len(names) == 1 else f" with {', '.join(names)}"
            start = np.maximum(stop - reach, 0)
            found += [InputWindow(name + label, column, start, stop) for name, column in track.columns.items()]
        return found

    def _track_names(self, source: Source) -> tuple[str, ...]:
        if self.definition.rows is Rows.SESSIONS:
            return self.definition.series_inputs
        read = (part.series for part in inputs(source.formula) if isinstance(part, SeriesInput))
        return tuple(dict.fromkeys(read))

    def _build(self, names: tuple[str, ...]) -> Track:
        if self.definition.rows is Rows.OWN:
            return own_track(self.axis, self._known, names, int(self.positions[0]))
        track = session_track(self.axis, self._known, names)
        empty = np.zeros((2, len(self.axis)), dtype=np.uint64)
        for feature, values in self.stocks.values.items():
            track.columns[f"quotes.{feature}"] = Column(values, empty, self.axis.days, self.stocks.counts)
        return track


def quote_features(definition: Definition) -> frozenset[str]:
    """Names of the stock features the definition reads."""
    read = (part for source in definition.sources for part in inputs(source.formula))
    return frozenset(part.feature for part in read if isinstance(part, QuotesInput))


def lanes_by_name(windows: list[InputWindow]) -> Mapping[str, U64]:
    """Fingerprints of all windows, by input."""
    return {window.name: window.lanes for window in windows}
