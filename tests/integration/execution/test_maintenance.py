"""Maintenance on a real database: what goes, what never goes, and that it happens once a day."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from builders import NOW
from dart_batch.adapters.host.day_id import day_id
from dart_batch.adapters.persistence.log_queries import SqlLogQueries
from dart_batch.adapters.persistence.queries import SqlQueries
from dart_batch.adapters.persistence.retention import OF_A_JOB, PUBLISHED
from dart_batch.adapters.persistence.tables import metadata
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.application.execution.attempt import AttemptRunner, lease_of
from dart_batch.application.execution.claiming import Claimer
from dart_batch.application.execution.halting import Halt
from dart_batch.application.job_types import maintenance
from dart_batch.application.job_types.maintenance import Maintenance
from dart_batch.application.maintenance.daily import DailyMaintenance
from dart_batch.application.maintenance.housekeeper import FULL_SECONDS, Housekeeper
from dart_batch.application.ports.workers import WorkerIdentity
from dart_batch.application.use_cases.submit_job import Submission, SubmitJob
from dart_batch.domain.job.artefact import Artefact
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import ChunkStatus
from dart_batch.domain.job.errors import NothingToDo
from dart_batch.domain.job.parameters import JobType
from dart_batch.domain.job.plan import Plan
from dart_batch.domain.job.status import JobStatus
from fakes.artefacts import FakeArtefactFiles
from fakes.clock import FakeClock
from old_jobs import LINES, days_ago, ended, published

Uow = Callable[[], SqlUnitOfWork]
KIND = JobType.MAINTENANCE


@dataclass
class Shed:
    """Jobs stay 730 days and logs 90, and a day begins at 18 o'clock UTC; NOW is 03:04 on January 2nd."""

    uow: Uow
    engine: sa.Engine
    clock: FakeClock = field(default_factory=lambda: FakeClock(NOW))
    ids: int = 0
    files: FakeArtefactFiles = field(default_factory=FakeArtefactFiles)

    @property
    def kind(self) -> Maintenance:
        return Maintenance(self.uow, job_days=730, log_days=90, files=self.files)

    def new_id(self) -> str:
        self.ids += 1
        return f"id-{self.ids}"

    def submitter(self, capacity: int = 100) -> SubmitJob:
        return SubmitJob(self.uow, {KIND: self.kind}, self.clock, self.new_id, capacity)

    def housekeeper(self, capacity: int = 100) -> Housekeeper:
        day = lambda of: day_id("maintenance", of)  # noqa: E731
        return Housekeeper(DailyMaintenance(self.submitter(capacity), self.kind, day), self.clock, 18)

    def plan(self) -> Plan:
        return self.kind.plan(self.kind.order(self.clock.now().date()))

    def submit(self) -> BatchJob:
        return self.submitter()(Submission(KIND, self.kind.order(self.clock.now().date()), owner="ann"))

    def run(self, halt: Halt | None = None) -> str:
        claimed = Claimer(self.uow, self.clock, "worker-1", 10).claim()
        assert claimed is not None
        runner = AttemptRunner(self.uow, {KIND: self.kind}, self.clock, lambda: 0.0)
        return runner.run(claimed, halt or Halt(threading.Event()))

    def rows(self, table: str, job_id: str) -> int:
        column = "id" if table == "batch_jobs" else "job_id"
        query = sa.text(f"SELECT count(*) FROM {table} WHERE {column} = :job_id")
        with self.engine.connect() as connection:
            return int(connection.execute(query, {"job_id": job_id}).scalar_one())

    def of(self, job_id: str) -> dict[str, int]:
        names = ["batch_jobs", *(table.name for table in OF_A_JOB)]
        return {name: count for name in names if (count := self.rows(name, job_id))}


@pytest.fixture
def shed(uow: Uow, engine: sa.Engine) -> Shed:
    return Shed(uow, engine)


def test_logs_go_after_their_days_and_the_job_stays(shed: Shed) -> None:
    ended(shed.uow, "old", days_ago(NOW, 91))
    ended(shed.uow, "young", days_ago(NOW, 90))
    before = shed.of("old")

    shed.submit()

    assert shed.run() == "completed"
    assert shed.of("old") == {name: rows for name, rows in before.items() if name != "batch_logs"}
    assert shed.rows("batch_logs", "young") == LINES


def test_a_job_that_published_nothing_goes_whole_after_its_days(shed: Shed) -> None:
    ended(shed.uow, "old", days_ago(NOW, 731))
    ended(shed.uow, "young", days_ago(NOW, 730))

    shed.submit()

    assert shed.run() == "completed"
    assert shed.of("old") == {}
    assert shed.rows("fear_greed_batch_history", "young") == 6


