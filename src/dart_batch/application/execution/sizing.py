"""Changes the size of a running job's open chunks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from dart_batch.application.ports.clock import Clock
from dart_batch.application.ports.job_type import Work
from dart_batch.application.ports.unit_of_work import INFO, Lease, LogEntry, UnitOfWork
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.recut import recut, same_cut, untouched_tail
from dart_batch.domain.job.status import Verb


@dataclass(slots=True)
class Sizing:
    """`size` is the one in force."""

    unit: UnitOfWork
    clock: Clock
    lease: Lease
    work: Work
    job: BatchJob
    size: int

    def resize(self, size: int, why: str) -> bool:
        """Cut what is open by another size, in one transaction; false when that would change no chunk."""
        return self._cut(lambda tail: size, why)

    def halve(self, why: str) -> bool:
        """Cut what is open in chunks of at most half as many sessions as the largest one now has; else the same."""
        return self._cut(lambda tail: max(1, min(self.size, max(chunk.items for chunk in tail)) // 2), why)

    def _cut(self, fitting: Callable[[Sequence[Chunk]], int], why: str) -> bool:
        sessions = {market: self.work.sessions(market) for market in self.job.parameters.target_markets}
        with self.unit as uow:
            tail = untouched_tail(uow.ledger.all(self.lease.job_id))
            if not all(sessions.get(chunk.market) for chunk in tail):
                return False
            size = fitting(tail) if tail else self.size
            new = recut(tail, sessions, self._starts(), size)
            if same_cut(tail, new):
                return False
            uow.ledger.recut(self.lease, new, size)
            message = f"{why} {len(tail):,} open chunks become {len(new):,} of at most {size:,} sessions."
            uow.logs.add(self.lease.job_id, LogEntry(self.clock.now(), INFO, "recut", message, self.lease.fence))
            uow.commit("recut")
        self.size = size
        return True

    def asked(self) -> Verb | None:
        """The verb that waits for the job, if any."""
        with self.unit as uow:
            return uow.ledger.asked(self.lease)

    def _starts(self) -> set[tuple[str, date]]:
        runs = self.job.plan["runs"]
        return {(market, date.fromisoformat(first)) for market in runs for first, _ in runs[market]}
