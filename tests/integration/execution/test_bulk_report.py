"""Jobs that write reports: real database, real renderers, files in a folder."""

import hashlib
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa

from builders import NOW, parameters
from dart_batch.adapters.persistence.artefacts import SqlArtefactQueries
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.adapters.reporting.artefact_folder import ArtefactFolder
from dart_batch.adapters.reporting.report.writer import FileReportWriter
from dart_batch.application.execution.strategies.driving import Driving
from dart_batch.application.job_types.bulk_report import BulkReport
from dart_batch.application.use_cases.control_job import ControlJob
from dart_batch.application.use_cases.fetch_artefacts import FetchArtefacts
from dart_batch.application.use_cases.submit_job import Submission, SubmitJob
from dart_batch.domain.access.actor import Actor, Entry
from dart_batch.domain.access.role import Role
from dart_batch.domain.job.artefact import Artefact, ArtefactDamaged, ArtefactNotFound
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.errors import InvalidParameters, NothingToDo, StalePlan
from dart_batch.domain.job.parameters import BatchJobParameters, JobType
from dart_batch.domain.job.periods import Every
from dart_batch.domain.job.plan import Plan
from dart_batch.domain.job.reporting import Language, ReportFormat, Reporting
from dart_batch.domain.job.status import CancelMode, JobStatus, Verb
from dart_batch.domain.job.strategy import Strategy
from fakes.process_pool import FakeProcessPool
from index_desk import DAYS, MINI, IndexDesk

CSV, PDF = ReportFormat.CSV, ReportFormat.PDF


class ReportDesk(IndexDesk):
    """The index desk with a folder for reports."""

    folder: Path

    @property
    def files(self) -> ArtefactFolder:
        return ArtefactFolder(self.folder)

    @property
    def types(self) -> dict[JobType, Any]:
        report = BulkReport(self.uow, self.data, self.calendars, FileReportWriter(), self.files)
        return {**super().types, JobType.BULK_REPORT: report}

    @property
    def artefacts(self) -> FetchArtefacts:
        return FetchArtefacts(SqlArtefactQueries(self.engine), self.files)

    def report(self, **changes: Any) -> BatchJob:
        return self.run(self._submit(JobType.BULK_REPORT, wish(**changes)))

    def report_plan(self, **changes: Any) -> Plan:
        return self.types[JobType.BULK_REPORT].plan(wish(**changes))

    def contents(self, job: BatchJob) -> dict[str, bytes]:
        return {one.name: self.artefacts.content(one) for one in self.artefacts.of(job.id)}


def wish(
    span: DateRange | None = None,
    markets: tuple[str, ...] = ("KOSPI",),
    strategy: Strategy = Strategy.CHUNKED,
    **changes: Any,
) -> BatchJobParameters:
    given = {"formats": (CSV,), "language": Language.EN, "indices": ("mini",), "every": Every.MONTH} | changes
    return parameters(
        date_range=span or DateRange(DAYS[0], date(2020, 3, 31)),
        target_markets=markets,
        definition="mini",
        strategy=strategy,
        details=Reporting(**given),
    )


@pytest.fixture
def desk(uow: Callable[[], SqlUnitOfWork], engine: sa.Engine, tmp_path: Path) -> ReportDesk:
    made = ReportDesk.of(uow, engine)
    assert isinstance(made, ReportDesk)
    made.folder, made.driving = tmp_path / "artefacts", Driving(FakeProcessPool())
    assert made.backfill().status is JobStatus.COMPLETED
    return made


def test_a_report_per_period_is_written_recorded_and_whole(desk: ReportDesk) -> None:
    job = desk.report(formats=(PDF, CSV))

    artefacts = desk.artefacts.of(job.id)
    assert job.status is JobStatus.COMPLETED
    assert (job.progress.processed, job.chunks_done) == (3, 3)
    assert [one.name for one in artefacts] == [
        f"{number}-KOSPI-mini-2020-0{number}-en.{suffix}" for number in (1, 2, 3) for suffix in ("csv", "pdf")
    ]
    assert [one.chunk for one in artefacts] == [1, 1, 2, 2, 3, 3]
    for one in artefacts:
        content = (desk.folder / job.id / one.name).read_bytes()
        assert (one.size, one.sha256) == (len(content), hashlib.sha256(content).hexdigest())


