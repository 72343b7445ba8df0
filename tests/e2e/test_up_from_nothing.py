"""`dart-batch up` in an empty home: data, key, index and page; Ctrl-C ends it; a second start repeats nothing."""

import sqlite3
from pathlib import Path

from running_server import ask, free_port, key_in, up


def counts(home: Path) -> tuple[object, ...]:
    with sqlite3.connect(home / "dart-batch.db") as connection:
        tables = ("batch_jobs", "fear_greed_batch_history", "index_publications", "api_keys")
        return tuple(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables)


def test_an_index_is_published_and_served_from_nothing_and_a_second_start_repeats_nothing(tmp_path: Path) -> None:
    port = free_port()
    with up(tmp_path, port) as first:
        key = key_in(first)
        published = ask(port, "/api/index", key)
    before = counts(tmp_path)

    with up(tmp_path, port) as second:
        again = ask(port, "/api/index", key_in(second))

    assert "is completed: 8,313 sessions" in first[0]
    assert any(line.startswith("US / us  2022-12-28") for line in first)
    assert f"Page   http://localhost:{port}/batch" in first
    assert key_in(second) == key
    assert again == published
    assert counts(tmp_path) == before
