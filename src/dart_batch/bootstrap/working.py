"""Wires who runs jobs: workers, and the caretaker of a cluster."""

import random
import socket
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from dart_batch import __version__
from dart_batch.adapters.host.day_id import day_id
from dart_batch.adapters.host.processes import HostProcesses
from dart_batch.adapters.host.resources import HostResources
from dart_batch.application.execution.attempt import AttemptRunner, Tell
from dart_batch.application.execution.claiming import Claimer
from dart_batch.application.execution.pace import Pace
from dart_batch.application.execution.strategies.asking import Spreading
from dart_batch.application.execution.strategies.driving import Driving
from dart_batch.application.execution.strategies.stream import MicroBatch
from dart_batch.application.execution.watching import Watching
from dart_batch.application.execution.worker import Worker, WorkerLimits
from dart_batch.application.maintenance.housekeeper import Housekeeper
from dart_batch.application.maintenance.rescue import Rescuer
from dart_batch.application.ports.unit_of_work import ClaimRules
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.settings import Settings

if TYPE_CHECKING:
    from dart_batch.application.execution.helping import Helping
    from dart_batch.application.maintenance.caretaker import Caretaker
    from dart_batch.application.ports.neighbours import Helpers
    from dart_batch.bootstrap.app import App

SERVER_ROW_SECONDS = 1.0


def rules(settings: Settings) -> ClaimRules:
    """What decides which job is next."""
    return ClaimRules(settings.batch_ageing_seconds, settings.batch_max_per_market, settings.batch_max_per_owner)


def worker(app: "App", tell: Tell, *, alone: bool, expendable: bool = False) -> Worker:
    """A new worker of this process."""
    settings, processes = app.settings, HostProcesses()
    identity = processes.identity(alone=alone)
    return Worker(
        identity,
        app.uow,
        processes,
        app.clock,
        _runner(app, tell, HostProcesses.die if expendable else None),
        Claimer(app.uow, app.clock, identity.id, settings.batch_lease_seconds, rules(settings)),
        WorkerLimits(settings.batch_concurrent_jobs, settings.batch_poll_seconds, settings.batch_drain_seconds),
        Rescuer(app.uow, processes, app.clock, settings.batch_cancel_grace_seconds),
        Pace(target_seconds=SERVER_ROW_SECONDS) if settings.batch_queue == "celery" else Pace(),
        housekeeper=_housekeeper(app),
    )


def caretaker(app: "App", node: str) -> "Caretaker":
    """Who keeps house in a cluster; `node` is told apart from others by host and name."""
    from dart_batch.adapters.persistence import session
    from dart_batch.adapters.persistence.offices import SqlOffices
    from dart_batch.application.maintenance.caretaker import Caretaker

    settings = app.settings
    return Caretaker(
        f"{socket.gethostname()[:40]}:{node}",
        SqlOffices(session.writing(app.engine)),
        app.uow,
        app.clock,
        app.wires.queue,
        rules(settings),
        Rescuer(app.uow, HostProcesses(), app.clock, settings.batch_cancel_grace_seconds),
        _housekeeper(app),
        app.wires.rings,
    )


def helping(app: "App") -> "Helping":
    """Who computes chunks for other nodes."""
    from dart_batch.application.execution.helping import Helping

    return Helping(app.queries.job, app.job_types, _helpers(app), _version())


def _helpers(app: "App") -> "Helpers":
    from dart_batch.adapters.queue.celery_app import create_celery
    from dart_batch.adapters.queue.redis_helpers import RedisHelpers

    settings, lease = app.settings, timedelta(seconds=app.settings.batch_lease_seconds)
    celery = create_celery(settings.redis_url, settings.batch_visibility_seconds)
    return RedisHelpers(celery, settings.redis_url, lambda: app.scaling.idle(app.clock.now() - lease))


def _version() -> str:
    """Other programs might compute other bytes."""
    return f"dart-batch {__version__}, polars {pl.__version__}"


def _housekeeper(app: "App") -> Housekeeper:
    return Housekeeper(lambda day: _submitted(app, day), app.clock, app.settings.batch_maintenance_hour)


def _submitted(app: "App", day: date) -> BatchJob:
    from dart_batch.application.maintenance.daily import DailyMaintenance

    return DailyMaintenance(app.submit, app.maintenance, partial(day_id, "maintenance"))(day)


def _runner(app: "App", tell: Tell, die: Callable[[], None] | None) -> AttemptRunner:
    settings, traces = app.settings, app.traces

    def told(job: BatchJob, outcome: str | None) -> None:
        tell(job, outcome)
        if traces:
            traces.attempt(job, outcome)

    batch, spreading = MicroBatch(settings.batch_stream_sessions, settings.batch_stream_ms), None
    if settings.batch_queue == "celery" and settings.redis_url:
        spreading = Spreading(_helpers(app), app.clock, _version())
    driving = Driving(app.pool, batch, spreading)
    watching = Watching(HostResources(app.pool.pids), die)
    return AttemptRunner(app.uow, app.job_types, app.clock, random.random, told, driving=driving, watching=watching)
