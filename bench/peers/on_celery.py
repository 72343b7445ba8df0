"""Celery with Redis as its broker. Commands: worker, submit, backfill, bulk N."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from celery import Celery, Task

from bench.peers import work

app = Celery("peers", broker=os.environ["PEERS_REDIS"])
app.conf.update(task_ignore_result=True)
if work.tuned():
    app.conf.update(
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        broker_transport_options={"visibility_timeout": 60},
    )
chunk = app.task(name="chunk")(work.write_chunk)
row = app.task(name="row")(work.write_row)


def worker() -> None:
    pool = "threads" if work.slots() > 1 else "prefork"
    quick = ["--without-mingle", "--without-gossip", "--without-heartbeat"] if work.tuned() else []
    app.worker_main(["worker", "--pool", pool, "--concurrency", str(work.slots()), "--loglevel", "ERROR", *quick])


def submit() -> None:
    with sending(chunk) as send:
        work.send_chunks(send)


def backfill() -> None:
    with sending(chunk) as send:
        work.time_backfill(send)


def bulk(count: int) -> None:
    with sending(row) as send:
        work.time_bulk(send, count)


@contextmanager
def sending(task: Task) -> Iterator[Callable[[int], object]]:
    """Sends over one connection, which is the quickest way that Celery has."""
    with app.producer_pool.acquire(block=True) as producer:
        yield lambda number: task.apply_async((number,), producer=producer)


if __name__ == "__main__":
    work.run(worker=worker, submit=submit, backfill=backfill, bulk=bulk)
