"""The only module that names concrete adapters: wires the parts into one App."""

import importlib
import random
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa

from dart_batch.adapters.host.clock import SystemClock, new_id
from dart_batch.adapters.host.day_id import day_id
from dart_batch.adapters.host.process_pool import HostProcessPool
from dart_batch.adapters.host.processes import HostProcesses
from dart_batch.adapters.host.resources import HostResources
from dart_batch.adapters.market_data.exchange_calendar import ExchangeCalendars
from dart_batch.adapters.market_data.importers.file_importer import FileImporter
from dart_batch.adapters.market_data.parquet_store import ParquetStore
from dart_batch.adapters.persistence import schema, session
from dart_batch.adapters.persistence.api_keys import SqlApiKeys
from dart_batch.adapters.persistence.artefact_list import SqlArtefactList
from dart_batch.adapters.persistence.artefacts import SqlArtefactQueries
from dart_batch.adapters.persistence.audit_queries import SqlAuditQueries
from dart_batch.adapters.persistence.failpoints import failpoint_from_environment
from dart_batch.adapters.persistence.finding_queries import SqlFindingQueries
from dart_batch.adapters.persistence.index_queries import SqlIndexQueries
from dart_batch.adapters.persistence.log_queries import SqlLogQueries
from dart_batch.adapters.persistence.metric_queries import SqlMetricQueries
from dart_batch.adapters.persistence.moving.legacy_tables import LegacyTables
from dart_batch.adapters.persistence.moving.relocation import SqlRelocation
from dart_batch.adapters.persistence.moving.target import refuse_unfinished
from dart_batch.adapters.persistence.offices import SqlOffices
from dart_batch.adapters.persistence.pool_figures import SqlPools
from dart_batch.adapters.persistence.publication_queries import SqlPublicationQueries
from dart_batch.adapters.persistence.queries import SqlQueries
from dart_batch.adapters.persistence.scaling_queries import SqlScaling
from dart_batch.adapters.persistence.sides import SqlSides
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.adapters.persistence.waiting import SqlWaiting
from dart_batch.adapters.persistence.worker_queries import SqlWorkerQueries
from dart_batch.adapters.queue.opening import Wires, open_wires
from dart_batch.adapters.reporting.artefact_folder import ArtefactFolder
from dart_batch.adapters.reporting.report.writer import FileReportWriter
from dart_batch.adapters.security.passwords import ArgonPasswords
from dart_batch.application.execution.attempt import AttemptRunner, Tell, silent
from dart_batch.application.execution.claiming import Claimer
from dart_batch.application.execution.strategies.driving import Driving
from dart_batch.application.execution.strategies.stream import MicroBatch
from dart_batch.application.execution.watching import Watching
from dart_batch.application.execution.worker import Worker, WorkerLimits
from dart_batch.application.job_types.bulk_report import BulkReport
from dart_batch.application.job_types.data_migration import DataMigration
from dart_batch.application.job_types.definition_rename import DefinitionRenames
from dart_batch.application.job_types.historical_backfill import HistoricalBackfill
from dart_batch.application.job_types.index_recalculation import IndexRecalculation
from dart_batch.application.job_types.legacy_import import LegacyImports
from dart_batch.application.job_types.maintenance import Maintenance
from dart_batch.application.job_types.store_move import StoreMoves
from dart_batch.application.job_types.validation.planning import DataValidation
from dart_batch.application.maintenance.caretaker import Caretaker
from dart_batch.application.maintenance.housekeeper import Housekeeper
from dart_batch.application.maintenance.rescue import Rescuer
from dart_batch.application.ports.clock import Clock
from dart_batch.application.ports.identity_provider import IdentityProvider
from dart_batch.application.ports.job_type import JobType as JobTypePort
from dart_batch.application.ports.unit_of_work import ClaimRules, UnitOfWork, UnitOfWorkFactory
from dart_batch.application.use_cases.compare_generation import CompareGeneration
from dart_batch.application.use_cases.control_job import ControlJob
from dart_batch.application.use_cases.control_many import ControlMany, Rehearsal
from dart_batch.application.use_cases.decide_generation import DecideGeneration
from dart_batch.application.use_cases.explain_reading import ExplainReading
from dart_batch.application.use_cases.fetch_artefacts import FetchArtefacts
from dart_batch.application.use_cases.import_observations import ImportObservations
from dart_batch.application.use_cases.log_in import LogIn
from dart_batch.application.use_cases.log_in_elsewhere import LogInElsewhere
from dart_batch.application.use_cases.manage_keys import ManageKeys
from dart_batch.application.use_cases.manage_users import ManageUsers
from dart_batch.application.use_cases.reverse_migration import ReverseMigration
from dart_batch.application.use_cases.roll_back import RollBack
from dart_batch.application.use_cases.submit_job import SubmitJob
from dart_batch.application.views import job_view
from dart_batch.domain.access.actor import Actor
from dart_batch.domain.access.identity import GroupRoles
from dart_batch.domain.access.role import Role
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.log_budget import LogBudget
from dart_batch.domain.job.parameters import JobType
from dart_batch.domain.job.retry import RetryPolicy
from dart_batch.settings import InvalidSettings, Settings, load_settings

