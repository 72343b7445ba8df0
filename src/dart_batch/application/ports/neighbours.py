"""Other nodes that compute chunks for the one that runs their job. They write nothing; whoever runs the job commits."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import polars as pl

from dart_batch.domain.job.chunk import Chunk


@dataclass(frozen=True, slots=True)
class Request:
    """A run of chunks of one market that may be computed elsewhere: run `number` of an attempt, which the fence tells
    from any other. `inputs` tells the observations apart that it is computed from, `version` the program.
    """

    job_id: str
    fence: int
    number: int
    chunks: Sequence[Chunk]
    inputs: str
    version: str


class Helpers(Protocol):
    """Carries requests to others and answers back. Nothing of it is promised: what is lost is computed by who asks.
    None of it raises when it cannot be reached.
    """

    def idle(self) -> int:
        """How many others have nothing to do, as far as is known."""
        ...

    def ask(self, request: Request) -> None:
        """Let others know of a request."""
        ...

    def answer(self, request: Request, chunk: Chunk) -> pl.DataFrame | None:
        """What the chunk comes to; null when nobody has answered."""
        ...

    def underway(self, request: Request) -> bool:
        """Whether somebody who is alive computes it."""
        ...

    def withdraw(self, request: Request) -> None:
        """Nobody asks for it any more; answers may be dropped."""
        ...

    def taking(self, request: Request) -> AbstractContextManager[bool]:
        """For one who helps: be the only one who computes it, and show signs of life, until the block ends. False when
        another does, or it was withdrawn.
        """
        ...

    def wanted(self, request: Request) -> bool:
        """For one who helps: whether it was not withdrawn."""
        ...

    def give(self, request: Request, chunk: Chunk, result: pl.DataFrame) -> None:
        """For one who helps: answer for one chunk."""
        ...