def test_what_is_published_stays_and_so_does_what_it_replaced(shed: Shed) -> None:
    published(shed.uow, "first", days_ago(NOW, 900))
    published(shed.uow, "second", days_ago(NOW, 800))
    ended(shed.uow, "never", days_ago(NOW, 800))

    job = shed.submit()

    assert shed.run() == "completed"
    assert [shed.rows("fear_greed_batch_history", name) for name in ("first", "second", "never")] == [6, 6, 0]
    assert [shed.rows("batch_logs", name) for name in ("first", "second")] == [0, 0]
    skip = job.plan["skips"][0]
    assert (skip["market"], skip["sessions"], "rollback" in skip["reason"]) == ("jobs", 2, True)


@pytest.mark.parametrize("status", [JobStatus.PENDING, JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.PAUSED])
def test_an_active_job_stays_however_old_it_is(shed: Shed, status: JobStatus) -> None:
    ended(shed.uow, "active", days_ago(NOW, 2000), status)
    before = shed.of("active")

    assert shed.plan().chunks == ()
    with shed.uow() as work:
        for kind in ("logs", "jobs"):
            assert work.retention.prune(maintenance.Kind(kind), date(1980, 1, 1), NOW.date()) == {}
        work.commit("test")
    assert shed.of("active") == before


def test_a_job_that_is_started_again_after_the_plan_stays(shed: Shed) -> None:
    ended(shed.uow, "old", days_ago(NOW, 800))
    before = shed.of("old")
    shed.submit()
    with shed.uow() as work:
        again = work.jobs.get("old")
        again.start("ann", NOW)
        again.not_before = NOW + timedelta(days=1)
        work.jobs.save(again)
        work.commit("test")

    assert shed.run() == "completed"
    assert shed.of("old") == before


def test_records_of_workers_that_are_gone_go_with_the_logs(shed: Shed) -> None:
    with shed.uow() as work:
        for name, days in (("old", 91), ("young", 90), ("worker-1", 400)):
            work.workers.register(WorkerIdentity(name, "alpha", "boot", 7, 1.0), 1, days_ago(NOW, days))
        work.commit("test")
    ended(shed.uow, "held", days_ago(NOW, 400), JobStatus.RUNNING)
    shed.submit()

    claimed = Claimer(shed.uow, FakeClock(days_ago(NOW, 3000)), "worker-2", 10).claim()
    assert claimed is not None
    assert AttemptRunner(shed.uow, {KIND: shed.kind}, shed.clock, lambda: 0.0).run(claimed, _halt()) == "completed"

    with shed.engine.connect() as connection:
        left = set(connection.exec_driver_sql("SELECT id FROM batch_workers").scalars())
    assert left == {"young", "worker-1"}


def _halt() -> Halt:
    return Halt(threading.Event())


def test_the_plan_tells_by_kind_what_would_go_and_changes_nothing(shed: Shed) -> None:
    ended(shed.uow, "a", days_ago(NOW, 100))
    ended(shed.uow, "b", days_ago(NOW, 800))
    ended(shed.uow, "c", days_ago(NOW, 801))

    plan = shed.plan()

    assert plan.counts == {"logs": 3 * LINES, "jobs": 2, "workers": 0, "artefacts": 0, "readings": 12}
    spans = [(chunk.market, chunk.first_session, chunk.last_session, chunk.items) for chunk in plan.chunks]
    days = [days_ago(NOW, number).date() for number in (801, 800, 100)]
    assert spans == [("logs", days[0], days[2], 3), ("jobs", days[0], days[1], 2)]
    assert shed.rows("batch_logs", "a") == LINES


def test_much_is_cut_into_several_chunks(shed: Shed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maintenance, "ROWS_PER_CHUNK", 2 * LINES)
    for number in range(5):
        ended(shed.uow, f"job-{number}", days_ago(NOW, 100 + number))

    job = shed.submit()

    assert shed.run() == "completed"
    assert (job.chunks_total, job.progress.total) == (3, 5)
    assert [shed.rows("batch_logs", f"job-{number}") for number in range(5)] == [0] * 5
    assert SqlQueries(shed.engine).job(job.id).progress.processed == 5


def test_without_anything_old_there_is_no_job(shed: Shed) -> None:
    ended(shed.uow, "young", days_ago(NOW, 10))

    with pytest.raises(NothingToDo):
        shed.submit()
    assert shed.housekeeper().look() is None


def test_the_log_says_how_many_rows_of_each_table_went(shed: Shed) -> None:
    ended(shed.uow, "old", days_ago(NOW, 800))
    job = shed.submit()
    shed.run()

    said = [line["message"] for line in SqlLogQueries(shed.engine).lines(job.id) if line["event"] == "pruned"]

    day = days_ago(NOW, 800).date()
    assert said[0] == f"Pruned {day}..{day}: 3 rows of batch_logs."
    assert said[1].startswith(f"Pruned {day}..{day}: 6 rows of fear_greed_batch_history, 3 rows of batch_chunks")


def test_a_published_generation_without_readings_fails_the_job_loudly(shed: Shed) -> None:
    published(shed.uow, "hurt", days_ago(NOW, 10))
    ended(shed.uow, "old", days_ago(NOW, 100))
    with shed.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM fear_greed_batch_history WHERE job_id = 'hurt'")
    job = shed.submit()

    assert shed.run() == "failed"
    verification = SqlQueries(shed.engine).job(job.id).verification
    assert verification is not None
    assert (verification[0]["code"], verification[0]["examples"]) == ("published-kept", ["hurt"])


