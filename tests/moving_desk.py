"""An installation with everything in it, and a way to move it; for tests of migrations."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import PoolProxiedConnection

from builders import parameters
from dart_batch.adapters.persistence import session
from dart_batch.adapters.persistence.failpoints import Failpoint
from dart_batch.adapters.persistence.moving.legacy_tables import LegacyTables
from dart_batch.adapters.persistence.moving.relocation import SqlRelocation
from dart_batch.adapters.persistence.moving.rows import moved_tables
from dart_batch.adapters.persistence.queries import SqlQueries
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.application.execution.attempt import AttemptRunner
from dart_batch.application.execution.claiming import Claimer
from dart_batch.application.execution.halting import Halt
from dart_batch.application.job_types.data_migration import DataMigration, order
from dart_batch.application.job_types.definition_rename import DefinitionRenames
from dart_batch.application.job_types.legacy_import import LegacyImports
from dart_batch.application.job_types.store_move import StoreMoves
from dart_batch.application.use_cases.explain_reading import ExplainReading
from dart_batch.application.use_cases.manage_keys import ManageKeys
from dart_batch.application.use_cases.reverse_migration import ReverseMigration
from dart_batch.application.use_cases.submit_job import Submission, SubmitJob
from dart_batch.domain.access.actor import the_system
from dart_batch.domain.access.role import Role
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.migration import DefinitionRename, LegacyImport, StoreMove
from dart_batch.domain.job.parameters import JobType
from dart_batch.domain.job.recalculation import Publish
from dart_batch.domain.job.retry import RetryPolicy
from dart_batch.domain.job.status import JobStatus
from index_desk import BACKFILL, QUARTER, IndexDesk

MOVE = JobType.DATA_MIGRATION
LEASE_SECONDS = 10


class Struck(BaseException):
    """Ends an attempt as a kill would: nothing is caught, nothing is given back."""


def strike(_connection: PoolProxiedConnection) -> None:
    raise Struck


@dataclass
class MovingDesk:
    """`desk` is the installation, `target` the file it is moved to, or `address` the database; `watch` sees every
    commit of an attempt that nothing strikes.
    """

    desk: IndexDesk
    target: Path
    rows_per_chunk: int = 40
    failpoint: Failpoint | None = None
    address: str = ""
    watch: Failpoint | None = None

    @classmethod
    def of(cls, uow: Callable[[], SqlUnitOfWork], engine: sa.Engine, folder: Path) -> "MovingDesk":
        """Two published generations, one taken back and one that waits for a decision, keys, and a queue of one."""
        desk = IndexDesk.of(uow, engine)
        desk.backfill()
        desk.recalculate(QUARTER, publish=Publish.AUTO)
        desk.backfill(overwrite_existing=True)
        desk.roll_back(desk.publication())
        desk.recalculate({"alpha": 0.5, "beta": 0.5})
        desk._submit(BACKFILL, parameters(**(desk._given() | {"overwrite_existing": True})))
        ManageKeys(uow, desk.clock, desk.new_id).create("ann", Role.ADMIN, the_system())
        return cls(desk, folder / "elsewhere" / "target.db")

    @property
    def uow(self) -> Callable[[], SqlUnitOfWork]:
        return partial(SqlUnitOfWork, session.unbegun(self.desk.engine), self.failpoint)

    @property
    def types(self) -> dict[JobType, Any]:
        """All types but the migrations themselves."""
        return self.desk.types

    @property
    def migration(self) -> DataMigration:
        relocation = SqlRelocation(self.desk.engine, failpoint=self.failpoint)
        renames = DefinitionRenames(self.uow, self.desk.new_id, ExplainReading(self.uow, self.types))
        imports = LegacyImports(self.uow, LegacyTables(), self.desk.calendars, self.desk.new_id)
        return DataMigration(StoreMoves(self.uow, relocation), renames, imports)

    @property
    def wanted(self) -> Any:
        move = StoreMove(self.address or f"sqlite:///{self.target}")
        return order(move, RetryPolicy(0, 0), day=self.desk.clock.now().date(), chunk_size=self.rows_per_chunk)

    def submit(self, wanted: Any = None) -> BatchJob:
        """The move, or another migration."""
        self.desk.later()
        types = {MOVE: self.migration}
        submission = Submission(MOVE, wanted or self.wanted, owner="ann")
        return SubmitJob(self.uow, types, self.desk.clock, self.desk.new_id, 10)(submission)

    def legacy(self, source: Path | str, publish: Publish = Publish.AUTO, **changes: str) -> Any:
        """Parameters of an import into KOSPI."""
        day = self.desk.clock.now().date()
        details = LegacyImport(str(source), **changes)
        return order(details, RetryPolicy(0, 0), day=day, market="KOSPI", chunk_size=10, publish=publish)

    def rename(self, old: str, new: str, **changes: Any) -> Any:
        """Parameters of a rename."""
        day = self.desk.clock.now().date()
        return order(DefinitionRename(old, new), RetryPolicy(0, 0), day=day, **({"chunk_size": 10} | changes))

    def run(self, job: BatchJob, place: str = "") -> BatchJob:
        """One attempt, which a strike at the place (moment:boundary:passage) may end; then the lease runs out."""
        moment, _, passage = place.rpartition(":")
        self.failpoint = Failpoint(moment, int(passage), strike) if place else self.watch
        self.desk.clock.advance(2 * LEASE_SECONDS)
        claimed = Claimer(self.uow, self.desk.clock, "worker-1", LEASE_SECONDS).claim(job.id)
        assert claimed is not None
        runner = AttemptRunner(self.uow, {MOVE: self.migration}, self.desk.clock, lambda: 0.0)
        try:
            runner.run(claimed, Halt(threading.Event()))
        except Struck:
            pass
        finally:
            self.failpoint = None
        return self.job(job.id)

    def run_killed_at_every_chunk(self, job: BatchJob) -> BatchJob:
        """Attempts that die one after the other, before and after each chunk's commit; then one that does not."""
        for done in range(job.chunks_total):
            for moment, finished in (("before", done), ("after", done + 1)):
                killed = self.run(job, f"{moment}:chunk:1")
                assert (killed.status, killed.chunks_done) == (JobStatus.RUNNING, finished)
        return self.run(job)

    def job(self, job_id: str) -> BatchJob:
        return SqlQueries(self.desk.engine).job(job_id)

    def moved(self) -> BatchJob:
        return self.run(self.submit())

    def reverse(self, job: BatchJob) -> str:
        self.desk.later()
        return ReverseMigration(self.uow, self.desk.clock, self.migration)(job.id, the_system("ann"))

    def there(self) -> IndexDesk:
        """The target as an installation of its own, with the same observations and clock."""
        engine = session.create_engine(self.address or f"sqlite:///{self.target}")
        uow = partial(SqlUnitOfWork, session.unbegun(engine))
        return IndexDesk(uow, engine, self.desk.data, self.desk.calendars, self.desk.clock, ids=500)


def content(engine: sa.Engine, besides: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every moved table, without what belongs to one job, and with the state of jobs left out."""
    found = {}
    with engine.connect() as connection:
        for table in moved_tables():
            of = table.c.id if table.name == "batch_jobs" else table.c.get("job_id")
            columns = [column for column in table.c if column.name not in ("status", "reason", "version", "updated_at")]
            query = sa.select(*columns).order_by(*table.primary_key.columns)
            rows = connection.execute(query if of is None else query.where(of != besides))
            found[table.name] = [tuple(row) for row in rows]
    return found
