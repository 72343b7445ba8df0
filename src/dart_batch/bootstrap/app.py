"""Everything an entrypoint needs, each part made when it is first asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa

from dart_batch.adapters.host.process_pool import HostProcessPool
from dart_batch.adapters.market_data.exchange_calendar import ExchangeCalendars
from dart_batch.adapters.market_data.parquet_store import ParquetStore
from dart_batch.adapters.queue.opening import Wires
from dart_batch.adapters.reporting.artefact_folder import ArtefactFolder
from dart_batch.application.ports.clock import Clock
from dart_batch.application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from dart_batch.bootstrap import job_types
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.retry import RetryPolicy
from dart_batch.settings import Settings

if TYPE_CHECKING:
    from dart_batch.adapters.observability.traces import Traces
    from dart_batch.adapters.persistence.api_keys import SqlApiKeys
    from dart_batch.adapters.persistence.artefact_list import SqlArtefactList
    from dart_batch.adapters.persistence.audit_queries import SqlAuditQueries
    from dart_batch.adapters.persistence.finding_queries import SqlFindingQueries
    from dart_batch.adapters.persistence.index_queries import SqlIndexQueries
    from dart_batch.adapters.persistence.log_queries import SqlLogQueries
    from dart_batch.adapters.persistence.metric_queries import SqlMetricQueries
    from dart_batch.adapters.persistence.pool_figures import SqlPools
    from dart_batch.adapters.persistence.publication_queries import SqlPublicationQueries
    from dart_batch.adapters.persistence.queries import SqlQueries
    from dart_batch.adapters.persistence.scaling_queries import SqlScaling
    from dart_batch.adapters.persistence.sides import SqlSides
    from dart_batch.adapters.persistence.waiting import SqlWaiting
    from dart_batch.adapters.persistence.worker_queries import SqlWorkerQueries
    from dart_batch.application.execution.attempt import Tell
    from dart_batch.application.execution.helping import Helping
    from dart_batch.application.execution.worker import Worker
    from dart_batch.application.job_types.maintenance import Maintenance
    from dart_batch.application.job_types.validation.planning import DataValidation
    from dart_batch.application.maintenance.caretaker import Caretaker
    from dart_batch.application.use_cases.compare_generation import CompareGeneration
    from dart_batch.application.use_cases.control_job import ControlJob
    from dart_batch.application.use_cases.control_many import ControlMany
    from dart_batch.application.use_cases.decide_generation import DecideGeneration
    from dart_batch.application.use_cases.fetch_artefacts import FetchArtefacts
    from dart_batch.application.use_cases.import_observations import ImportObservations
    from dart_batch.application.use_cases.reverse_migration import ReverseMigration
    from dart_batch.application.use_cases.roll_back import RollBack
    from dart_batch.application.use_cases.submit_job import SubmitJob
    from dart_batch.bootstrap.access import AccessActs
    from dart_batch.domain.access.actor import Actor


@dataclass(frozen=True)
class App:
    """What is open, and from it every part. `reading` is the engine for reads that hold no lock."""

    settings: Settings
    engine: sa.Engine
    reading: sa.Engine
    clock: Clock
    new_id: Callable[[], str]
    uow: UnitOfWorkFactory
    wires: Wires
    calendars: ExchangeCalendars
    market_data: ParquetStore
    artefact_folder: ArtefactFolder
    retry: RetryPolicy
    pool: HostProcessPool
    traces: "Traces | None"

    def view(self, job: BatchJob, by: "Actor | None" = None) -> dict[str, Any]:
        """The job as people and programs see it now, with the reason why it does not run and with the verbs that are
        for `by` (null: for somebody who may control it).
        """
        return self.views([job], by)[0]

    def views(self, jobs: Sequence[BatchJob], by: "Actor | None" = None) -> list[dict[str, Any]]:
        """The same for several jobs. `generation` is what became of what each has written."""
        from dart_batch.application.views import job_view

        now, states = self.clock.now(), self.publications.states([job.id for job in jobs])
        return [
            job_view(job, now, self.waiting.explain(job, now))
            | {"generation": states.get(job.id)}
            | ({} if by is None or by.may_control(job.owner) else {"allowedVerbs": []})
            for job in jobs
        ]

    def worker(self, *, alone: bool = False, expendable: bool = False, tell: "Tell | None" = None) -> "Worker":
        """A new worker of this process; `alone` when the process does nothing else, `expendable` when another takes its
        place as soon as it ends. `tell` hears of its jobs.
        """
        from dart_batch.application.execution.attempt import silent
        from dart_batch.bootstrap import working

        return working.worker(self, tell or silent, alone=alone, expendable=expendable)

    def caretaker(self, node: str) -> "Caretaker":
        """Who keeps house in a cluster, on one node at a time; `node` is told apart from others by host and name."""
        from dart_batch.bootstrap import working

        return working.caretaker(self, node)

    def helping(self) -> "Helping":
        """Who computes chunks for jobs of other nodes; only under Celery."""
        from dart_batch.bootstrap import working

        return working.helping(self)

    @cached_property
    def job_types(self) -> job_types.JobTypes:
        """How each type of jobs is planned and run."""
        return job_types.job_types(self)

    @cached_property
    def maintenance(self) -> "Maintenance":
        return job_types.maintenance(self)

    @property
    def validation(self) -> "DataValidation":
        """Plans validations, and tells what there is to validate."""
        return job_types.validation(self)

    @cached_property
    def import_observations(self) -> "ImportObservations":
        from dart_batch.adapters.market_data.importers.file_importer import FileImporter
        from dart_batch.application.use_cases.import_observations import ImportObservations

        return ImportObservations(self.market_data, FileImporter(self.market_data, self.calendars))

    @cached_property
    def submit(self) -> "SubmitJob":
        from dart_batch.application.use_cases.submit_job import SubmitJob

        return SubmitJob(self.uow, self.job_types, self.clock, self.new_id, self.settings.batch_queue_capacity)

    @cached_property
    def control(self) -> "ControlJob":
        from dart_batch.application.use_cases.control_job import ControlJob

        return ControlJob(self.uow, self.clock)

    @cached_property
    def control_many(self) -> "ControlMany":
        return self._many(self.uow)

    @cached_property
    def rehearse_many(self) -> "ControlMany":
        """The same, and nothing is changed."""
        from dart_batch.application.use_cases.control_many import Rehearsal

        return self._many(lambda: cast("UnitOfWork", Rehearsal(self.uow)))

    def _many(self, uow: UnitOfWorkFactory) -> "ControlMany":
        from dart_batch.application.use_cases.control_job import ControlJob
        from dart_batch.application.use_cases.control_many import ControlMany
        from dart_batch.application.use_cases.decide_generation import DecideGeneration

        return ControlMany(ControlJob(uow, self.clock), DecideGeneration(uow, self.clock, self.new_id))

    @cached_property
    def compare(self) -> "CompareGeneration":
        from dart_batch.application.use_cases.compare_generation import CompareGeneration

        return CompareGeneration(self.uow)

    @cached_property
    def decide(self) -> "DecideGeneration":
        from dart_batch.application.use_cases.decide_generation import DecideGeneration

        return DecideGeneration(self.uow, self.clock, self.new_id)

    @cached_property
    def roll_back(self) -> "RollBack":
        from dart_batch.application.use_cases.roll_back import RollBack

        return RollBack(self.uow, self.clock, self.new_id)

    @cached_property
    def artefacts(self) -> "FetchArtefacts":
        from dart_batch.adapters.persistence.artefacts import SqlArtefactQueries
        from dart_batch.application.use_cases.fetch_artefacts import FetchArtefacts

        return FetchArtefacts(SqlArtefactQueries(self.reading), self.artefact_folder)

    @cached_property
    def files(self) -> "SqlArtefactList":
        from dart_batch.adapters.persistence.artefact_list import SqlArtefactList

        return SqlArtefactList(self.reading)

    @cached_property
    def reverse(self) -> "ReverseMigration":
        from dart_batch.application.use_cases.reverse_migration import ReverseMigration

        return ReverseMigration(self.uow, self.clock, job_types.migration(self))

    @cached_property
    def access(self) -> "AccessActs":
        """What is done about keys, users and logins."""
        from dart_batch.bootstrap.access import access_acts

        return access_acts(self.settings, self.uow, self.clock)

    @cached_property
    def keys(self) -> "SqlApiKeys":
        from dart_batch.adapters.persistence import session
        from dart_batch.adapters.persistence.api_keys import SqlApiKeys

        return SqlApiKeys(session.writing(self.engine), self.clock)

    @cached_property
    def audit(self) -> "SqlAuditQueries":
        from dart_batch.adapters.persistence.audit_queries import SqlAuditQueries

        return SqlAuditQueries(self.engine)

    @cached_property
    def queries(self) -> "SqlQueries":
        from dart_batch.adapters.persistence.queries import SqlQueries

        return SqlQueries(self.reading, self.wires.rings)

    @cached_property
    def figures(self) -> "SqlMetricQueries":
        from dart_batch.adapters.persistence.metric_queries import SqlMetricQueries

        return SqlMetricQueries(self.reading)

    @cached_property
    def pools(self) -> "SqlPools":
        from dart_batch.adapters.persistence.pool_figures import SqlPools

        return SqlPools(self.engine, self.reading)

    @cached_property
    def scaling(self) -> "SqlScaling":
        from dart_batch.adapters.persistence.scaling_queries import SqlScaling

        return SqlScaling(self.reading)

    @cached_property
    def logs(self) -> "SqlLogQueries":
        from dart_batch.adapters.persistence.log_queries import SqlLogQueries

        return SqlLogQueries(self.reading, self.wires.rings)

    @cached_property
    def waiting(self) -> "SqlWaiting":
        from dart_batch.adapters.persistence.waiting import SqlWaiting
        from dart_batch.bootstrap.working import rules

        return SqlWaiting(self.reading, rules(self.settings), 2 * self.settings.batch_lease_seconds)

    @cached_property
    def workers(self) -> "SqlWorkerQueries":
        from dart_batch.adapters.persistence.worker_queries import SqlWorkerQueries

        return SqlWorkerQueries(self.reading, self.settings.batch_lease_seconds)

    @cached_property
    def index(self) -> "SqlIndexQueries":
        from dart_batch.adapters.persistence.index_queries import SqlIndexQueries

        return SqlIndexQueries(self.reading)

    @cached_property
    def sides(self) -> "SqlSides":
        from dart_batch.adapters.persistence.sides import SqlSides

        return SqlSides(self.reading)

    @cached_property
    def publications(self) -> "SqlPublicationQueries":
        from dart_batch.adapters.persistence.publication_queries import SqlPublicationQueries

        return SqlPublicationQueries(self.reading)

    @cached_property
    def findings(self) -> "SqlFindingQueries":
        from dart_batch.adapters.persistence.finding_queries import SqlFindingQueries

        return SqlFindingQueries(self.reading)
