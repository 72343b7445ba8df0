"""How slices are cut and carried: the same content by every way, and no way writes what it reads."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from dart_batch.adapters.persistence import session
from dart_batch.adapters.persistence.every_table import metadata
from dart_batch.adapters.persistence.moving import rows
from dart_batch.adapters.persistence.moving.cutting import SLICE_BYTES, cut
from dart_batch.adapters.persistence.moving.ways import Streamed, Way, knowing_files, way_between
from dart_batch.adapters.persistence.tables import logs
from dart_batch.application.ports.migration import Slice

EVERYTHING = Slice("batch_logs", None, None, 1_200)
WIDE = 100_000
WAYS = ["streamed", "attached"]


@pytest.fixture
def source(tmp_path: Path) -> Iterator[sa.Engine]:
    engine = session.create_engine(f"sqlite:///{tmp_path / 'old place ?#.db'}")
    metadata.create_all(engine, [logs])
    say(engine, EVERYTHING.rows, "ein Wort · 한국어")
    yield engine
    engine.dispose()


@pytest.fixture
def target(tmp_path: Path) -> Iterator[sa.Engine]:
    url = knowing_files(sa.make_url(f"sqlite:///{tmp_path / 'new.db'}"))
    engine = session.create_engine(url.render_as_string(hide_password=False))
    metadata.create_all(engine, [logs])
    yield engine
    engine.dispose()


def test_every_way_brings_the_same_and_says_so(source: sa.Engine, target: sa.Engine) -> None:
    answers = []
    for name in WAYS:
        way = way_of(name, source, target)
        with session.writing(target).begin() as connection:
            answers.append(way.bring(connection, EVERYTHING))
        with target.connect() as connection:
            answers.append(rows.copied(rows.read(connection, logs, EVERYTHING, "move")))

    assert len(set(answers)) == 1
    assert answers[0].rows == EVERYTHING.rows


def test_how_many_rows_are_read_together_does_not_change_the_hash(source: sa.Engine) -> None:
    with source.connect() as connection:
        whole = [row for part in rows.read(connection, logs, EVERYTHING, "move") for row in part]

    assert rows.copied([whole]) == rows.copied([[row] for row in whole])


@pytest.mark.parametrize("name", WAYS)
def test_what_has_not_changed_needs_nothing_more(source: sa.Engine, target: sa.Engine, name: str) -> None:
    way = way_of(name, source, target)

    with session.writing(target).begin() as connection:
        known = way.bring(connection, EVERYTHING)

        assert way.level(connection, EVERYTHING, known)


@pytest.mark.parametrize("name", WAYS)
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE batch_logs SET message = message || '.' WHERE id = 700",
        "UPDATE batch_logs SET chunk = 0 WHERE id = 700",
        "DELETE FROM batch_logs WHERE id = 700",
        "INSERT INTO batch_logs SELECT 5000, job_id, attempt, chunk, at, level, event, message FROM batch_logs LIMIT 1",
    ],
)
def test_a_change_in_the_source_is_noticed(source: sa.Engine, target: sa.Engine, name: str, change: str) -> None:
    way = way_of(name, source, target)
    with session.writing(target).begin() as connection:
        known = way.bring(connection, EVERYTHING)

    with session.writing(source).begin() as connection:
        connection.exec_driver_sql(change)

    with session.writing(target).begin() as connection:
        assert not way.level(connection, EVERYTHING, known)


def test_a_change_in_the_target_is_noticed_where_both_are_files(source: sa.Engine, target: sa.Engine) -> None:
    way = way_of("attached", source, target)
    with session.writing(target).begin() as connection:
        known = way.bring(connection, EVERYTHING)
        connection.exec_driver_sql("UPDATE batch_logs SET message = upper(message) WHERE id = 3")

        assert not way.level(connection, EVERYTHING, known)


def test_others_write_the_source_while_a_slice_is_brought(source: sa.Engine, target: sa.Engine) -> None:
    way = way_of("attached", source, target)
    with session.writing(target).begin() as connection:
        way.bring(connection, EVERYTHING)

        say(source, 1, "meanwhile")

    with source.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(logs)).scalar() == EVERYTHING.rows + 1


def test_the_source_cannot_be_written_from_the_target(source: sa.Engine, target: sa.Engine) -> None:
    way_of("attached", source, target)

    with (
        session.writing(target).connect() as connection,
        pytest.raises(sa.exc.OperationalError, match="readonly database"),
    ):
        connection.exec_driver_sql("DELETE FROM source.batch_logs")


def test_slices_hold_as_many_rows_as_asked_for(source: sa.Engine) -> None:
    with source.connect() as connection:
        assert [piece.rows for piece in cut(connection, logs, 500)] == [500, 500, 200]
        assert [piece.rows for piece in cut(connection, logs, 600)] == [600, 600]
        assert [piece.rows for piece in cut(connection, logs, 5_000)] == [EVERYTHING.rows]


def test_slices_of_wide_rows_hold_fewer(source: sa.Engine) -> None:
    with session.writing(source).begin() as connection:
        connection.execute(logs.delete())
    say(source, 200, "x" * WIDE)

    with source.connect() as connection:
        pieces = cut(connection, logs, 5_000)

    assert sum(piece.rows for piece in pieces) == 200
    assert SLICE_BYTES // 2 < max(piece.rows for piece in pieces) * WIDE <= SLICE_BYTES


def way_of(name: str, source: sa.Engine, target: sa.Engine) -> Way:
    return Streamed(source, "move") if name == "streamed" else way_between(source, target, "move")


def say(engine: sa.Engine, number: int, message: str) -> None:
    line = {"job_id": "j", "attempt": 1, "chunk": None, "level": 20, "event": "e", "message": message}
    moment = sa.func.datetime("2026-01-02 03:04:05")
    with session.writing(engine).begin() as connection:
        connection.execute(logs.insert().values(at=moment), [line] * number)
