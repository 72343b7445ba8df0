"""DATA_MIGRATION: named migrations, each a plan, chunks, a proof and, where there is one, a way back."""

from dataclasses import dataclass
from datetime import date, datetime

from dart_batch.application.job_types.definition_rename import DefinitionRenames, RenameWork
from dart_batch.application.job_types.legacy_import import LegacyImports, LegacyWork
from dart_batch.application.job_types.store_move import StoreMoves, StoreMoveWork
from dart_batch.application.ports.unit_of_work import UnitOfWork
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.date_range import EARLIEST, DateRange
from dart_batch.domain.job.details import MigrationDetails
from dart_batch.domain.job.errors import InvalidParameters
from dart_batch.domain.job.migration import DefinitionRename, LegacyImport, StoreMove
from dart_batch.domain.job.parameters import BatchJobParameters
from dart_batch.domain.job.plan import Plan
from dart_batch.domain.job.recalculation import Publish
from dart_batch.domain.job.retry import RetryPolicy

EVERYWHERE = "*"
ROWS_PER_CHUNK = 5_000
ROWS_PER_SLICE = 20_000


@dataclass(frozen=True, slots=True)
class DataMigration:
    """Hands each migration to those who know it."""

    moves: StoreMoves
    renames: DefinitionRenames
    imports: LegacyImports

    def plan(self, parameters: BatchJobParameters) -> Plan:
        """Raises InvalidParameters without details of a migration, and what the migration refuses."""
        wanted = parameters.migration
        if isinstance(wanted, StoreMove):
            return self.moves.plan(parameters, wanted)
        if isinstance(wanted, DefinitionRename):
            return self.renames.plan(parameters, wanted)
        if isinstance(wanted, LegacyImport):
            return self.imports.plan(parameters, wanted)
        raise _nameless()

    def prepare(self, job: BatchJob) -> StoreMoveWork | RenameWork | LegacyWork:
        """Pin what the job was planned with."""
        wanted = job.parameters.migration
        if isinstance(wanted, StoreMove):
            return self.moves.prepare(job, wanted)
        if isinstance(wanted, DefinitionRename):
            return self.renames.prepare(job, wanted)
        if isinstance(wanted, LegacyImport):
            return self.imports.prepare(job, wanted)
        raise _nameless()

    def reverse(self, uow: UnitOfWork, job: BatchJob, by: str, at: datetime) -> str:
        """Take the migration back in the caller's transaction; answers a sentence about it. Raises NotReversible."""
        wanted = job.parameters.migration
        if isinstance(wanted, StoreMove):
            return self.moves.reverse(uow, job, wanted, by, at)
        if isinstance(wanted, DefinitionRename):
            return self.renames.reverse(uow, job, wanted, by, at)
        if isinstance(wanted, LegacyImport):
            return self.imports.reverse(uow, job, by, at)
        raise _nameless()


def order(
    details: MigrationDetails,
    retry: RetryPolicy,
    *,
    day: date,
    market: str = EVERYWHERE,
    chunk_size: int | None = None,
    publish: Publish = Publish.AUTO,
) -> BatchJobParameters:
    """Parameters of a migration up to a day. A move's slices may be larger: their rows do not become objects."""
    usual = ROWS_PER_SLICE if isinstance(details, StoreMove) else ROWS_PER_CHUNK
    return BatchJobParameters(
        date_range=DateRange(EARLIEST, day),
        target_markets=(market,),
        definition=details.migration.identifier,
        chunk_size=usual if chunk_size is None else chunk_size,
        retry=retry,
        publish=publish,
        details=details,
    )


def _nameless() -> InvalidParameters:
    return InvalidParameters("A migration must be named: moveTo, legacySource or renameTo.", field="migration")
