"""Looks at the observation store of a market."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from dart_batch.application.job_types.validation.examining import Ground, attributed
from dart_batch.application.ports.calendar import TradingCalendar
from dart_batch.application.ports.market_data import MarketData
from dart_batch.domain.index.definition import StockRules
from dart_batch.domain.job.chunk import Chunk
from dart_batch.engine.schema import KNOWN_AT
from dart_batch.engine.validation.check import Outcome, look, outcome, together
from dart_batch.engine.validation.observations import SERIES_CHECKS, UNIT_BREAK, SeriesRows, broken_units
from dart_batch.engine.validation.quotes import QUOTE_CHECKS, QuoteRows

_NOBODY = pl.DataFrame(schema={"session": pl.Date, "job_id": pl.String})


@dataclass(slots=True)
class ObservationsExaminer:
    """Looks at all series once, and at the quotes of each chunk with the session before; pinned to a revision.

    `names` are the series of the market, `panel` the first and last session with quotes (null: there are none).
    """

    market: str
    ground: Ground
    calendar: TradingCalendar
    market_data: MarketData
    revision: int
    names: Sequence[str]
    panel: tuple[date, date] | None
    rules: StockRules
    thorough: bool
    _series: pl.DataFrame | None = field(default=None)
    _found: Outcome | None = field(default=None)

    def examine(self, chunk: Chunk) -> Outcome:
        """Everything that the checks say about the chunk's days, with severity."""
        first, last = self.ground.of(chunk)
        parts = [self._of_series(first, last)]
        if self.panel and first <= self.panel[1] and last >= self.panel[0]:
            parts.append(self._of_quotes(first, last))
        return attributed(together(parts), _NOBODY)

    def _of_series(self, first: date, last: date) -> Outcome:
        """What of the checks over all series lies in the days; the counts are of these days' observations."""
        found, series = self._looked()
        inside = pl.col("session").is_between(first, last)
        findings = found.findings.filter(inside)
        objected = findings.group_by("code").agg(objections=pl.len().cast(pl.Int64))
        checked = pl.lit(series.filter(inside).height, dtype=pl.Int64).alias("checked")
        tally = found.tally.select("code", checked).join(objected, on="code", how="left", maintain_order="left")
        return Outcome(findings, tally.with_columns(pl.col("objections").fill_null(0)))

    def _looked(self) -> tuple[Outcome, pl.DataFrame]:
        if self._found is None or self._series is None:
            series = self.market_data.series(self.market, self.names, until=self.ground.last, revision=self.revision)
            rows = SeriesRows(series, self._closes(series["session"].min()), self._newest(series))
            parts = [look(SERIES_CHECKS, rows, series.height, thorough=self.thorough)]
            if self.panel:
                parts.append(outcome(UNIT_BREAK.code, broken_units(self._volumes()), 0))
            self._found, self._series = together(parts), series
        return self._found, self._series

    def _newest(self, series: pl.DataFrame) -> pl.Series:
        ends = [
            day for day in (series["session"].max(), self.panel[1] if self.panel else None) if isinstance(day, date)
        ]
        sessions = self.ground.calendar.filter(self.ground.calendar <= max(ends)) if ends else self.ground.calendar
        return sessions.tail(1)

    def _volumes(self) -> pl.DataFrame:
        quotes = self.market_data.quotes(self.market, until=self.ground.last, revision=self.revision)
        means = quotes.filter(pl.col("volume") > 0).group_by("session").agg(level=pl.col("volume").mean())
        return means.select(pl.lit("volume").alias("name"), "session", "level").sort("session").collect()

    def _of_quotes(self, first: date, last: date) -> Outcome:
        since = self.ground.planned[max(bisect_left(self.ground.planned, first) - 1, 0)]
        quotes = self.market_data.quotes(self.market, until=last, revision=self.revision, since=min(since, first))
        frame = quotes.drop("source").collect()
        closes = self._closes(since, last)
        begin, end = self.panel or (first, last)
        rows = QuoteRows(frame, first, closes.filter(pl.col("session").is_between(begin, end)), self.rules)
        return look(QUOTE_CHECKS, rows, rows.judged.height, thorough=self.thorough)

    def _closes(self, first: object, last: date | None = None) -> pl.DataFrame:
        days = self.ground.calendar
        if isinstance(first, date):
            days = days.filter(days >= first)
        if last is not None:
            days = days.filter(days <= last)
        closes = [self.calendar.close_at(day) for day in days]
        return pl.DataFrame({"session": days, "close_at": pl.Series(closes, dtype=KNOWN_AT)})
