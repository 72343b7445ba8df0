"""From what is published of an index to the files of its reports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from dart_batch.application.definitions import UnknownDefinition
from dart_batch.application.ports.reports import Report, ReportWriter
from dart_batch.domain.index.definition import Definition
from dart_batch.domain.job.artefact import safe_name
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.periods import Period
from dart_batch.domain.job.reporting import ReportFormat, Reporting
from dart_batch.engine.report.study import study

SUFFIXES = {kind: kind.value.lower() for kind in ReportFormat}
Pair = tuple[str, str]
Spans = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Subject:
    """What one report is about; `spans` is what the index showed when the job was planned."""

    index: str
    market: str
    period: Period
    spans: Spans

    @property
    def pair(self) -> Pair:
        """What tells its source from others."""
        return self.index, self.market


@dataclass(frozen=True, slots=True)
class Source:
    """Everything published of one index, with its components and the prices it is compared with (null: none), and the
    definitions of its readings, by hash. `revision` is that of the market's data.
    """

    readings: pl.DataFrame
    components: pl.DataFrame
    prices: pl.DataFrame | None
    price_series: str
    definitions: Mapping[str, Definition]
    revision: int

    def definition(self, period: Period) -> Definition:
        """That of the last reading up to the period's end. Raises UnknownDefinition."""
        place = max(self.readings["session"].search_sorted(period.last, "right") - 1, 0)
        content_hash = self.readings["definition_hash"][place]
        if content_hash not in self.definitions:
            raise UnknownDefinition(f"The definition of the readings up to {period.last} is not stored here.")
        return self.definitions[content_hash]


@dataclass(frozen=True, slots=True)
class Press:
    """Makes the files of the reports of a job, by the number of their chunks, from `sources` alone."""

    wanted: Reporting
    subjects: Sequence[Subject]
    writer: ReportWriter
    sources: Mapping[Pair, Source]

    def files(self, chunk: Chunk) -> dict[str, bytes]:
        """By name. Raises UnknownDefinition."""
        subject = self.subjects[chunk.number - 1]
        report = self._report(subject, self.sources[subject.pair])
        return {self._name(chunk, subject, kind): self.writer.write(report, kind) for kind in self.wanted.formats}

    def _report(self, subject: Subject, source: Source) -> Report:
        period = subject.period
        before, ago = period.before, period.year_before
        found = study(
            source.readings,
            source.components,
            source.prices,
            (period.first, period.last),
            (before.first, before.last),
            (ago.first, ago.last),
        )
        return Report(
            market=subject.market,
            index=subject.index,
            definition=source.definition(period),
            period=period,
            language=self.wanted.language,
            study=found,
            prices=source.price_series,
            revision=source.revision,
        )

    def _name(self, chunk: Chunk, subject: Subject, kind: ReportFormat) -> str:
        number = f"{chunk.number:0{len(str(len(self.subjects)))}}"
        language = self.wanted.language.value
        return safe_name(number, subject.market, subject.index, subject.period.label, language) + f".{SUFFIXES[kind]}"
