"""Helpers in memory: requests wait for whoever takes them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import polars as pl

from dart_batch.application.ports.neighbours import Request
from dart_batch.domain.job.chunk import Chunk

Run = tuple[str, int, int]


@dataclass
class FakeHelpers:
    """`others` have nothing to do."""

    others: int = 1
    asked: dict[Run, Request] = field(default_factory=dict)
    taken: set[Run] = field(default_factory=set)
    answers: dict[tuple[Run, str], pl.DataFrame] = field(default_factory=dict)

    def idle(self) -> int:
        return self.others

    def ask(self, request: Request) -> None:
        self.asked[_run(request)] = request

    def answer(self, request: Request, chunk: Chunk) -> pl.DataFrame | None:
        return self.answers.get((_run(request), str(chunk.first_session)))

    def underway(self, request: Request) -> bool:
        return _run(request) in self.taken

    def withdraw(self, request: Request) -> None:
        self.asked.pop(_run(request), None)
        self.answers = {key: found for key, found in self.answers.items() if key[0] != _run(request)}

    @contextmanager
    def taking(self, request: Request) -> Iterator[bool]:
        if not self.wanted(request) or self.underway(request):
            yield False
            return
        self.taken.add(_run(request))
        yield True
        self.taken.remove(_run(request))

    def wanted(self, request: Request) -> bool:
        return _run(request) in self.asked

    def give(self, request: Request, chunk: Chunk, result: pl.DataFrame) -> None:
        self.answers[_run(request), str(chunk.first_session)] = result


def _run(request: Request) -> Run:
    return request.job_id, request.fence, request.number