if TYPE_CHECKING:
    from dart_batch.adapters.observability.traces import Traces


@dataclass(frozen=True, slots=True)
class AccessActs:
    """What is done about keys, users and logins."""

    keys: ManageKeys
    users: ManageUsers
    login: LogIn
    elsewhere: LogInElsewhere


SPARE_CONNECTIONS = 4


@dataclass(frozen=True, slots=True)
class App:
    """Everything an entrypoint needs."""

    settings: Settings
    engine: sa.Engine
    clock: Clock
    new_id: Callable[[], str]
    uow: Callable[[], UnitOfWork]
    calendars: ExchangeCalendars
    market_data: ParquetStore
    job_types: dict[JobType, JobTypePort]
    maintenance: Maintenance
    import_observations: ImportObservations
    submit: SubmitJob
    control: ControlJob
    control_many: ControlMany
    rehearse_many: ControlMany
    compare: CompareGeneration
    decide: DecideGeneration
    roll_back: RollBack
    artefacts: FetchArtefacts
    files: SqlArtefactList
    reverse: ReverseMigration
    queries: SqlQueries
    figures: SqlMetricQueries
    pools: SqlPools
    scaling: SqlScaling
    logs: SqlLogQueries
    waiting: SqlWaiting
    workers: SqlWorkerQueries
    index: SqlIndexQueries
    sides: SqlSides
    publications: SqlPublicationQueries
    findings: SqlFindingQueries
    keys: SqlApiKeys
    access: AccessActs
    audit: SqlAuditQueries
    retry: RetryPolicy
    pool: HostProcessPool
    traces: "Traces | None"
    wires: Wires

    def view(self, job: BatchJob, by: Actor | None = None) -> dict[str, Any]:
        """The job as people and programs see it now, with the reason why it does not run and with the verbs that are
        for `by` (null: for somebody who may control it).
        """
        return self.views([job], by)[0]

    def views(self, jobs: Sequence[BatchJob], by: Actor | None = None) -> list[dict[str, Any]]:
        """The same for several jobs. `generation` is what became of what each has written."""
        now, states = self.clock.now(), self.publications.states([job.id for job in jobs])
        return [
            job_view(job, now, self.waiting.explain(job, now))
            | {"generation": states.get(job.id)}
            | ({} if by is None or by.may_control(job.owner) else {"allowedVerbs": []})
            for job in jobs
        ]

    @property
    def validation(self) -> DataValidation:
        """Plans validations, and tells what there is to validate."""
        return DataValidation(self.uow, self.market_data, self.calendars)

    def worker(self, *, alone: bool = False, tell: Tell = silent) -> Worker:
        """A new worker of this process; `alone` when the process does nothing else. `tell` hears of its jobs."""
        settings, processes = self.settings, HostProcesses()
        identity = processes.identity(alone=alone)
        return Worker(
            identity,
            self.uow,
            processes,
            self.clock,
            self._runner(tell),
            Claimer(self.uow, self.clock, identity.id, settings.batch_lease_seconds, _rules(settings)),
            WorkerLimits(settings.batch_concurrent_jobs, settings.batch_poll_seconds, settings.batch_drain_seconds),
            Rescuer(self.uow, processes, self.clock, settings.batch_cancel_grace_seconds),
            housekeeper=self._housekeeper(),
        )

    def caretaker(self, node: str) -> Caretaker:
        """Who keeps house in a cluster, on one node at a time; `node` is told apart from others by host and name."""
        settings = self.settings
        return Caretaker(
            f"{socket.gethostname()[:40]}:{node}",
            SqlOffices(session.writing(self.engine)),
            self.uow,
            self.clock,
            self.wires.queue,
            _rules(settings),
            Rescuer(self.uow, HostProcesses(), self.clock, settings.batch_cancel_grace_seconds),
            self._housekeeper(),
            self.wires.rings,
        )

    def _housekeeper(self) -> Housekeeper:
        hour, id_of = self.settings.batch_maintenance_hour, partial(day_id, "maintenance")
        return Housekeeper(self.submit, self.maintenance, self.clock, hour, id_of)

    def _runner(self, tell: Tell) -> AttemptRunner:
        watching, traces = Watching(HostResources(self.pool.pids)), self.traces

        def told(job: BatchJob, outcome: str | None) -> None:
            tell(job, outcome)
            if traces:
                traces.attempt(job, outcome)

        return AttemptRunner(
            self.uow, self.job_types, self.clock, random.random, told, driving=self._driving(), watching=watching
        )

    def _driving(self) -> Driving:
        settings = self.settings
        return Driving(self.pool, MicroBatch(settings.batch_stream_sessions, settings.batch_stream_ms))


