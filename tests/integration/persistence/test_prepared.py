"""Statements that are run past SQLAlchemy's per-call work."""

import pytest
import sqlalchemy as sa

from dart_batch.adapters.persistence.prepared import AT_ONCE, Prepared

PLACES = sa.table("places", sa.column("id"), sa.column("kind"), sa.column("name"))
ROW = {"id": 1, "kind": "sea", "name": "Jeju"}


@pytest.fixture
def connection():
    with sa.create_engine("sqlite://").connect() as connection:
        connection.execute(sa.text("CREATE TABLE places (id INTEGER, kind TEXT, name TEXT)"))
        yield connection


def rows(connection):
    return connection.execute(sa.text("SELECT id, kind, name FROM places ORDER BY id")).all()


def test_values_go_to_their_columns_whatever_their_order(connection):
    Prepared(sa.insert(PLACES)).run(connection, dict(reversed(ROW.items())))

    assert rows(connection) == [(1, "sea", "Jeju")]


def test_a_value_that_the_caller_leaves_out_is_null(connection):
    Prepared(sa.insert(PLACES)).run(connection, {"id": 1, "name": "Jeju"})

    assert rows(connection) == [(1, None, "Jeju")]


def test_the_statement_s_own_values_stand_where_the_caller_gives_none(connection):
    insert = Prepared(sa.insert(PLACES).values(id=sa.bindparam("key"), kind="hill", name=sa.bindparam("called")))

    insert.run(connection, {"key": 1, "called": "Halla"})

    assert rows(connection) == [(1, "hill", "Halla")]


def test_a_statement_with_one_value_or_none_is_run_as_any_other(connection):
    Prepared(sa.insert(PLACES)).run(connection, ROW)

    one = Prepared(sa.select(PLACES.c.name).where(PLACES.c.id == sa.bindparam("key")))

    assert one.run(connection, {"key": 1}).fetchall() == [("Jeju",)]
    assert Prepared(sa.select(PLACES.c.id)).run(connection, {}).fetchall() == [(1,)]


def test_many_rows_are_written_at_once_and_counted(connection):
    insert = Prepared(sa.insert(PLACES))

    assert insert.run_many(connection, [ROW | {"id": number} for number in (1, 2, 3)]) == 3
    assert [row.id for row in rows(connection)] == [1, 2, 3]


def test_rows_may_come_one_by_one_and_be_more_than_are_handed_over_at_once(connection):
    wanted = range(2 * AT_ONCE + 1)

    assert Prepared(sa.insert(PLACES)).run_many(connection, (ROW | {"id": number} for number in wanted)) == len(wanted)
    assert [row.id for row in rows(connection)] == list(wanted)


def test_no_rows_touch_nothing(connection):
    assert Prepared(sa.insert(PLACES)).run_many(connection, []) == 0
    assert rows(connection) == []
