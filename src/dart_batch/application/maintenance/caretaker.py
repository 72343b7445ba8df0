"""Keeps house for a cluster: one node at a time frees jobs of dead workers, submits the day's maintenance, and tells
workers again of jobs whose word was lost.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from dart_batch.application.maintenance.housekeeper import Housekeeper
from dart_batch.application.maintenance.rescue import Rescuer
from dart_batch.application.ports.clock import Clock, StopSignal
from dart_batch.application.ports.offices import Offices
from dart_batch.application.ports.queue import JobQueue
from dart_batch.application.ports.unit_of_work import ClaimRules, UnitOfWorkFactory
from dart_batch.domain.errors import Transient

OFFICE = "caretaker"
HELD_SECONDS = 8.0
ROUND_SECONDS = 1.0
LISTEN_SECONDS = 0.05
MOST_LOOKED_AT = 160
MOST_WORDS = 16


@dataclass(frozen=True, slots=True)
class Caretaker:
    """Any node can be it. When it dies, another has the office after HELD_SECONDS and one round at most."""

    node: str
    offices: Offices
    uow: UnitOfWorkFactory
    clock: Clock
    queue: JobQueue
    rules: ClaimRules
    rescuer: Rescuer
    housekeeper: Housekeeper
    rings: Callable[[], int] | None = None

    def serve(self, stop: StopSignal) -> None:
        """Stand by, and do the rounds while the office is this node's, until a stop is asked for."""
        while not stop.is_set():
            with suppress(Transient):
                if self.round():
                    self._listen(stop)
                    continue
            stop.wait(ROUND_SECONDS)
        with suppress(Transient):
            self.offices.leave(OFFICE, self.node)

    def _listen(self, stop: StopSignal) -> None:
        """Until the next round, look for jobs to tell of whenever something was committed."""
        heard, end = self._heard(), self.clock.monotonic() + ROUND_SECONDS
        while self.clock.monotonic() < end and not stop.wait(LISTEN_SECONDS):
            if (now := self._heard()) != heard:
                heard = now
                self.tell_again()

    def _heard(self) -> int:
        return 0 if self.rings is None else self.rings()

    def round(self) -> bool:
        """One round; false when the office is another node's."""
        if not self.offices.take(OFFICE, self.node, HELD_SECONDS, self.clock.now()):
            return False
        self.rescuer.rescue()
        self.housekeeper.look()
        self.tell_again()
        return True

    def tell_again(self) -> int:
        """Announce jobs that may run and of whose priority no word is on its way; answers how many. Of more than
        MOST_WORDS some are told of, evenly: who comes takes the most urgent anyway, and brief ones many at once, so
        that words about the first of them would all be late.
        """
        silent = self.queue.silent()
        if not silent:
            return 0
        with self.uow() as uow:
            ready = uow.attempts.ready(self.clock.now(), self.rules, MOST_LOOKED_AT)
        found = [one for one in ready if one.priority in silent]
        told = found[:: max(1, len(found) // MOST_WORDS)]
        self.queue.announce(told)
        return len(told)
