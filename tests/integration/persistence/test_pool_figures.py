"""What is told of the connections of a process."""

from pathlib import Path

from dart_batch.adapters.persistence import session
from dart_batch.adapters.persistence.pool_figures import PoolFigures, SqlPools


def test_connections_at_work_and_kept_ones_are_told_apart_for_each_pool(mariadb_url: str) -> None:
    writing = session.create_engine(mariadb_url)
    reading = session.reading(writing)
    pools = SqlPools(writing, reading)

    with writing.connect():
        with reading.connect():
            both = pools.figures()
        one = pools.figures()
    after = pools.figures()
    for engine in (writing, reading):
        engine.dispose()

    assert both == [PoolFigures("writing", 1, 0), PoolFigures("reading", 1, 0)]
    assert one == [PoolFigures("writing", 1, 0), PoolFigures("reading", 0, 1)]
    assert after == [PoolFigures("writing", 0, 1), PoolFigures("reading", 0, 1)]


def test_what_is_no_second_pool_is_not_told_twice(tmp_path: Path) -> None:
    engine = session.create_engine(f"sqlite:///{tmp_path}/file.db")

    found = SqlPools(engine, session.reading(engine)).figures()
    engine.dispose()

    assert found == [PoolFigures("writing", 0, 0)]
