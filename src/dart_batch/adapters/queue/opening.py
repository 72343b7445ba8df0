"""Opens what BATCH_QUEUE and REDIS_URL ask for. Celery and Redis are imported only when they are wanted."""

from collections.abc import Callable
from dataclasses import dataclass

from dart_batch.adapters.queue.database_queue import DatabaseQueue
from dart_batch.application.ports.queue import JobQueue


@dataclass(frozen=True, slots=True)
class Wires:
    """`ring` is to be called after each commit, and `rings` counts those of all nodes; null without Redis."""

    queue: JobQueue
    ring: Callable[[], None] | None = None
    rings: Callable[[], int] | None = None


def open_wires(kind: str, redis_url: str, visibility_seconds: int) -> Wires:
    """The wires of this process; nothing is connected before it is used."""
    if not redis_url:
        return Wires(DatabaseQueue())
    from dart_batch.adapters.queue.redis_bell import RedisBell  # noqa: PLC0415

    bell = RedisBell(redis_url)
    return Wires(_queue(kind, redis_url, visibility_seconds), bell.ring, bell.rings)


def _queue(kind: str, redis_url: str, visibility_seconds: int) -> JobQueue:
    if kind == "database":
        return DatabaseQueue()
    from dart_batch.adapters.queue.celery_app import create_celery  # noqa: PLC0415
    from dart_batch.adapters.queue.celery_queue import CeleryQueue  # noqa: PLC0415

    return CeleryQueue(create_celery(redis_url, visibility_seconds), redis_url)
