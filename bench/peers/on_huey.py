"""Huey on SQLite, or on Redis when PEERS_REDIS is set. Commands: worker, submit, backfill, bulk N."""

import os

from huey import RedisHuey, SqliteHuey

from bench.peers import work

if "PEERS_REDIS" in os.environ:
    huey = RedisHuey("peers", url=os.environ["PEERS_REDIS"])
else:
    huey = SqliteHuey("peers", filename=str(work.folder() / "huey.db"), fsync=False if work.tuned() else None)
chunk = huey.task(name="chunk")(work.write_chunk)
row = huey.task(name="row")(work.write_row)


def worker() -> None:
    polling = {"initial_delay": 0.01, "max_delay": 0.01} if work.tuned() else {}
    huey.create_consumer(workers=work.slots(), worker_type="thread", **polling).run()


def submit() -> None:
    work.send_chunks(chunk)


def backfill() -> None:
    work.time_backfill(chunk)


def bulk(count: int) -> None:
    work.time_bulk(row, count)


if __name__ == "__main__":
    work.run(worker=worker, submit=submit, backfill=backfill, bulk=bulk)
