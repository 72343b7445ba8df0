"""Words to workers as Celery messages. Each says which job may run, and nothing else."""

import logging
from collections.abc import Sequence

from celery import Celery
from kombu.exceptions import OperationalError
from redis import Redis
from redis.exceptions import RedisError

from dart_batch.adapters.queue.celery_app import AWAY_SECONDS, NAMES, RUN
from dart_batch.application.ports.queue import Ready
from dart_batch.domain.job.priority import Priority

_AWAY = (OperationalError, RedisError, OSError)
_log = logging.getLogger("dart_batch.queue")


class CeleryQueue:
    """Implements JobQueue over a Celery application whose broker is Redis."""

    def __init__(self, app: Celery, url: str) -> None:
        self._app = app
        self._redis = Redis.from_url(url, socket_timeout=AWAY_SECONDS, socket_connect_timeout=AWAY_SECONDS)

    def announce(self, ready: Sequence[Ready]) -> None:
        if not ready:
            return
        try:
            with self._app.producer_pool.acquire(block=True) as producer:
                for one in ready:
                    queue = NAMES[one.priority]
                    self._app.send_task(RUN, (one.job_id,), queue=queue, producer=producer, retry=False)
        except _AWAY as error:
            _log.warning("The queue does not answer; jobs wait until it does: %s", error)

    def silent(self) -> list[Priority]:
        try:
            return [priority for priority, name in NAMES.items() if not self._redis.llen(name)]
        except _AWAY:
            return []
