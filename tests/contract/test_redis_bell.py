"""A commit anywhere is heard by every node, and a bell that is broken delays and loses nothing."""

import time
from collections.abc import Callable

import pytest

from builders import NOW
from dart_batch.adapters.persistence import schema, session
from dart_batch.adapters.persistence.commit_watch import commits_of
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.adapters.queue import redis_bell
from dart_batch.adapters.queue.redis_bell import RedisBell
from dart_batch.application.ports.unit_of_work import INFO, LogEntry
from private_servers import Address, free_port

PATIENCE_SECONDS = 60.0


def until(reached: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (there := reached()) and time.monotonic() < deadline:
        time.sleep(0.005)
    return there


@pytest.fixture
def heard(redis_server: Address, monkeypatch: pytest.MonkeyPatch) -> RedisBell:
    """A bell of another node that listens already, and moves for nothing but a ring."""
    monkeypatch.setattr(redis_bell, "LONGEST_SILENCE", 10 * PATIENCE_SECONDS)
    made = RedisBell(redis_server.redis())
    made.rings()
    assert until(lambda: made.rings() > 0)
    return made


def test_a_ring_is_heard_by_other_nodes_at_once(redis_server: Address, heard: RedisBell) -> None:
    before = heard.rings()

    RedisBell(redis_server.redis()).ring()

    assert until(lambda: heard.rings() > before)


def test_a_commit_on_another_node_moves_the_watch(redis_server: Address, heard: RedisBell, mariadb_url: str) -> None:
    engine = session.create_engine(mariadb_url)
    schema.ensure(engine)
    other = SqlUnitOfWork(session.unbegun(engine), told=RedisBell(redis_server.redis()).ring)
    with commits_of(engine, heard.rings) as commits:
        commits.moved()
        with other as uow:
            uow.logs.add("job-1", LogEntry(NOW, INFO, "note", "A line."))
            uow.commit("test")

        assert until(commits.moved)
    engine.dispose()


def test_without_a_bell_a_server_is_looked_at_again_after_a_moment(mariadb_url: str) -> None:
    engine = session.create_engine(mariadb_url)
    with commits_of(engine) as commits:
        first = commits.moved()

        assert (first, until(commits.moved)) == (True, True)
    engine.dispose()


def test_a_bell_without_redis_fails_nobody_and_says_to_look_every_second() -> None:
    bell = RedisBell(f"redis://127.0.0.1:{free_port()}/0")

    bell.ring()
    before = bell.rings()

    assert until(lambda: bell.rings() > before)
