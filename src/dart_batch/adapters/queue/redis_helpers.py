"""Requests for help as Celery messages, answers as frames in Redis that vanish by themselves."""

import io
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from typing import Any

import polars as pl
from celery import Celery
from kombu.exceptions import OperationalError
from redis import Redis
from redis.exceptions import RedisError

from dart_batch.adapters.queue.celery_app import AWAY_SECONDS, CHUNKS, HELP
from dart_batch.application.ports.neighbours import Request
from dart_batch.domain.job.chunk import Chunk

ASKED_SECONDS, ANSWER_SECONDS = 3600, 900
ALIVE_SECONDS, SIGN_SECONDS = 10, 2.0
_AWAY = (OperationalError, RedisError, OSError)
_FIELDS = ("number", "market", "first_session", "last_session", "items", "written", "withheld")


class RedisHelpers:
    """Implements Helpers over a Celery application whose broker is Redis. `idle` counts workers with nothing to do."""

    def __init__(self, app: Celery, url: str, idle: Callable[[], int]) -> None:
        self._app, self._idle = app, idle
        self._redis = Redis.from_url(url, socket_timeout=AWAY_SECONDS, socket_connect_timeout=AWAY_SECONDS)

    def idle(self) -> int:
        return self._idle()

    def ask(self, request: Request) -> None:
        def send() -> None:
            self._redis.set(_name(request, "asked"), b"1", ex=ASKED_SECONDS)
            self._app.send_task(HELP, (to_message(request),), queue=CHUNKS, retry=False)

        _reached(send)

    def answer(self, request: Request, chunk: Chunk) -> pl.DataFrame | None:
        found = _reached(lambda: self._redis.get(_of_chunk(request, chunk)))
        return None if found is None else pl.read_ipc(io.BytesIO(found))

    def underway(self, request: Request) -> bool:
        return bool(_reached(lambda: self._redis.exists(_name(request, "taken"))))

    def withdraw(self, request: Request) -> None:
        names = [_name(request, "asked"), *(_of_chunk(request, chunk) for chunk in request.chunks)]
        _reached(lambda: self._redis.delete(*names))

    @contextmanager
    def taking(self, request: Request) -> Iterator[bool]:
        name = _name(request, "taken")
        mine = self.wanted(request) and bool(_reached(lambda: self._redis.set(name, b"1", nx=True, ex=ALIVE_SECONDS)))
        if not mine:
            yield False
            return
        ended = threading.Event()
        signs = threading.Thread(target=self._show, args=(name, ended), name="helping", daemon=True)
        signs.start()
        try:
            yield True
        finally:
            ended.set()
            signs.join()
            _reached(lambda: self._redis.delete(name))

    def wanted(self, request: Request) -> bool:
        return bool(_reached(lambda: self._redis.exists(_name(request, "asked"))))

    def give(self, request: Request, chunk: Chunk, result: pl.DataFrame) -> None:
        content = io.BytesIO()
        result.write_ipc(content, compression="zstd")
        _reached(lambda: self._redis.set(_of_chunk(request, chunk), content.getvalue(), ex=ANSWER_SECONDS))

    def _show(self, name: str, ended: threading.Event) -> None:
        while not ended.wait(SIGN_SECONDS):
            _reached(lambda: self._redis.expire(name, ALIVE_SECONDS))


def to_message(request: Request) -> dict[str, Any]:
    """The request as JSON."""
    chunks = [{name: _plain(getattr(chunk, name)) for name in _FIELDS} for chunk in request.chunks]
    return asdict(request) | {"chunks": chunks}


def from_message(message: Mapping[str, Any]) -> Request:
    """Inverse of to_message; what a later version adds is left out. Raises KeyError, TypeError or ValueError."""
    chunks = tuple(
        Chunk(**{name: one[name] for name in _FIELDS} | {name: date.fromisoformat(one[name]) for name in _FIELDS[2:4]})
        for one in message["chunks"]
    )
    rest = {name: message[name] for name in ("job_id", "fence", "number", "inputs", "version")}
    return Request(chunks=chunks, **rest)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _name(request: Request, what: str) -> str:
    return f"dart-batch.help:{request.job_id}/{request.fence}/{request.number}:{what}"


def _of_chunk(request: Request, chunk: Chunk) -> str:
    return _name(request, f"{chunk.first_session}..{chunk.last_session}")


def _reached(call: Callable[[], Any]) -> Any:
    """What Redis answers; null when it is away."""
    try:
        return call()
    except _AWAY:
        return None
