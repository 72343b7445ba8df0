"""Huey on SQLite, or on Redis when PEERS_REDIS is set. Run: python -m bench.peers.on_huey worker|backfill|submit|bulk N"""

import os
import sys
import time

from huey import RedisHuey, SqliteHuey

from bench.peers import work

if "PEERS_REDIS" in os.environ:
    huey = RedisHuey("peers", url=os.environ["PEERS_REDIS"])
else:
    huey = SqliteHuey("peers", filename=str(work.folder() / "huey.db"), fsync=False, timeout=30)
chunk = huey.task(name="chunk")(work.write_chunk)
row = huey.task(name="row")(work.write_row)


def worker() -> None:
    huey.create_consumer(
        workers=work.slots(), worker_type="thread", periodic=False, initial_delay=0.01, max_delay=0.01
    ).run()


def submit() -> None:
    for number in range(1, work.CHUNKS + 1):
        chunk(number)


def backfill() -> None:
    chunk(0)
    work.wait_for(1)
    start = time.time()
    submit()
    work.tell(seconds=work.wait_for(work.CHUNKS + 1) - start)


def bulk(count: int) -> None:
    row(0)
    start = time.time()
    for number in range(1, count):
        row(number)
    work.tell(seconds=time.time() - start)


if __name__ == "__main__":
    commands = {"worker": worker, "submit": submit, "backfill": backfill}
    sys.exit(bulk(int(sys.argv[2])) if sys.argv[1] == "bulk" else commands[sys.argv[1]]())