def test_a_job_that_is_taken_over_does_not_repeat_the_chunks_that_are_done(shed: Shed) -> None:
    ended(shed.uow, "old", days_ago(NOW, 800))
    job = shed.submit()
    claimed = Claimer(shed.uow, shed.clock, "worker-1", 10).claim()
    assert claimed is not None
    halt = Halt(threading.Event())
    work = shed.kind.prepare(claimed)

    class Dying:
        """Work that asks for a stop after its first chunk."""

        def __getattr__(self, name: str) -> object:
            return getattr(work, name)

        def process(self, chunk: object) -> object:
            halt.ask("The machine goes down.")
            return work.process(chunk)  # type: ignore[arg-type]

    runner = AttemptRunner(shed.uow, {KIND: shed.kind}, shed.clock, lambda: 0.0)
    runner.go_on(claimed, lease_of(claimed), halt, Dying)  # type: ignore[arg-type,return-value]
    with shed.uow() as unit:
        unit.ledger.reopen(job.id)
        unit.commit("test")

    assert [chunk.status for chunk in SqlQueries(shed.engine).chunks(job.id)] == [ChunkStatus.DONE, ChunkStatus.PENDING]
    assert shed.run() == "completed"
    assert shed.of("old") == {}


def test_every_table_with_rows_of_a_job_is_pruned_or_keeps_what_is_published() -> None:
    named = {table.name for table in metadata.tables.values() if "job_id" in table.c}

    assert named == {table.name for table in (*OF_A_JOB, *PUBLISHED)}


def test_the_job_of_the_day_is_submitted_once_however_many_workers_look(shed: Shed) -> None:
    ended(shed.uow, "old", days_ago(NOW, 100))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: shed.housekeeper().look(), range(8)))

    submitted = [job for job in found if job is not None]
    assert len(submitted) == 1
    assert (submitted[0].owner, submitted[0].type, submitted[0].priority.name) == ("system", KIND, "LOW")


def test_it_is_not_submitted_again_on_the_day_when_it_has_ended(shed: Shed) -> None:
    ended(shed.uow, "old", days_ago(NOW, 100))
    keeper = shed.housekeeper()
    assert keeper.look() is not None
    shed.run()
    ended(shed.uow, "late", days_ago(NOW, 100))

    assert keeper.look() is None
    assert shed.housekeeper().look() is None


def test_the_next_day_has_its_own_job(shed: Shed) -> None:
    ended(shed.uow, "old", days_ago(NOW, 100))
    keeper = shed.housekeeper()
    first = keeper.look()
    shed.run()
    ended(shed.uow, "late", days_ago(NOW, 100))
    shed.clock.advance(86_400)

    second = keeper.look()

    assert first is not None
    assert second is not None
    assert first.id < second.id
    assert (first.metadata.description, second.metadata.description) == (
        "Maintenance of 2026-01-01",
        "Maintenance of 2026-01-02",
    )


def test_a_full_queue_is_tried_again_after_a_minute(shed: Shed) -> None:
    ended(shed.uow, "old", days_ago(NOW, 100))
    ended(shed.uow, "waiting", NOW, JobStatus.QUEUED)
    keeper = shed.housekeeper(capacity=1)
    assert keeper.look() is None
    roomy = replace(keeper, submit=shed.housekeeper().submit)

    assert roomy.look() is None
    shed.clock.advance(FULL_SECONDS)
    assert roomy.look() is not None


def test_a_day_has_its_id_between_those_of_its_neighbours() -> None:
    ids = [day_id("maintenance", date(2026, 1, 1) + timedelta(days=number)) for number in range(400)]

    assert ids == sorted(set(ids))
    assert {len(one) for one in ids} == {26}


def test_files_of_jobs_that_are_gone_go_with_them_and_those_of_others_stay(shed: Shed) -> None:
    ended(shed.uow, "old", days_ago(NOW, 800))
    ended(shed.uow, "young", days_ago(NOW, 3))
    for job_id in ("old", "young"):
        shed.files.write(job_id, "a.pdf", b"x")
        with shed.uow() as uow:
            uow.artefacts.replace(job_id, 1, [Artefact(job_id, 1, "a.pdf", "PDF", 1, "0" * 64, NOW)])
            uow.commit("test")

    shed.submit()
    outcome = shed.run()

    assert outcome == "completed"
    assert shed.files.jobs() == ["young"]
    with shed.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT job_id FROM batch_artefacts").fetchall() == [("young",)]


def test_files_of_nobody_are_work_of_their_own(shed: Shed) -> None:
    shed.files.write("unheard-of", "a.pdf", b"x")

    plan = shed.plan()
    shed.submit()
    outcome = shed.run()

    assert plan.counts["artefacts"] == 1
    assert outcome == "completed"
    assert shed.files.jobs() == []
