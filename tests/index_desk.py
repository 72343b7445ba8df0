"""Real job types over a real database and two made-up series, for tests of what becomes of the index."""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import polars as pl
import sqlalchemy as sa

from builders import MINI, NOW, parameters
from dart_batch.adapters.persistence.index_queries import SqlIndexQueries
from dart_batch.adapters.persistence.publication_queries import SqlPublicationQueries
from dart_batch.adapters.persistence.queries import SqlQueries
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.application.definitions import store_definition
from dart_batch.application.execution.attempt import AttemptRunner
from dart_batch.application.execution.claiming import Claimer
from dart_batch.application.execution.halting import Halt
from dart_batch.application.execution.strategies.driving import Driving
from dart_batch.application.job_types.historical_backfill import HistoricalBackfill
from dart_batch.application.job_types.index_recalculation import IndexRecalculation
from dart_batch.application.use_cases.compare_generation import CompareGeneration
from dart_batch.application.use_cases.decide_generation import DecideGeneration
from dart_batch.application.use_cases.roll_back import RollBack
from dart_batch.application.use_cases.submit_job import Submission, SubmitJob
from dart_batch.domain.access.actor import the_system
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.parameters import JobType
from dart_batch.domain.job.plan import Plan
from dart_batch.domain.job.recalculation import Publish, Recalculation
from dart_batch.engine.definition_file import parse_definition
from fakes.calendar import FakeCalendars, WeekdayCalendar
from fakes.clock import FakeClock
from fakes.market_data import FakeMarketData, append, series_frame

BACKFILL, RECALCULATION = JobType.HISTORICAL_BACKFILL, JobType.INDEX_RECALCULATION
DAYS = WeekdayCalendar().sessions(date(2020, 1, 1), date(2020, 3, 31))
RANGE = DateRange(DAYS[0], DAYS[-1])
QUARTER = {"alpha": 0.25, "beta": 0.75}


@dataclass
class IndexDesk:
    """The index `mini` of KOSPI. Time passes by a second with every job and decision."""

    uow: Callable[[], SqlUnitOfWork]
    engine: sa.Engine
    data: FakeMarketData
    calendars: FakeCalendars
    clock: FakeClock
    ids: int = 0
    driving: Driving = field(default_factory=Driving)

    @classmethod
    def of(cls, uow: Callable[[], SqlUnitOfWork], engine: sa.Engine) -> "IndexDesk":
        calendars = FakeCalendars()
        made = cls(uow, engine, FakeMarketData(calendars), calendars, FakeClock(NOW))
        made.observe("alpha", DAYS, [float(day.toordinal() * 7919 % 101) for day in DAYS])
        made.observe("beta", DAYS, [float(day.toordinal() * 104729 % 97) for day in DAYS])
        made.define(MINI)
        return made

    def define(self, text: str) -> None:
        with self.uow() as work:
            store_definition(work, parse_definition(text, "given"), text, NOW, "tester")
            work.commit("test")

    def observe(self, name: str, days: list[date], values: list[float]) -> None:
        append(self.data, "KOSPI", series_frame(list(zip([name] * len(days), days, values, strict=True))))

    def new_id(self) -> str:
        self.ids += 1
        return f"id-{self.ids:03}"

    @property
    def types(self) -> dict[JobType, Any]:
        given = (self.uow, self.data, self.calendars, self.new_id)
        return {BACKFILL: HistoricalBackfill(*given), RECALCULATION: IndexRecalculation(*given)}

    def plan(self, weights: dict[str, float] | None = None, **changes: Any) -> Plan:
        return self.types[RECALCULATION].plan(self._recalculation(weights or {}, changes))

    def backfill(self, **changes: Any) -> BatchJob:
        return self._run(BACKFILL, parameters(**(self._given() | changes)))

    def recalculate(self, weights: dict[str, float] | None = None, **changes: Any) -> BatchJob:
        return self._run(RECALCULATION, self._recalculation(weights or {}, changes))

    def promote(self, job: BatchJob) -> list[str]:
        self.later()
        return self.decide.promote(job.id, the_system("ann"))

    def discard(self, job: BatchJob) -> str:
        self.later()
        return self.decide.discard(job.id, the_system("ann"))

    @property
    def decide(self) -> DecideGeneration:
        return DecideGeneration(self.uow, self.clock, self.new_id)

    @property
    def compare(self) -> CompareGeneration:
        return CompareGeneration(self.uow)

    def roll_back(self, publication_id: str) -> None:
        self.later()
        RollBack(self.uow, self.clock, self.new_id)(publication_id, the_system("ann"))

    def publication(self) -> str:
        """Id of the newest act."""
        return str(self.publications.acts("KOSPI", "mini", 1)[0][0]["id"])

    @property
    def publications(self) -> SqlPublicationQueries:
        return SqlPublicationQueries(self.engine)

    def live(self, definition: str = "mini") -> pl.DataFrame:
        return SqlIndexQueries(self.engine).readings("KOSPI", definition, components=True)

    def pointers(self) -> list[tuple[Any, ...]]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql("SELECT * FROM index_segments ORDER BY 1, 2, 3")]

    def fingerprint(self) -> str:
        """Hash of everything that the live index shows, and of how it points there."""
        return hashlib.sha256(repr((self.live().rows(), self.pointers())).encode()).hexdigest()

    def later(self) -> None:
        self.clock.advance(timedelta(seconds=1).total_seconds())

    def _run(self, kind: JobType, given: Any) -> BatchJob:
        return self.run(self._submit(kind, given))

    def submit(self, weights: dict[str, float], **changes: Any) -> BatchJob:
        """A recalculation that is queued."""
        return self._submit(RECALCULATION, self._recalculation(weights, changes))

    def _submit(self, kind: JobType, given: Any) -> BatchJob:
        self.later()
        return SubmitJob(self.uow, self.types, self.clock, self.new_id, 10)(Submission(kind, given))

    def run(self, job: BatchJob) -> BatchJob:
        """The job as it is after its attempt."""
        claimed = Claimer(self.uow, self.clock, "worker-1", 10).claim(job.id)
        assert claimed is not None
        AttemptRunner(self.uow, self.types, self.clock, lambda: 0.0, driving=self.driving).run(
            claimed, Halt(threading.Event())
        )
        return SqlQueries(self.engine).job(job.id)

    def _recalculation(self, weights: dict[str, float], changes: dict[str, Any]) -> Any:
        special = Recalculation("a test", tuple(sorted(weights.items())), changes.pop("index", ""))
        return parameters(**(self._given() | {"details": special, "publish": Publish.MANUAL} | changes))

    def _given(self) -> dict[str, Any]:
        return {"definition": "mini", "date_range": RANGE, "chunk_size": 10}
