"""Opens what is outside, and makes the App."""

from functools import partial
from typing import TYPE_CHECKING

import sqlalchemy as sa

from dart_batch.adapters.host.clock import SystemClock, new_id
from dart_batch.adapters.host.process_pool import HostProcessPool
from dart_batch.adapters.market_data.exchange_calendar import ExchangeCalendars
from dart_batch.adapters.market_data.parquet_store import ParquetStore
from dart_batch.adapters.persistence import schema, session
from dart_batch.adapters.persistence.failpoints import failpoint_from_environment
from dart_batch.adapters.persistence.moving.target import refuse_unfinished
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.adapters.queue.opening import Wires, open_wires
from dart_batch.adapters.reporting.artefact_folder import ArtefactFolder
from dart_batch.application.ports.clock import Clock
from dart_batch.application.ports.unit_of_work import UnitOfWorkFactory
from dart_batch.bootstrap import extras
from dart_batch.bootstrap.app import App
from dart_batch.domain.job.log_budget import LogBudget
from dart_batch.domain.job.retry import RetryPolicy
from dart_batch.settings import Settings, load_settings

if TYPE_CHECKING:
    from dart_batch.adapters.observability.traces import Traces

SPARE_CONNECTIONS = 4


def build(settings: Settings | None = None) -> App:
    """Wire the App; brings the embedded database's schema up to date.

    Raises DatabaseUnavailable, SchemaOutdated when a server database needs `dart-batch db upgrade`, or
    InstallationArriving for the target of a move that has not ended, or InvalidSettings when packages are missing.
    """
    settings = settings or load_settings()
    if settings.dart_oidc_issuer:
        extras.openid()
    engine = _opened(settings)
    clock, calendars = SystemClock(), ExchangeCalendars()
    wires = open_wires(settings.batch_queue, settings.redis_url, settings.batch_visibility_seconds)
    return App(
        settings=settings,
        engine=engine,
        reading=session.reading(engine, _pool(settings)),
        clock=clock,
        new_id=new_id,
        uow=_units(engine, settings, wires),
        wires=wires,
        calendars=calendars,
        market_data=ParquetStore(settings.data_dir, calendars),
        artefact_folder=ArtefactFolder(settings.artefact_dir),
        retry=RetryPolicy(settings.batch_max_retries, settings.batch_retry_delay),
        pool=HostProcessPool(settings.batch_parallel_processes),
        traces=_traces(engine, settings, clock),
    )


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


def _traces(engine: sa.Engine, settings: Settings, clock: Clock) -> "Traces | None":
    """Null when no collector is named."""
    if not settings.otel_exporter_otlp_endpoint:
        return None
    from dart_batch.adapters.persistence.queries import SqlQueries

    chunks = SqlQueries(engine).chunks
    traces: Traces = extras.traces().Traces(settings.otel_exporter_otlp_endpoint, chunks, clock.now)
    return traces