def test_reports_written_by_several_processes_are_the_same_to_the_byte(desk: ReportDesk) -> None:
    desk.define(MINI.replace('name = "mini"', 'name = "also"'))
    assert desk.backfill(definition="also").status is JobStatus.COMPLETED
    wanted = {"formats": (PDF, CSV, ReportFormat.XLSX), "indices": ("mini", "also")}

    alone, together = (desk.report(strategy=one, **wanted) for one in (Strategy.CHUNKED, Strategy.PARALLEL))

    assert (together.status, together.chunks_done) == (JobStatus.COMPLETED, 6)
    assert desk.contents(together) == desk.contents(alone)
    assert len(desk.contents(alone)) == 18


def test_a_report_holds_what_is_published_and_where_it_came_from(desk: ReportDesk) -> None:
    content = desk.contents(desk.report(formats=(ReportFormat.PARQUET,)))["2-KOSPI-mini-2020-02-en.parquet"]

    table = pl.read_parquet(BytesIO(content))
    live = desk.live().filter(pl.col("date").is_between(date(2020, 2, 1), date(2020, 2, 29)))
    assert table.select("date", "value", "input_hash", "job_id").equals(
        live.select("date", "value", "input_hash", "job_id")
    )


def test_the_same_wish_gives_the_same_bytes_in_another_job(desk: ReportDesk) -> None:
    every = tuple(ReportFormat)

    first, second = desk.report(formats=every), desk.report(formats=every)

    assert desk.contents(first) == desk.contents(second)
    assert len(desk.contents(first)) == 15


def test_a_job_reports_what_was_live_when_it_was_planned(desk: ReportDesk) -> None:
    before = desk.contents(desk.report())
    waiting = desk._submit(JobType.BULK_REPORT, wish())
    desk.promote(desk.recalculate({"alpha": 0.9, "beta": 0.1}))

    assert desk.contents(desk.run(waiting)) == before
    assert desk.contents(desk.report()) != before


def test_a_chunk_that_was_interrupted_after_its_files_replaces_them(desk: ReportDesk) -> None:
    expected = desk.contents(desk.report())
    job = desk._submit(JobType.BULK_REPORT, wish())
    for name in expected:
        desk.files.write(job.id, name, b"what a killed worker left")

    assert desk.contents(desk.run(job)) == expected


def test_periods_of_ones_own_may_overlap(desk: ReportDesk) -> None:
    spans = (DateRange(date(2020, 1, 6), date(2020, 1, 17)), DateRange(date(2020, 1, 13), date(2020, 2, 14)))

    job = desk.report(every=None, custom=spans)

    assert [one.name for one in desk.artefacts.of(job.id)] == [
        "1-KOSPI-mini-2020-01-06_2020-01-17-en.csv",
        "2-KOSPI-mini-2020-01-13_2020-02-14-en.csv",
    ]


def test_the_plan_counts_reports_and_skips_what_was_never_published(desk: ReportDesk) -> None:
    plan = desk.report_plan(span=DateRange(date(2019, 11, 1), date(2020, 4, 30)), formats=(PDF, CSV))

    assert (plan.items, plan.counts) == (3, {"reports": 3, "files": 6})
    assert [(str(skip.first), str(skip.last), skip.sessions) for skip in plan.skips] == [
        ("2019-11-01", "2020-04-30", 3)
    ]
    assert "nothing was published" in plan.skips[0].reason


