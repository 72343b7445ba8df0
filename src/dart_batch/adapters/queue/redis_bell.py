"""Tells every node that something was committed, over a channel of Redis. A lost ring delays, and loses nothing."""

import threading
import time
from contextlib import suppress

from redis import Redis
from redis.exceptions import RedisError

CHANNEL = "dart-batch.commits"
AWAY_SECONDS = 1.0
LONGEST_SILENCE = 1.0


class RedisBell:
    """Rung after each commit; `rung` says whether it is worth to look, and says so once a second in any case."""

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(url, socket_timeout=AWAY_SECONDS, socket_connect_timeout=AWAY_SECONDS)
        self._not_before = 0.0
        self._rings = 0
        self._lock = threading.Lock()
        self._listener: threading.Thread | None = None

    def ring(self) -> None:
        """Something was committed. While Redis is away, it is tried once a second."""
        if time.monotonic() < self._not_before:
            return
        try:
            self._redis.publish(CHANNEL, b"")
        except (RedisError, OSError):
            self._not_before = time.monotonic() + AWAY_SECONDS

    def rings(self) -> int:
        """How often the bell was heard, or was silent for a second; the first call begins to listen."""
        with self._lock:
            if self._listener is None:
                self._listener = threading.Thread(target=self._listen, name="bell", daemon=True)
                self._listener.start()
        return self._rings

    def _listen(self) -> None:
        while True:
            with suppress(RedisError, OSError):
                self._hear()
            self._rings += 1
            time.sleep(LONGEST_SILENCE)

    def _hear(self) -> None:
        """Count until Redis is away."""
        with self._redis.pubsub(ignore_subscribe_messages=True) as channel:
            channel.subscribe(CHANNEL)
            while True:
                channel.get_message(timeout=LONGEST_SILENCE)
                self._rings += 1
