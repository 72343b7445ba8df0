"""BULK_REPORT: what is published, period by period, as files for people and programs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product

from dart_batch.application.job_types.bases import bases
from dart_batch.application.job_types.report_press import Subject
from dart_batch.application.job_types.report_writing import ReportWork, reportable, subjects_of
from dart_batch.application.ports.artefacts import ArtefactFiles
from dart_batch.application.ports.calendar import Calendars
from dart_batch.application.ports.market_data import MarketData
from dart_batch.application.ports.reports import ReportWriter
from dart_batch.application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.date_range import EARLIEST
from dart_batch.domain.job.errors import InvalidParameters
from dart_batch.domain.job.parameters import BatchJobParameters
from dart_batch.domain.job.periods import Period
from dart_batch.domain.job.plan import Plan, Skip
from dart_batch.domain.job.reporting import Reporting

NOT_THEN = "nothing was published for these days"


@dataclass(frozen=True, slots=True)
class BulkReport:
    """Plans and prepares reports. An item is a report, and so is a chunk: its days are those of the period.

    A job is pinned to what is published up to the end of its last period, and to the data revision, of when it was
    planned.
    """

    uow: UnitOfWorkFactory
    market_data: MarketData
    calendars: Calendars
    writer: ReportWriter
    files: ArtefactFiles

    def plan(self, parameters: BatchJobParameters) -> Plan:
        """Raises UnknownMarket, or InvalidParameters for a definition under which nothing is published."""
        wanted = _reporting(parameters)
        periods = wanted.periods(parameters.date_range)
        markets = [self.calendars.of(name).market for name in parameters.target_markets]
        last = max(period.last for period in periods)
        with self.uow() as uow:
            shown = {
                (index, market): _shown(uow, index, market, last) for index, market in product(wanted.indices, markets)
            }
        _refuse_unpublished(wanted, shown)
        subjects = subjects_of(shown, periods)
        return Plan(
            chunks=tuple(_chunk(number, subject) for number, subject in enumerate(subjects, start=1)),
            skips=tuple(_skips(shown, periods)),
            added=len(subjects),
            changed=0,
            runs={},
            revisions={market: self.market_data.revision(market) for market in markets},
            definition=wanted.indices[0],
            index=", ".join(wanted.indices),
            definition_hash="",
            counts={"reports": len(subjects), "files": len(subjects) * len(wanted.formats)},
            bases={f"{market}/{index}": spans for (index, market), spans in shown.items()},
        )

    def prepare(self, job: BatchJob) -> ReportWork:
        """Find the reports again that the chunks stand for."""
        wanted = _reporting(job.parameters)
        markets = job.plan["dataRevisions"]
        shown = {pair: job.plan["bases"][f"{pair[1]}/{pair[0]}"] for pair in product(wanted.indices, markets)}
        subjects = subjects_of(shown, wanted.periods(job.parameters.date_range))
        return ReportWork(job, wanted, subjects, self.uow, self.market_data, self.writer, self.files)


def _reporting(parameters: BatchJobParameters) -> Reporting:
    if parameters.reporting is None:
        raise InvalidParameters("formats must say how the reports are to be written.", field="formats")
    return parameters.reporting


def _shown(uow: UnitOfWork, index: str, market: str, last: date) -> list[list[str]]:
    return bases(uow, market, index, [[str(EARLIEST), str(last)]])


def _refuse_unpublished(wanted: Reporting, shown: dict[tuple[str, str], list[list[str]]]) -> None:
    for index in wanted.indices:
        if not any(spans for (name, _), spans in shown.items() if name == index):
            raise InvalidParameters(
                f"Nothing is published as '{index}' for these markets, up to the end of the range.",
                hint="See `dart-batch index list` for what is published, or run a backfill first.",
                field="definitions",
            )


def _chunk(number: int, subject: Subject) -> Chunk:
    return Chunk(number, subject.market, subject.period.first, subject.period.last, 1)


def _skips(shown: dict[tuple[str, str], list[list[str]]], periods: list[Period]) -> Iterator[Skip]:
    for (index, market), spans in shown.items():
        gone = [period for period in periods if not reportable(spans, period)]
        if gone:
            first, last = min(one.first for one in gone), max(one.last for one in gone)
            yield Skip(market, first, last, len(gone), f"{NOT_THEN} as {index}")
