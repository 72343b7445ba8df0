"""The job types, each made when its first job comes."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from dart_batch.adapters.host.clock import new_id
from dart_batch.application.ports.job_type import JobType as JobTypePort
from dart_batch.domain.job.parameters import JobType

if TYPE_CHECKING:
    from dart_batch.application.job_types.data_migration import DataMigration
    from dart_batch.application.job_types.maintenance import Maintenance
    from dart_batch.application.job_types.validation.planning import DataValidation
    from dart_batch.bootstrap.app import App


class JobTypes(dict[JobType, JobTypePort]):
    """What knows how to plan and to run a type of jobs."""

    def __init__(self, makers: dict[JobType, Callable[[], JobTypePort]]) -> None:
        super().__init__()
        self._makers = makers

    def __missing__(self, job_type: JobType) -> JobTypePort:
        return self.setdefault(job_type, self._makers[job_type]())


def job_types(app: "App") -> JobTypes:
    """Those of this installation."""
    return JobTypes(
        {
            JobType.HISTORICAL_BACKFILL: lambda: _backfill(app),
            JobType.INDEX_RECALCULATION: lambda: _recalculation(app),
            JobType.DATA_VALIDATION: lambda: validation(app),
            JobType.BULK_REPORT: lambda: _reports(app),
            JobType.DATA_MIGRATION: lambda: migration(app),
            JobType.MAINTENANCE: lambda: app.maintenance,
        }
    )


def maintenance(app: "App") -> "Maintenance":
    """What prunes what is past its retention."""
    from dart_batch.application.job_types.maintenance import Maintenance

    settings = app.settings
    return Maintenance(app.uow, settings.batch_retention_days, settings.batch_log_retention_days, app.artefact_folder)


def validation(app: "App") -> "DataValidation":
    """What plans validations, and tells what there is to validate."""
    from dart_batch.application.job_types.validation.planning import DataValidation

    return DataValidation(app.uow, app.market_data, app.calendars)


def migration(app: "App") -> "DataMigration":
    """All migrations that are shipped."""
    from dart_batch.adapters.persistence.failpoints import failpoint_from_environment
    from dart_batch.adapters.persistence.moving.legacy_tables import LegacyTables
    from dart_batch.adapters.persistence.moving.relocation import SqlRelocation
    from dart_batch.application.job_types.data_migration import DataMigration
    from dart_batch.application.job_types.definition_rename import DefinitionRenames
    from dart_batch.application.job_types.legacy_import import LegacyImports
    from dart_batch.application.job_types.store_move import StoreMoves
    from dart_batch.application.use_cases.explain_reading import ExplainReading

    password = app.settings.dart_migration_password.get_secret_value()
    relocation = SqlRelocation(app.engine, password, failpoint_from_environment())
    imports = LegacyImports(app.uow, LegacyTables(password), app.calendars, new_id)
    renames = DefinitionRenames(app.uow, new_id, ExplainReading(app.uow, app.job_types))
    return DataMigration(StoreMoves(app.uow, relocation), renames, imports)


def _backfill(app: "App") -> JobTypePort:
    from dart_batch.application.job_types.historical_backfill import HistoricalBackfill

    return HistoricalBackfill(app.uow, app.market_data, app.calendars, new_id)


def _recalculation(app: "App") -> JobTypePort:
    from dart_batch.application.job_types.index_recalculation import IndexRecalculation

    return IndexRecalculation(app.uow, app.market_data, app.calendars, new_id)


def _reports(app: "App") -> JobTypePort:
    from dart_batch.adapters.reporting.report.writer import FileReportWriter
    from dart_batch.application.job_types.bulk_report import BulkReport

    return BulkReport(app.uow, app.market_data, app.calendars, FileReportWriter(), app.artefact_folder)