def build(settings: Settings | None = None) -> App:
    """Wire the App; brings the embedded database's schema up to date.

    Raises DatabaseUnavailable, SchemaOutdated when a server database needs `dart-batch db upgrade`, or
    InstallationArriving for the target of a move that has not ended.
    """
    settings = settings or load_settings()
    engine = _opened(settings)
    reading = session.reading(engine, _pool(settings))
    clock = SystemClock()
    wires = open_wires(settings.batch_queue, settings.redis_url, settings.batch_visibility_seconds)
    uow = _units(engine, settings, wires)
    calendars = ExchangeCalendars()
    market_data = ParquetStore(settings.data_dir, calendars)
    files = ArtefactFolder(settings.artefact_dir)
    maintenance = Maintenance(uow, settings.batch_retention_days, settings.batch_log_retention_days, files)
    job_types: dict[JobType, JobTypePort] = _computing(uow, market_data, calendars)
    migration = _migration(engine, settings, uow, calendars, ExplainReading(uow, job_types))
    job_types |= {JobType.MAINTENANCE: maintenance, JobType.DATA_MIGRATION: migration}
    job_types[JobType.BULK_REPORT] = BulkReport(uow, market_data, calendars, FileReportWriter(), files)
    return App(
        settings=settings,
        engine=engine,
        clock=clock,
        new_id=new_id,
        uow=uow,
        calendars=calendars,
        market_data=market_data,
        job_types=job_types,
        maintenance=maintenance,
        import_observations=ImportObservations(market_data, FileImporter(market_data, calendars)),
        submit=SubmitJob(uow, job_types, clock, new_id, settings.batch_queue_capacity),
        control=ControlJob(uow, clock),
        control_many=_many(uow, clock, new_id),
        rehearse_many=_many(lambda: cast("UnitOfWork", Rehearsal(uow)), clock, new_id),
        artefacts=FetchArtefacts(SqlArtefactQueries(reading), files),
        reverse=ReverseMigration(uow, clock, migration),
        keys=SqlApiKeys(session.writing(engine), clock),
        access=_access(settings, uow, clock),
        audit=SqlAuditQueries(engine),
        retry=RetryPolicy(settings.batch_max_retries, settings.batch_retry_delay),
        pool=HostProcessPool(settings.batch_parallel_processes),
        traces=_traces(engine, settings, clock),
        **_decisions(uow, clock),
        **_reads(engine, reading, settings, wires),
    )


def _decisions(uow: Callable[[], UnitOfWork], clock: Clock) -> dict[str, Any]:
    """The parts of the App that are about what becomes live."""
    return {
        "compare": CompareGeneration(uow),
        "decide": DecideGeneration(uow, clock, new_id),
        "roll_back": RollBack(uow, clock, new_id),
    }


def _opened(settings: Settings) -> sa.Engine:
    engine = session.create_engine(settings.database, _pool(settings))
    schema.ensure(engine)
    refuse_unfinished(engine)
    return engine


def _units(engine: sa.Engine, settings: Settings, wires: Wires) -> UnitOfWorkFactory:
    base, failpoint = session.unbegun(engine), failpoint_from_environment()
    return partial(
        SqlUnitOfWork, base, failpoint, session.gate(engine), LogBudget(settings.batch_log_lines), wires.ring
    )


def _pool(settings: Settings) -> session.Pool:
    """Every running job keeps a connection, so there are more than slots."""
    size = max(settings.database_pool_size, settings.batch_concurrent_jobs + SPARE_CONNECTIONS)
    return session.Pool(size, settings.database_answer_seconds)


