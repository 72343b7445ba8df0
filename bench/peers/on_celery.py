"""Celery with Redis as its broker. Run: python -m bench.peers.on_celery worker|backfill|submit|bulk N"""

import os
import sys
import time

from celery import Celery

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
    with app.producer_pool.acquire(block=True) as producer:
        for number in range(1, work.CHUNKS + 1):
            chunk.apply_async((number,), producer=producer)


def backfill() -> None:
    chunk.delay(0)
    work.wait_for(1)
    start = time.time()
    submit()
    work.tell(seconds=work.wait_for(work.CHUNKS + 1) - start)


def bulk(count: int) -> None:
    with app.producer_pool.acquire(block=True) as producer:
        row.apply_async((0,), producer=producer)
        start = time.time()
        for number in range(1, count):
            row.apply_async((number,), producer=producer)
        work.tell(seconds=time.time() - start)


if __name__ == "__main__":
    commands = {"worker": worker, "submit": submit, "backfill": backfill}
    sys.exit(bulk(int(sys.argv[2])) if sys.argv[1] == "bulk" else commands[sys.argv[1]]())
