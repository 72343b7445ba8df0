"""What carries requests for help keeps to; the one on Redis may be away, and then nobody helps."""

from collections.abc import Iterator

import pytest
from polars.testing import assert_frame_equal
from redis import Redis

from builders import plan, readings
from dart_batch.adapters.queue.celery_app import CHUNKS, create_celery
from dart_batch.adapters.queue.redis_helpers import RedisHelpers, from_message, to_message
from dart_batch.application.ports.neighbours import Helpers, Request
from fakes.neighbours import FakeHelpers
from private_servers import Address, free_port

CHUNKS_OF_RUN = plan(chunks=3).chunks
REQUEST = Request("job-1", 2, 1, CHUNKS_OF_RUN, "store-1", "1.0")
READINGS = readings(CHUNKS_OF_RUN[0].first_session, CHUNKS_OF_RUN[0].items)


@pytest.fixture
def redis(redis_server: Address) -> Iterator[Redis]:
    with Redis.from_url(redis_server.redis(4)) as made:
        made.flushdb()
        yield made


@pytest.fixture(params=["fake", "redis"])
def helpers(request: pytest.FixtureRequest) -> Helpers:
    if request.param == "fake":
        return FakeHelpers()
    request.getfixturevalue("redis")
    address: Address = request.getfixturevalue("redis_server")
    return on(address.redis(4))


def on(url: str) -> RedisHelpers:
    return RedisHelpers(create_celery(url), url, lambda: 1)


def test_an_answer_comes_back_as_it_was_given(helpers: Helpers) -> None:
    helpers.ask(REQUEST)
    with helpers.taking(REQUEST) as taken:
        helpers.give(REQUEST, CHUNKS_OF_RUN[0], READINGS)
        underway = helpers.underway(REQUEST)

    found = helpers.answer(REQUEST, CHUNKS_OF_RUN[0])

    assert found is not None
    assert_frame_equal(found, READINGS)
    assert (taken, underway, helpers.underway(REQUEST)) == (True, True, False)
    assert helpers.answer(REQUEST, CHUNKS_OF_RUN[1]) is None


def test_only_one_computes_a_request(helpers: Helpers) -> None:
    helpers.ask(REQUEST)

    with helpers.taking(REQUEST) as first, helpers.taking(REQUEST) as second:
        assert (first, second) == (True, False)


def test_nobody_computes_what_was_withdrawn(helpers: Helpers) -> None:
    helpers.ask(REQUEST)
    helpers.give(REQUEST, CHUNKS_OF_RUN[0], READINGS)
    helpers.withdraw(REQUEST)

    with helpers.taking(REQUEST) as taken:
        assert (taken, helpers.wanted(REQUEST)) == (False, False)
    assert helpers.answer(REQUEST, CHUNKS_OF_RUN[0]) is None


def test_an_answer_for_one_attempt_is_none_for_the_next(helpers: Helpers) -> None:
    later = Request("job-1", 3, 1, CHUNKS_OF_RUN, "store-1", "1.0")
    helpers.give(REQUEST, CHUNKS_OF_RUN[0], READINGS)

    assert helpers.answer(later, CHUNKS_OF_RUN[0]) is None


def test_a_request_travels_as_json_in_the_last_queue(redis_server: Address, redis: Redis) -> None:
    on(redis_server.redis(4)).ask(REQUEST)

    assert redis.llen(CHUNKS) == 1
    assert from_message(to_message(REQUEST) | {"later": True}) == REQUEST


def test_while_redis_is_away_nobody_is_asked_and_nobody_answers() -> None:
    away = on(f"redis://127.0.0.1:{free_port()}/0")

    away.ask(REQUEST)
    away.withdraw(REQUEST)

    assert (away.answer(REQUEST, CHUNKS_OF_RUN[0]), away.underway(REQUEST)) == (None, False)