def _migration(
    engine: sa.Engine, settings: Settings, uow: UnitOfWorkFactory, calendars: ExchangeCalendars, explain: ExplainReading
) -> DataMigration:
    password = settings.dart_migration_password.get_secret_value()
    relocation = SqlRelocation(engine, password, failpoint_from_environment())
    imports = LegacyImports(uow, LegacyTables(password), calendars, new_id)
    return DataMigration(StoreMoves(uow, relocation), DefinitionRenames(uow, new_id, explain), imports)


def _computing(
    uow: UnitOfWorkFactory, market_data: ParquetStore, calendars: ExchangeCalendars
) -> dict[JobType, JobTypePort]:
    """The types of jobs that compute an index, or check it."""
    given = (uow, market_data, calendars, new_id)
    return {
        JobType.HISTORICAL_BACKFILL: HistoricalBackfill(*given),
        JobType.INDEX_RECALCULATION: IndexRecalculation(*given),
        JobType.DATA_VALIDATION: DataValidation(uow, market_data, calendars),
    }


def _reads(writing: sa.Engine, engine: sa.Engine, settings: Settings, wires: Wires) -> dict[str, Any]:
    """The parts of the App that only read, and the wires by which they hear of commits."""
    return {
        "wires": wires,
        "queries": SqlQueries(engine, wires.rings),
        "files": SqlArtefactList(engine),
        "figures": SqlMetricQueries(engine),
        "pools": SqlPools(writing, engine),
        "scaling": SqlScaling(engine),
        "logs": SqlLogQueries(engine, wires.rings),
        "waiting": SqlWaiting(engine, _rules(settings), 2 * settings.batch_lease_seconds),
        "workers": SqlWorkerQueries(engine, settings.batch_lease_seconds),
        "index": SqlIndexQueries(engine),
        "sides": SqlSides(engine),
        "publications": SqlPublicationQueries(engine),
        "findings": SqlFindingQueries(engine),
    }


def _traces(engine: sa.Engine, settings: Settings, clock: Clock) -> "Traces | None":
    """Null when no collector is named. Raises InvalidSettings when the packages for it are not installed."""
    endpoint = settings.otel_exporter_otlp_endpoint
    if not endpoint:
        return None
    module = _extra("dart_batch.adapters.observability.traces", "OTEL_EXPORTER_OTLP_ENDPOINT", "telemetry")
    traces: Traces = module.Traces(endpoint, SqlQueries(engine).chunks, clock.now)
    return traces


def _access(settings: Settings, uow: UnitOfWorkFactory, clock: Clock) -> AccessActs:
    passwords = ArgonPasswords()
    log_in = LogIn(uow, clock, passwords, timedelta(hours=settings.dart_session_hours))
    roles = GroupRoles({Role(name): groups for name, groups in settings.oidc_groups.items()})
    return AccessActs(
        ManageKeys(uow, clock, new_id),
        ManageUsers(uow, clock, new_id, passwords),
        log_in,
        LogInElsewhere(log_in, new_id, roles, _provider(settings)),
    )


def _provider(settings: Settings) -> IdentityProvider | None:
    """Null when none is named. Raises InvalidSettings when the packages for it are not installed."""
    if not settings.dart_oidc_issuer:
        return None
    module = _extra("dart_batch.adapters.security.openid", "DART_OIDC_ISSUER", "oidc")
    provider: IdentityProvider = module.OpenId(
        settings.dart_oidc_issuer,
        settings.dart_oidc_client_id,
        settings.dart_oidc_client_secret.get_secret_value(),
        settings.dart_oidc_label,
        settings.dart_oidc_scopes,
        settings.dart_oidc_name_claim,
        settings.dart_oidc_groups_claim,
    )
    return provider


def _extra(module: str, variable: str, extra: str) -> ModuleType:
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise InvalidSettings(
            f"{variable} is set, but {error.name} is not installed.",
            hint=f"Install it with: pip install 'dart-batch[{extra}]', or unset the variable.",
        ) from error


def _rules(settings: Settings) -> ClaimRules:
    return ClaimRules(settings.batch_ageing_seconds, settings.batch_max_per_market, settings.batch_max_per_owner)


def _many(uow: UnitOfWorkFactory, clock: Clock, new_id: Callable[[], str]) -> ControlMany:
    return ControlMany(ControlJob(uow, clock), DecideGeneration(uow, clock, new_id))