def test_a_plan_moves_with_what_is_published_and_not_with_later_sessions(desk: ReportDesk) -> None:
    january = DateRange(DAYS[0], date(2020, 1, 31))
    shown, later = desk.report_plan().hash, desk.report_plan(span=january).hash
    desk.promote(desk.recalculate({"alpha": 0.9, "beta": 0.1}, date_range=DateRange(date(2020, 3, 2), DAYS[-1])))

    with pytest.raises(StalePlan):
        SubmitJob(desk.uow, desk.types, desk.clock, desk.new_id, 10)(
            Submission(JobType.BULK_REPORT, wish(), plan_hash=shown)
        )
    assert desk.report_plan(span=january).hash == later


def test_an_index_that_is_not_published_is_refused_by_name(desk: ReportDesk) -> None:
    with pytest.raises(InvalidParameters, match="nobody") as refused:
        desk.report_plan(indices=("mini", "nobody"))

    assert refused.value.fields["field"] == "definitions"


def test_a_range_before_the_index_begins_is_nothing_to_report(desk: ReportDesk) -> None:
    with pytest.raises(InvalidParameters):
        desk.report_plan(span=DateRange(date(2018, 1, 1), date(2018, 12, 31)))
    with pytest.raises(NothingToDo):
        desk.report(span=DateRange(date(2020, 5, 1), date(2020, 5, 31)))


def test_a_file_that_was_altered_is_not_handed_out(desk: ReportDesk) -> None:
    job = desk.report()
    [first, *_] = desk.artefacts.of(job.id)
    (desk.folder / job.id / first.name).write_bytes(b"altered")

    with pytest.raises(ArtefactDamaged):
        desk.artefacts.content(first)
    with pytest.raises(ArtefactDamaged):
        b"".join(desk.artefacts.zipped([first]))
    with pytest.raises(ArtefactNotFound):
        desk.artefacts.named(job.id, "../../dart-batch.db")


def test_a_job_whose_files_went_missing_meanwhile_fails_its_check(desk: ReportDesk) -> None:
    class Forgetful(ArtefactFolder):
        def read(self, job_id: str, name: str) -> bytes | None:
            return None if name.startswith("2-") else super().read(job_id, name)

    job = desk._submit(JobType.BULK_REPORT, wish())
    kind = replace(desk.types[JobType.BULK_REPORT], files=Forgetful(desk.folder))
    work = kind.prepare(job)
    with desk.uow() as uow:
        chunks = uow.ledger.open(job.id)
    results = [(chunk, work.process(chunk)) for chunk in chunks]
    with desk.uow() as uow:
        for chunk, result in results:
            work.store(uow, chunk, result, desk.clock.now())
        [check] = work.check(uow)

    assert (check.code, check.blocks, check.objections) == ("files-whole", True, 1)
    assert check.examples == ("2-KOSPI-mini-2020-02-en.csv",)


def test_a_zip_holds_every_file_and_is_the_same_each_time(desk: ReportDesk) -> None:
    job = desk.report(formats=(PDF, CSV))
    artefacts = desk.artefacts.of(job.id)

    parts = list(desk.artefacts.zipped(artefacts))

    assert b"".join(parts) == b"".join(desk.artefacts.zipped(artefacts))
    assert len(parts) == len(artefacts) + 1
    with zipfile.ZipFile(BytesIO(b"".join(parts))) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == desk.contents(job)


def test_a_cancel_that_takes_back_leaves_no_file_on_record(desk: ReportDesk) -> None:
    job = desk.report()
    waiting = desk._submit(JobType.BULK_REPORT, wish(formats=(PDF,)))
    with desk.uow() as uow:
        uow.artefacts.replace(waiting.id, 1, [Artefact(waiting.id, 1, "a.csv", "CSV", 0, "0" * 64, NOW)])
        uow.commit("test")
    desk.files.write(waiting.id, "a.csv", b"")

    ControlJob(desk.uow, desk.clock)(waiting.id, Verb.CANCEL, Actor("ann", Role.ADMIN, Entry.CLI), CancelMode.ROLLBACK)

    assert desk.artefacts.of(waiting.id) == []
    with desk.uow() as uow:
        assert uow.artefacts.abandoned(desk.files.jobs()) == {waiting.id}
    assert len(desk.artefacts.of(job.id)) == 3
