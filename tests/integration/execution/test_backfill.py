"""HISTORICAL_BACKFILL: what it plans, what it writes, what it refuses."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl
import pytest
import sqlalchemy as sa

from builders import MINI, NOW, parameters
from dart_batch.adapters.persistence.index_queries import SqlIndexQueries
from dart_batch.adapters.persistence.job_list import JobFilter
from dart_batch.adapters.persistence.queries import SqlQueries
from dart_batch.adapters.persistence.tables import history
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.application.definitions import DefinitionVersionTaken, UnknownDefinition, store_definition
from dart_batch.application.execution.attempt import AttemptRunner
from dart_batch.application.execution.claiming import Claimer
from dart_batch.application.execution.halting import Halt
from dart_batch.application.job_types.historical_backfill import HistoricalBackfill, NoObservations
from dart_batch.application.use_cases.submit_job import Submission, SubmitJob
from dart_batch.domain.index.errors import UnknownComponent
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.errors import NothingToDo, PlanBroken
from dart_batch.domain.job.parameters import JobType, ValidationLevel
from dart_batch.domain.job.plan import Plan
from dart_batch.domain.job.status import JobStatus
from dart_batch.engine.definition_file import parse_definition
from fakes.calendar import FakeCalendars, WeekdayCalendar
from fakes.clock import FakeClock
from fakes.market_data import FakeMarketData, append, series_frame
from fakes.poison import poison_the_engine

Uow = Callable[[], SqlUnitOfWork]
KIND = JobType.HISTORICAL_BACKFILL
DAYS = WeekdayCalendar().sessions(date(2020, 1, 1), date(2020, 3, 31))
RANGE = DateRange(DAYS[0], DAYS[-1])


@dataclass
class Desk:
    """A desk with two series over three months and the definition `mini` stored."""

    uow: Uow
    engine: sa.Engine
    data: FakeMarketData
    calendars: FakeCalendars
    clock: FakeClock
    ids: int = 0

    @property
    def kind(self) -> HistoricalBackfill:
        return HistoricalBackfill(self.uow, self.data, self.calendars, self.new_id)

    def new_id(self) -> str:
        self.ids += 1
        return f"id-{self.ids:03}"

    def plan(self, **changes: object) -> Plan:
        return self.kind.plan(parameters(**({"definition": "mini", "date_range": RANGE, "chunk_size": 10} | changes)))

    def backfill(self, **changes: object) -> BatchJob:
        given = parameters(**({"definition": "mini", "date_range": RANGE, "chunk_size": 10} | changes))
        types = {KIND: self.kind}
        job = SubmitJob(self.uow, types, self.clock, self.new_id, 10)(Submission(KIND, given))
        claimed = Claimer(self.uow, self.clock, "worker-1", 10).claim(job.id)
        assert claimed is not None
        AttemptRunner(self.uow, types, self.clock, lambda: 0.0).run(claimed, Halt(threading.Event()))
        return SqlQueries(self.engine).job(job.id)

    def live(self, definition: str = "mini") -> pl.DataFrame:
        return SqlIndexQueries(self.engine).readings("KOSPI", definition, components=True)

    def observe(self, name: str, days: list[date], values: list[float]) -> None:
        append(self.data, "KOSPI", series_frame(list(zip([name] * len(days), days, values, strict=True))))


@pytest.fixture
def desk(uow: Uow, engine: sa.Engine) -> Desk:
    calendars = FakeCalendars()
    made = Desk(uow, engine, FakeMarketData(calendars), calendars, FakeClock(NOW))
    made.observe("alpha", DAYS, [float(day.toordinal() * 7919 % 101) for day in DAYS])
    made.observe("beta", DAYS, [float(day.toordinal() * 104729 % 97) for day in DAYS])
    with uow() as work:
        store_definition(work, parse_definition(MINI, "mini.toml"), MINI, NOW, "tester")
        work.commit("test")
    return made


def test_the_first_plan_adds_every_session_in_chunks(desk: Desk) -> None:
    plan = desk.plan()

    assert (plan.added, plan.changed, plan.skipped, len(plan.chunks)) == (len(DAYS), 0, 0, 7)
    assert [chunk.items for chunk in plan.chunks] == [10, 10, 10, 10, 10, 10, 5]


def test_sessions_outside_the_data_are_skipped_with_the_reason(desk: Desk) -> None:
    plan = desk.plan(date_range=DateRange(date(2019, 12, 30), date(2020, 4, 2)))

    assert [(skip.sessions, skip.reason) for skip in plan.skips] == [
        (2, "no observation before 2020-01-01"),
        (2, "no observation after 2020-03-31"),
    ]
    assert plan.items == len(DAYS)


def test_every_session_of_the_range_is_written_or_skipped_with_a_reason(desk: Desk) -> None:
    desk.backfill(date_range=DateRange(DAYS[0], DAYS[20]))

    plan = desk.plan()

    assert plan.items + plan.skipped == len(DAYS)
    assert {skip.reason for skip in plan.skips} == {
        "already published",
        "withheld before, and the inputs have not changed",
    }


def test_a_backfill_writes_a_reading_for_each_session_and_withholds_what_it_cannot_know(desk: Desk) -> None:
    job = desk.backfill()

    live = desk.live()
    assert (job.status, live.height) == (JobStatus.COMPLETED, len(DAYS))
    assert live["value"].null_count() == 4
    assert live.filter(pl.col("value").is_null())["withheld_reason"].null_count() == 0


def test_running_it_again_has_nothing_to_do(desk: Desk) -> None:
    desk.backfill()

    with pytest.raises(NothingToDo, match="already published"):
        desk.backfill()


def test_overwriting_writes_a_new_generation_and_keeps_the_old_one(desk: Desk) -> None:
    first = desk.backfill()

    second = desk.backfill(overwrite_existing=True)

    assert set(desk.live()["job_id"]) == {second.id}
    with desk.uow() as work:
        assert work.generations.stored(first.id, "KOSPI") == work.generations.stored(second.id, "KOSPI")


def test_only_missing_sessions_are_filled_without_overwriting(desk: Desk) -> None:
    first = desk.backfill(date_range=DateRange(DAYS[20], DAYS[40]))

    second = desk.backfill()

    owners = desk.live()["job_id"].to_list()
    assert owners[:20] == [second.id] * 20
    assert owners[20:41] == [first.id] * 21
    assert owners[41:] == [second.id] * (len(DAYS) - 41)


def test_withheld_sessions_are_computed_again_when_the_inputs_have_changed(desk: Desk) -> None:
    desk.backfill()
    desk.observe("gamma", DAYS[:1], [1.0])

    plan = desk.plan()

    assert (plan.items, plan.changed) == (4, 4)


@pytest.mark.parametrize("size", [1, 7, 64, 1000])
def test_any_chunk_size_gives_the_same_bytes(desk: Desk, size: int) -> None:
    desk.backfill()
    whole = desk.live().drop("job_id")

    desk.backfill(chunk_size=size, overwrite_existing=True)

    assert desk.live().drop("job_id").equals(whole)


def test_any_part_of_the_range_gives_the_same_bytes(desk: Desk) -> None:
    desk.backfill(date_range=DateRange(DAYS[33], DAYS[44]))
    part = desk.live().drop("job_id")

    desk.backfill(overwrite_existing=True)

    assert desk.live().drop("job_id").filter(pl.col("date").is_between(DAYS[33], DAYS[44])).equals(part)


def test_a_job_sees_the_observations_it_was_planned_with_and_no_later_ones(desk: Desk) -> None:
    job = desk.backfill()
    desk.observe("alpha", DAYS, [0.0] * len(DAYS))

    again = desk.kind.prepare(job).process(desk.plan(overwrite_existing=True).chunks[3])

    stored = desk.live().filter(pl.col("date").is_in(again["session"].implode()))
    assert again["value"].to_list() == stored["value"].to_list()


def test_a_comprehensive_validation_recomputes_a_sample_to_the_byte(desk: Desk) -> None:
    job = desk.backfill(validation_level=ValidationLevel.COMPREHENSIVE)

    checks = {check["code"]: check["passed"] for check in job.verification or []}
    assert checks == dict.fromkeys(
        ["count", "range", "level", "nulls", "coverage", "calendar-gaps", "jumps", "recomputation"], True
    )


def test_a_stored_reading_that_was_tampered_with_does_not_pass_the_recomputation(desk: Desk) -> None:
    job = desk.backfill(validation_level=ValidationLevel.COMPREHENSIVE)

    with desk.engine.begin() as connection:
        connection.execute(sa.update(history).values(input_hash="f" * 32))
    made = desk.kind.prepare(job)
    with desk.uow() as work:
        results = made.check(work)

    assert [result.code for result in results if result.blocks] == ["recomputation"]


def test_selected_components_make_an_index_of_their_own(desk: Desk) -> None:
    desk.backfill()
    before = desk.live()

    desk.backfill(components=("alpha",))

    assert desk.live().equals(before)
    assert desk.live("mini[ALPHA]").height == len(DAYS)


def test_several_markets_are_filled_by_one_job(desk: Desk) -> None:
    desk.calendars.calendars["KOSDAQ"] = WeekdayCalendar("KOSDAQ")
    append(desk.data, "KOSDAQ", series_frame([("alpha", day, 1.0) for day in DAYS]))

    job = desk.backfill(target_markets=("KOSPI", "KOSDAQ"))

    live = SqlIndexQueries(desk.engine).published()
    assert job.status is JobStatus.COMPLETED
    assert [(row["market"], row["sessions"]) for row in live] == [("KOSDAQ", len(DAYS)), ("KOSPI", len(DAYS))]


def test_a_calendar_that_changed_after_the_plan_fails_the_job_instead_of_guessing(desk: Desk) -> None:
    job = desk.backfill()
    chunk = desk.plan(overwrite_existing=True).chunks[0]
    desk.calendars.calendars["KOSPI"] = WeekdayCalendar(holidays=frozenset({DAYS[3]}))

    with pytest.raises(PlanBroken):
        desk.kind.prepare(job).process(chunk)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"definition": "nobody"}, UnknownDefinition),
        ({"definition": "mini@9"}, UnknownDefinition),
        ({"components": ("GAMMA",)}, UnknownComponent),
        ({"definition": "cnn"}, NoObservations),
    ],
)
def test_a_plan_that_cannot_be_made_is_refused_by_name(
    desk: Desk, changes: dict[str, object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        desk.plan(**changes)


def test_planning_changes_nothing(desk: Desk) -> None:
    desk.plan()

    assert SqlQueries(desk.engine).jobs(JobFilter())[1] == 0


def test_a_definition_never_changes_its_meaning_under_the_same_version(desk: Desk) -> None:
    other = MINI.replace("window = 5", "window = 6")

    with pytest.raises(DefinitionVersionTaken, match="mini@1"), desk.uow() as work:
        store_definition(work, parse_definition(other, "mini.toml"), other, NOW, "tester")


def test_the_future_of_a_series_never_changes_its_past(desk: Desk) -> None:
    cut = DAYS[40]
    desk.backfill(date_range=DateRange(DAYS[0], cut))
    before = desk.live().drop("job_id")
    later = WeekdayCalendar().sessions(cut + timedelta(days=1), cut + timedelta(days=60))
    desk.observe("alpha", later, [1e9] * len(later))

    desk.backfill(date_range=DateRange(DAYS[0], cut), overwrite_existing=True)

    assert desk.live().drop("job_id").equals(before)


def test_a_session_the_engine_cannot_compute_is_left_out_and_the_rest_keeps_its_bytes(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.backfill()
    whole = desk.live().drop("job_id")
    poison_the_engine(monkeypatch, DAYS[33])

    job = desk.backfill(overwrite_existing=True, skip_limit=1, validation_level=ValidationLevel.COMPREHENSIVE)

    assert (job.status, job.reason) == (JobStatus.COMPLETED, "completed with 1 session skipped")
    assert job.verification is not None
    assert all(check["passed"] for check in job.verification if check["severity"] == "error")
    live = desk.live()
    assert live.filter(pl.col("job_id") != job.id)["date"].to_list() == [DAYS[33]]
    assert live.drop("job_id").equals(whole)


def test_a_later_backfill_picks_up_what_an_earlier_one_left_out(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as torn:
        poison_the_engine(torn, DAYS[33])
        desk.backfill(skip_limit=1)
    before = desk.live()["date"].to_list()

    plan = desk.plan()
    desk.backfill()

    assert DAYS[33] not in before
    assert [(chunk.first_session, chunk.items) for chunk in plan.chunks] == [(DAYS[33], 1)]
    assert desk.live()["date"].to_list() == DAYS


def test_a_poison_session_far_ahead_does_not_fail_the_chunks_before_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison_the_engine(monkeypatch, DAYS[33])

    job = desk.backfill()

    assert (job.status, job.chunks_done) == (JobStatus.FAILED, 3)


def test_work_that_sheds_its_memory_gives_the_same_bytes(desk: Desk) -> None:
    desk.backfill()
    job = SqlQueries(desk.engine).jobs(JobFilter())[0][0]
    chunks = SqlQueries(desk.engine).chunks(job.id)
    whole, shedding = desk.kind.prepare(job), desk.kind.prepare(job)

    expected = [whole.process(chunk) for chunk in chunks]
    found = []
    for chunk in chunks:
        found.append(shedding.process(chunk))
        shedding.shed()

    assert all(one.equals(other) for one, other in zip(found, expected, strict=True))


def test_parts_of_a_chunk_come_to_the_same_bytes(desk: Desk) -> None:
    desk.backfill()
    job = SqlQueries(desk.engine).jobs(JobFilter())[0][0]
    chunk = SqlQueries(desk.engine).chunks(job.id)[2]
    work = desk.kind.prepare(job)
    days = [day for day in work.sessions("KOSPI") if chunk.first_session <= day <= chunk.last_session]

    parts = [work.process(chunk.part(days[:3])), work.process(chunk.part(days[3:]))]

    assert pl.concat(parts).equals(work.process(chunk))
