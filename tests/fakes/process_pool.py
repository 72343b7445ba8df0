"""A pool that computes in this process, at once, and still lets everything travel as bytes."""

import pickle
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from dart_batch.application.ports.process_pool import RemoteFailure
from dart_batch.domain.errors import DartBatchError


@dataclass
class FakeProcessPool:
    """`before` is called with each task's arguments first and may raise what the future then raises; a pool that is
    `stuck` never answers.
    """

    size: int = 2
    before: Callable[[tuple[Any, ...]], None] = lambda arguments: None
    stuck: bool = False
    lanes: list[int] = field(default_factory=list)

    def submit(self, lane: int, task: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        self.lanes.append(lane % self.size)
        future: Future[Any] = Future()
        if self.stuck:
            return future
        call, given = pickle.loads(pickle.dumps((task, arguments)))
        try:
            self.before(arguments)
            future.set_result(pickle.loads(pickle.dumps(call(*given))))
        except (DartBatchError, RemoteFailure) as error:
            future.set_exception(error)
        except (ValueError, ArithmeticError) as error:
            future.set_exception(RemoteFailure(f"{type(error).__name__}: {error}"))
        return future
