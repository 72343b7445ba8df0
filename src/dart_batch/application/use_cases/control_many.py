"""One verb for many jobs: each in a transaction of its own, each with its answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from dart_batch.application.ports.unit_of_work import UnitOfWork
from dart_batch.application.use_cases.control_job import ControlJob
from dart_batch.application.use_cases.decide_generation import DecideGeneration
from dart_batch.domain.access.actor import Actor
from dart_batch.domain.errors import Refused, Transient
from dart_batch.domain.job.priority import Priority
from dart_batch.domain.job.status import CancelMode, Verb

PROMOTE, DISCARD = "promote", "discard"


@dataclass(frozen=True, slots=True)
class Act:
    """A verb of a person, PROMOTE or DISCARD; what a cancel does with what was committed, and a new priority."""

    verb: str
    mode: CancelMode = CancelMode.KEEP
    priority: Priority = Priority.NORMAL


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of the act for one job; `refusal` is why it was not done, null when it was."""

    job_id: str
    refusal: Refused | Transient | None = None


@dataclass(frozen=True, slots=True)
class ControlMany:
    """Does what the verbs of one job do, for several."""

    control: ControlJob
    decide: DecideGeneration

    def __call__(self, job_ids: Sequence[str], act: Act, by: Actor) -> list[Answer]:
        """An answer for each job, in this order. A job that is refused does not keep the others from their turn."""
        return [self._one(job_id, act, by) for job_id in job_ids]

    def _one(self, job_id: str, act: Act, by: Actor) -> Answer:
        try:
            self._do(job_id, act, by)
        except (Refused, Transient) as refusal:
            return Answer(job_id, refusal)
        return Answer(job_id)

    def _do(self, job_id: str, act: Act, by: Actor) -> None:
        if act.verb == PROMOTE:
            self.decide.promote(job_id, by)
        elif act.verb == DISCARD:
            self.decide.discard(job_id, by)
        elif act.verb == Verb.PRIORITISE:
            self.control.prioritise(job_id, act.priority, by)
        else:
            self.control(job_id, Verb(act.verb), by, act.mode)


class Rehearsal:
    """A unit of work that is taken back at its end, whatever was committed: what would happen, without it."""

    def __init__(self, uow: Callable[[], UnitOfWork]) -> None:
        self._real = uow()

    def __enter__(self) -> Self:
        self._real.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._real.__exit__(kind, error, trace)

    def commit(self, boundary: str) -> None:
        """Nothing is kept."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)
