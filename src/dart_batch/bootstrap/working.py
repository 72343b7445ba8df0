"""Wires who runs jobs: workers, and the caretaker of a cluster."""

import random
import socket
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from dart_batch.adapters.host.day_id import day_id
from dart_batch.adapters.host.processes import HostProcesses
from dart_batch.adapters.host.resources import HostResources
from dart_batch.application.execution.attempt import AttemptRunner, Tell
from dart_batch.application.execution.claiming import Claimer
from dart_batch.application.execution.pace import Pace
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
    from dart_batch.application.maintenance.caretaker import Caretaker
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

    driving = Driving(app.pool, MicroBatch(settings.batch_stream_sessions, settings.batch_stream_ms))
    watching = Watching(HostResources(app.pool.pids), die)
    return AttemptRunner(app.uow, app.job_types, app.clock, random.random, told, driving=driving, watching=watching)
