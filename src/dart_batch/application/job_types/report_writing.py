"""Writing the reports of one job."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from dart_batch.application.definitions import definition_of, resolve_definition
from dart_batch.application.job_types.report_press import Pair, Press, Source, Spans, Subject
from dart_batch.application.ports.artefacts import ArtefactFiles
from dart_batch.application.ports.market_data import MarketData
from dart_batch.application.ports.reports import ReportWriter
from dart_batch.application.ports.unit_of_work import ChunkOutcome, UnitOfWork, UnitOfWorkFactory
from dart_batch.domain.index.definition import Definition
from dart_batch.domain.index.publication import Segment
from dart_batch.domain.index.validation import CheckResult
from dart_batch.domain.job.artefact import Artefact
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.periods import Period
from dart_batch.domain.job.reporting import Reporting
from dart_batch.engine.report.contributions import component_values
from dart_batch.engine.report.forward_returns import closing_prices

CLOSE = "_close"


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

    def process(self, chunk: Chunk) -> dict[str, bytes]:
        """The files of the report by name, not written yet."""
        subject = self.subjects[chunk.number - 1]
        return self._press({subject.pair: self._source(subject)}).files(chunk)

    def remote(self, stripe: Sequence[Chunk]) -> Callable[[Chunk], dict[str, bytes]]:
        """`process` for a run of chunks of one market, with what is published of each of their indices."""
        subjects = [self.subjects[chunk.number - 1] for chunk in stripe]
        return self._press({one.pair: self._source(one) for one in subjects}).files

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

    def _press(self, sources: Mapping[Pair, Source]) -> Press:
        return Press(self.wanted, self.subjects, self.writer, sources)

    def _source(self, subject: Subject) -> Source:
        if self._kept is None or self._kept[0] != subject.pair:
            self._kept = None
            self._kept = subject.pair, self._read(subject)
        return self._kept[1]

    def _read(self, subject: Subject) -> Source:
        segments = [
            Segment(date.fromisoformat(first), date.fromisoformat(last), *ids) for first, last, *ids in subject.spans
        ]
        with self.uow() as uow:
            shown = uow.generations.shown(subject.market, segments)
        readings = _with_jobs(shown, segments)
        definitions = self._definitions(readings["definition_hash"], subject.index)
        newest = definitions[readings["definition_hash"][-1]]
        series = self.wanted.price_series or next((name for name in newest.series_inputs if name.endswith(CLOSE)), "")
        revision = self._revision(subject.market)
        prices = self._prices(subject.market, series, readings["session"][-1])
        return Source(readings, component_values(readings), prices, series, definitions, revision)

    def _definitions(self, hashes: pl.Series, index: str) -> dict[str, Definition]:
        """Those that are stored, and for the last reading at least that of the index. Raises UnknownDefinition."""
        with self.uow() as uow:
            stored = {one: definition_of(uow, one) for one in hashes.unique()}
            found = {one: definition for one, definition in stored.items() if definition is not None}
            return found if hashes[-1] in found else found | {hashes[-1]: resolve_definition(uow, index)}

    def _prices(self, market: str, series: str, until: date) -> pl.DataFrame | None:
        if not series:
            return None
        found = self.market_data.series(market, [series], until=until, revision=self._revision(market))
        return None if found.is_empty() else closing_prices(found)

    def _revision(self, market: str) -> int:
        return int(self.job.plan["dataRevisions"][market])

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
