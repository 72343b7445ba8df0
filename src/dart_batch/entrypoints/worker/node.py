"""The Celery side of a node: what its main process and its children do besides being Celery.

The main process keeps house when the office is free. Each child is a worker of its own in the list of workers, so that
what kills a child (memory, time, the system) takes one job's lease and not the node.
"""

import multiprocessing
import os
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from celery.signals import worker_process_init, worker_process_shutdown, worker_ready, worker_shutting_down

from dart_batch.adapters.host.collector import collect_rarely
from dart_batch.adapters.queue.celery_app import HELP, RUN, create_celery
from dart_batch.adapters.queue.redis_helpers import from_message
from dart_batch.application.execution.helping import Helping
from dart_batch.application.execution.summons import Summons
from dart_batch.bootstrap import build
from dart_batch.domain.errors import Transient
from dart_batch.settings import InvalidSettings, load_settings

AGAIN_SECONDS = 1.0


def _redis_url() -> str:
    url: str = load_settings().redis_url
    if not url:
        raise InvalidSettings("A Celery worker needs REDIS_URL.", hint="Set it to redis://host:6379/0.")
    return url


collect_rarely()
celery = create_celery(_redis_url(), load_settings().batch_visibility_seconds)
_STOP = multiprocessing.get_context("fork").Event()
_children: list["_Child"] = []
_presence = ExitStack()


@celery.task(name=RUN)
def run(job_id: str, **_later: object) -> int:
    """Work as long as this job waits. What the database cannot answer now is announced again by who keeps house.

    While versions are exchanged one by one, messages of other versions arrive: what a later one adds is not needed.
    """
    try:
        return _present().summons.come(job_id, _STOP)
    except Transient:
        threading.Event().wait(AGAIN_SECONDS)
        return 0


@celery.task(name=HELP)
def help_compute(message: dict[str, Any], **_later: object) -> int:
    """Compute chunks for a job of another node. A request that is not understood is left to who asks."""
    try:
        return _present().helping.help(from_message(message), _STOP)
    except (Transient, KeyError, TypeError, ValueError):
        return 0


@dataclass(frozen=True, slots=True)
class _Child:
    summons: Summons
    helping: Helping


def _present() -> _Child:
    """The worker of this child, in the list of workers from its first task on."""
    if not _children:
        app = build()
        one = _Child(Summons(app.worker(alone=True, expendable=True)), app.helping())
        _presence.enter_context(one.summons.present())
        _children.append(one)
    return _children[0]


@worker_process_init.connect
def _begin(**_: Any) -> None:
    try:
        _present()
    except Transient:
        return


@worker_process_shutdown.connect
def _end(**_: Any) -> None:
    try:
        _presence.close()
    except Transient:
        return


@worker_ready.connect
def _keep_house(**_: Any) -> None:
    caretaker = build().caretaker(f"node-{os.getpid()}")
    threading.Thread(target=caretaker.serve, args=(_STOP,), name="caretaker", daemon=True).start()


@worker_shutting_down.connect
def _stop(**_: Any) -> None:
    _STOP.set()
