"""What every queue keeps to, and what the one on Redis carries."""

import json
from base64 import b64decode

import pytest
from kombu.exceptions import OperationalError
from redis import Redis

from dart_batch.adapters.queue.celery_app import AWAY_SECONDS, LOOK_AGAIN, NAMES, create_celery
from dart_batch.adapters.queue.celery_queue import CeleryQueue
from dart_batch.adapters.queue.database_queue import DatabaseQueue
from dart_batch.application.maintenance.caretaker import HELD_SECONDS, ROUND_SECONDS
from dart_batch.application.ports.queue import JobQueue, Ready
from dart_batch.domain.job.priority import Priority
from private_servers import Address, free_port

URGENT = Ready("job-1", Priority.HIGH)


@pytest.fixture
def redis(redis_server: Address) -> Redis:
    made = Redis.from_url(redis_server.redis(1))
    made.flushdb()
    return made


@pytest.fixture
def on_redis(redis_server: Address, redis: Redis) -> CeleryQueue:
    return on(redis_server.redis(1))


def on(url: str) -> CeleryQueue:
    return CeleryQueue(create_celery(url), url)


@pytest.fixture(params=["database", "celery", "celery without Redis"])
def queue(request: pytest.FixtureRequest) -> JobQueue:
    if request.param == "database":
        return DatabaseQueue()
    if request.param == "celery":
        found: CeleryQueue = request.getfixturevalue("on_redis")
        return found
    return on(f"redis://127.0.0.1:{free_port()}/0")


def test_announcing_never_fails_and_leaves_nothing_silent_that_was_told(queue: JobQueue) -> None:
    queue.announce([])
    queue.announce([URGENT])

    assert Priority.HIGH not in queue.silent()


def test_priorities_without_a_word_are_silent(on_redis: CeleryQueue) -> None:
    before = on_redis.silent()
    on_redis.announce([URGENT])

    assert (before, on_redis.silent()) == (list(Priority), [Priority.NORMAL, Priority.LOW])


def test_after_a_flush_all_are_silent_again(on_redis: CeleryQueue, redis: Redis) -> None:
    on_redis.announce([URGENT])
    redis.flushdb()

    assert on_redis.silent() == list(Priority)


def test_a_word_is_json_and_says_only_which_job(on_redis: CeleryQueue, redis: Redis) -> None:
    on_redis.announce([URGENT])

    message = json.loads(redis.lindex(NAMES[Priority.HIGH], 0))  # type: ignore[arg-type]

    assert message["content-type"] == "application/json"
    assert message["headers"]["task"] == "dart_batch.run"
    assert json.loads(b64decode(message["body"]))[0] == ["job-1"]


def test_a_redis_that_returns_is_found_well_within_thirty_seconds() -> None:
    connection = create_celery(f"redis://127.0.0.1:{free_port()}/0").connection_for_read()
    waits: list[float] = []

    def note(error: Exception, seconds: float) -> None:
        waits.append(seconds)

    with pytest.raises(OperationalError):
        connection.ensure_connection(note, max_retries=1)

    longest = LOOK_AGAIN["interval_max"] + AWAY_SECONDS + ROUND_SECONDS + HELD_SECONDS
    assert waits[0] == LOOK_AGAIN["interval_start"]
    assert longest < 30
