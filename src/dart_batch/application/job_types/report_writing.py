"""Writing the reports of one job."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import polars as pl

from dart_batch.application.definitions import definition_of, resolve_definition
from dart_batch.application.ports.artefacts import ArtefactFiles
from dart_batch.application.ports.market_data import MarketData
from dart_batch.application.ports.reports import Report, ReportWriter
from dart_batch.application.ports.unit_of_work import ChunkOutcome, UnitOfWork, UnitOfWorkFactory
from dart_batch.domain.index.definition import Definition
from dart_batch.domain.index.publication import Segment
from dart_batch.domain.index.validation import CheckResult
from dart_batch.domain.job.artefact import Artefact, safe_name
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.periods import Period
from dart_batch.domain.job.reporting import ReportFormat, Reporting
from dart_batch.engine.report.contributions import component_values
from dart_batch.engine.report.forward_returns import closing_prices
from dart_batch.engine.report.study import study

CLOSE = "_close"
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


@dataclass(frozen=True, slots=True)
class Source:
    """Everything published of one index, with its components and the prices it is compared with (null: none)."""

    readings: pl.DataFrame
    components: pl.DataFrame
    prices: pl.DataFrame | None
    price_series: str


def reportable(spans: Spans, period: Period) -> bool:
    """Whether the period touches the days from the first to the last session that is published."""
    return bool(spans) and spans[0][0] <= str(period.last) and str(period.first) <= spans[-1][1]


def subjects_of(shown: Mapping[Pair, Spans], periods: Sequence[Period]) -> list[Subject]:
    """The reports of a job in their order: by index, market and period."""
    return [
        Subject(index, market, period, spans)
        for (index, market), spans in shown.items()
        for period in periods
        if reportable(spans, period)
    ]


@dataclass(slots=True)
class ReportWork:
    """Reads an index once for all of its periods, and keeps no other."""

    job: BatchJob
    wanted: Reporting
    subjects: list[Subject]
    uow: UnitOfWorkFactory
    market_data: MarketData
    writer: ReportWriter
    files: ArtefactFiles
    _kept: tuple[Pair, Source] | None = None
    _definitions: dict[str, Definition] = field(default_factory=dict)

    def process(self, chunk: Chunk) -> dict[str, bytes]:
        """The files of the report by name, not written yet."""
        subject = self.subjects[chunk.number - 1]
        report = self._report(subject)
        return {self._name(chunk, subject, kind): self.writer.write(report, kind) for kind in self.wanted.formats}

    def sessions(self, market: str) -> Sequence[date]:
        """None: it computes no sessions."""
        return ()

    def store(self, uow: UnitOfWork, chunk: Chunk, result: dict[str, bytes], at: datetime) -> ChunkOutcome:
        """Put the files in place and record them; a report that is written again replaces what it had left."""
        for name, content in result.items():
            self.files.write(self.job.id, name, content)
        made = [self._artefact(chunk, name, content, at) for name, content in result.items()]
        uow.artefacts.replace(self.job.id, chunk.number, made)
        sizes = ", ".join(f"{one.format} {one.size / 1000:,.0f} kB" for one in made)
        return ChunkOutcome(1, said=f"{chunk.market} {self.subjects[chunk.number - 1].period.label}: {sizes}")

    def check(self, uow: UnitOfWork) -> list[CheckResult]:
        """That every file of every report is there and is what was recorded."""
        recorded = uow.artefacts.of(self.job.id)
        expected = len(self.subjects) * len(self.wanted.formats)
        damaged = [one.name for one in recorded if not intact(one, self.files.read(self.job.id, one.name))]
        objections = len(damaged) + abs(expected - len(recorded))
        return [CheckResult("files-whole", "error", expected, objections, tuple(damaged[:5]))]

    def conclude(self, uow: UnitOfWork, at: datetime) -> list[str]:
        """Nothing is published."""
        return []

    def _report(self, subject: Subject) -> Report:
        source, period = self._source(subject), subject.period
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
            definition=self._definition(source.readings, period),
            period=period,
            language=self.wanted.language,
            study=found,
            prices=source.price_series,
            revision=self._revision(subject.market),
        )

    def _source(self, subject: Subject) -> Source:
        pair = subject.index, subject.market
        if self._kept is None or self._kept[0] != pair:
            self._kept = None
            self._kept = pair, self._read(subject)
        return self._kept[1]

    def _read(self, subject: Subject) -> Source:
        segments = [
            Segment(date.fromisoformat(first), date.fromisoformat(last), *ids) for first, last, *ids in subject.spans
        ]
        with self.uow() as uow:
            shown = uow.generations.shown(subject.market, segments)
        readings = _with_jobs(shown, segments)
        newest = self._definition_by(readings["definition_hash"][-1], subject.index)
        series = self.wanted.price_series or next((name for name in newest.series_inputs if name.endswith(CLOSE)), "")
        prices = self._prices(subject.market, series, readings["session"][-1])
        return Source(readings, component_values(readings), prices, series)

    def _prices(self, market: str, series: str, until: date) -> pl.DataFrame | None:
        if not series:
            return None
        found = self.market_data.series(market, [series], until=until, revision=self._revision(market))
        return None if found.is_empty() else closing_prices(found)

    def _definition(self, readings: pl.DataFrame, period: Period) -> Definition:
        """That of the last reading up to the period's end."""
        place = max(readings["session"].search_sorted(period.last, "right") - 1, 0)
        return self._definition_by(readings["definition_hash"][place], "")

    def _definition_by(self, content_hash: str, name: str) -> Definition:
        if content_hash not in self._definitions:
            with self.uow() as uow:
                self._definitions[content_hash] = definition_of(uow, content_hash) or resolve_definition(uow, name)
        return self._definitions[content_hash]

    def _revision(self, market: str) -> int:
        return int(self.job.plan["dataRevisions"][market])

    def _name(self, chunk: Chunk, subject: Subject, kind: ReportFormat) -> str:
        number = f"{chunk.number:0{len(str(len(self.subjects)))}}"
        language = self.wanted.language.value
        return safe_name(number, subject.market, subject.index, subject.period.label, language) + f".{SUFFIXES[kind]}"

    def _artefact(self, chunk: Chunk, name: str, content: bytes, at: datetime) -> Artefact:
        kind = name.rpartition(".")[2].upper()
        subject, sha256 = self.subjects[chunk.number - 1], hashlib.sha256(content).hexdigest()
        return Artefact(
            self.job.id,
            chunk.number,
            name,
            kind,
            len(content),
            sha256,
            at,
            subject.market,
            subject.index,
            subject.period.label,
            self.wanted.language.value,
        )


def intact(artefact: Artefact, content: bytes | None) -> bool:
    """Whether this is what was recorded."""
    return content is not None and hashlib.sha256(content).hexdigest() == artefact.sha256


def _with_jobs(shown: pl.DataFrame, segments: Sequence[Segment]) -> pl.DataFrame:
    """The readings with the job that each came from."""
    starts = pl.DataFrame(
        {"session": [one.first for one in segments], "job_id": [one.job_id for one in segments]},
        schema={"session": pl.Date, "job_id": pl.String},
    )
    return shown.sort("session").join_asof(starts.sort("session"), on="session").rechunk()
