"""DBOS on SQLite: one workflow whose steps are the chunks. Commands: worker, submit, backfill, bulk N."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSConfig, EnqueueOptions

from bench.peers import work

DATABASE = f"sqlite:///{work.folder() / 'dbos.db'}"
QUEUE = "jobs"
BATCH = 500
POLL_SECONDS = 0.01 if work.tuned() else 1.0
CLAIMED_AHEAD = 200

config: DBOSConfig = {
    "name": "peers",
    "system_database_url": DATABASE,
    "application_version": "1",
    "log_level": "ERROR",
    "max_executor_threads": work.slots(),
}


def write_ahead(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


if work.tuned():
    sa.event.listen(sa.Engine, "connect", write_ahead)

step = DBOS.step(name="chunk")(work.write_chunk)
row_step = DBOS.step(name="row")(work.write_row)


def run_chunks(first: int, last: int) -> None:
    for number in range(first, last + 1):
        step(number)


def run_row(number: int) -> None:
    row_step(number)


backfill_workflow = DBOS.workflow(name="backfill")(run_chunks)
row_workflow = DBOS.workflow(name="job")(run_row)


@contextmanager
def launched(*queues: str) -> Iterator[None]:
    DBOS(config=config)
    DBOS.listen_queues(list(queues))
    DBOS.launch()
    DBOS.register_queue(QUEUE, worker_concurrency=CLAIMED_AHEAD, polling_interval_sec=POLL_SECONDS)
    yield
    DBOS.destroy()


def worker() -> None:
    with launched(QUEUE):
        threading.Event().wait()


def client() -> DBOSClient:
    """A client of the database, which a launch has made."""
    with launched():
        return DBOSClient(system_database_url=DATABASE)


def submit() -> None:
    client().enqueue({"queue_name": QUEUE, "workflow_name": "backfill"}, 1, work.CHUNKS)


def backfill() -> None:
    with launched():
        backfill_workflow(0, 0)
        start = time.time()
        backfill_workflow(1, work.CHUNKS)
        work.tell(seconds=time.time() - start)


def bulk(count: int) -> None:
    sender = client()
    options: EnqueueOptions = {"queue_name": QUEUE, "workflow_name": "job"}
    engine = sa.create_engine(DATABASE)
    sender.enqueue(options, 0)
    start = time.time()
    for first in range(1, count, BATCH):
        with engine.begin() as transaction:
            for number in range(first, min(first + BATCH, count)):
                sender.enqueue_in_transaction(transaction, options, number)
    work.tell(seconds=time.time() - start)


if __name__ == "__main__":
    work.run(worker=worker, submit=submit, backfill=backfill, bulk=bulk)
