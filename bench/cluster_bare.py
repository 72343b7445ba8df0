"""Celery alone, with the node's settings: a task that does nothing, on REDIS_URL. `python -m` with a number sends."""

import os
import sys

from dart_batch.adapters.queue.celery_app import NAMES, create_celery
from dart_batch.domain.job.priority import Priority

QUEUE = NAMES[Priority.NORMAL]
celery = create_celery(os.environ["REDIS_URL"])


@celery.task(name="nothing")
def nothing(number: int) -> None:
    """Acknowledged late, like a job."""


def send(count: int) -> None:
    with celery.producer_pool.acquire(block=True) as producer:
        for number in range(count):
            nothing.apply_async((number,), queue=QUEUE, producer=producer)


if __name__ == "__main__":
    send(int(sys.argv[1]))
