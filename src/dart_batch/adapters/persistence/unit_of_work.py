"""One SQL transaction as a unit of work."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from types import TracebackType
from typing import Self

import sqlalchemy as sa

from dart_batch.adapters.persistence import answers
from dart_batch.adapters.persistence.accounts import SqlAccounts
from dart_batch.adapters.persistence.artefacts import SqlArtefacts
from dart_batch.adapters.persistence.attempts import SqlAttempts
from dart_batch.adapters.persistence.audit_trail import SqlAuditTrail
from dart_batch.adapters.persistence.definition_store import SqlDefinitionStore
from dart_batch.adapters.persistence.failpoints import Failpoint
from dart_batch.adapters.persistence.findings import SqlFindings
from dart_batch.adapters.persistence.generations import SqlGenerations
from dart_batch.adapters.persistence.job_log import SqlJobLog
from dart_batch.adapters.persistence.job_repository import SqlJobRepository
from dart_batch.adapters.persistence.ledger import SqlChunkLedger
from dart_batch.adapters.persistence.logins import SqlLogins
from dart_batch.adapters.persistence.migration_book import SqlMigrationBook
from dart_batch.adapters.persistence.publications import SqlPublications
from dart_batch.adapters.persistence.receipts import SqlReceipts
from dart_batch.adapters.persistence.retention import SqlRetention
from dart_batch.adapters.persistence.worker_registry import SqlWorkerRegistry
from dart_batch.application.ports.access import Accounts, AuditTrail, Logins
from dart_batch.application.ports.artefacts import Artefacts
from dart_batch.application.ports.findings import Findings
from dart_batch.application.ports.migration import MigrationBook
from dart_batch.application.ports.retention import Retention
from dart_batch.application.ports.unit_of_work import (
    Attempts,
    ChunkLedger,
    DefinitionStore,
    Generations,
    JobLog,
    Publications,
    Receipts,
)
from dart_batch.application.ports.workers import WorkerRegistry
from dart_batch.domain.job.log_budget import LogBudget
from dart_batch.domain.job.repository import BatchJobRepository


class SqlUnitOfWork:
    """Implements UnitOfWork over an engine that does not begin by itself (see session.unbegun): on SQLite the write
    lock is taken at once, so that nothing that is read inside can be stale when it is written. Threads of one process
    share a `gate`, because waiting for a lock in memory is quicker and fairer than asking SQLite again and again.
    `told` is called after each commit.
    """

    def __init__(
        self,
        engine: sa.Engine,
        failpoint: Failpoint | None = None,
        gate: "Lock | None" = None,
        budget: LogBudget | None = None,
        told: Callable[[], None] | None = None,
    ) -> None:
        self._engine = engine
        self._gate = gate
        self._budget = budget or LogBudget()
        self._failpoint = failpoint
        self._told = told
        self._kept = False
        self._connection: sa.Connection | None = None
        self._trouble = (sa.exc.SQLAlchemyError, engine.dialect.loaded_dbapi.Error)

    def __enter__(self) -> Self:
        if self._gate is not None:
            self._gate.acquire()
        opened = False
        try:
            self._open()
            opened = True
        except self._trouble as error:
            raise self._translated(error) from error
        finally:
            if not opened:
                self._release()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            lost = self._ended(error)
            if not self._kept or error is not None or lost is not None:
                self._close()
        finally:
            self._release()
        if error is not None and (self._dropped(error) or answers.passing(self._engine, error)):
            raise answers.busy(error) from error
        if error is None and lost is not None:
            raise answers.busy(lost) from lost

    @contextmanager
    def kept(self) -> Iterator[Self]:
        self._kept = True
        try:
            yield self
        finally:
            self._kept = False
            self._close()

    def commit(self, boundary: str) -> None:
        self._log.flush()
        self._trail.flush()
        if self._failpoint is not None:
            self._failpoint(f"before:{boundary}", self._driver)
        self._driver.commit()
        self._committed = True
        self._log.settle()
        if self._told is not None:
            self._told()
        if self._failpoint is not None:
            self._failpoint(f"after:{boundary}", self._driver)

    def _ended(self, error: BaseException | None) -> BaseException | None:
        """Take back what is not committed; answers the error of a connection that was lost over it."""
        if self._dropped(error):
            self._forget()
        elif not self._committed:
            self._log.undo()
            self._trail.undo()
            try:
                self._driver.rollback()
            except self._trouble as lost:
                self._forget()
                return lost
        return None

    def _forget(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()

    def _dropped(self, error: BaseException | None) -> bool:
        """Whether the error says that the connection is gone, so that it must not go back to the pool."""
        cause = getattr(error, "orig", error)
        dbapi = self._engine.dialect.loaded_dbapi
        return isinstance(cause, dbapi.Error) and self._engine.dialect.is_disconnect(cause, self._driver, None)

    def _translated(self, error: BaseException) -> BaseException:
        return answers.busy(error) if answers.passing(self._engine, error) else error

    def _release(self) -> None:
        if self._gate is not None:
            self._gate.release()

    def _open(self) -> None:
        self._committed = False
        if self._connection is None:
            self._connect()
        if self._engine.dialect.name == "sqlite":
            self._take_write_lock()

    def _connect(self) -> None:
        connection = self._connection = self._engine.connect()
        self._driver = connection.connection
        self.jobs: BatchJobRepository = SqlJobRepository(connection)
        self.ledger: ChunkLedger = SqlChunkLedger(connection)
        self.generations: Generations = SqlGenerations(connection)
        self.publications: Publications = SqlPublications(connection)
        self.definitions: DefinitionStore = SqlDefinitionStore(connection)
        self._log = SqlJobLog(connection, self._budget)
        self.logs: JobLog = self._log
        self.attempts: Attempts = SqlAttempts(connection)
        self.workers: WorkerRegistry = SqlWorkerRegistry(connection)
        self.retention: Retention = SqlRetention(connection)
        self.artefacts: Artefacts = SqlArtefacts(connection)
        self.receipts: Receipts = SqlReceipts(connection)
        self.migrations: MigrationBook = SqlMigrationBook(connection)
        self.findings: Findings = SqlFindings(connection)
        self.accounts: Accounts = SqlAccounts(connection)
        self.logins: Logins = SqlLogins(connection)
        self._trail = SqlAuditTrail(connection)
        self.audit: AuditTrail = self._trail

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _take_write_lock(self) -> None:
        try:
            self._driver.cursor().execute("BEGIN IMMEDIATE")
        except self._trouble:
            self._close()
            raise
