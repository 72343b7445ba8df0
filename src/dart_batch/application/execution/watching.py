"""Puts together what one attempt has to look after."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass

from dart_batch.application.execution.halting import Halt
from dart_batch.application.execution.last_resort import LastResort, Overrun, Settle
from dart_batch.application.execution.limits import Memory, Rule, Share, Tuning, WallTime
from dart_batch.application.execution.memory import PeakMemory
from dart_batch.application.execution.sizing import Sizing
from dart_batch.application.execution.throttle import Throttle
from dart_batch.application.ports.resources import CpuMeter, Resources
from dart_batch.domain.errors import Transient
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.errors import Resized
from dart_batch.domain.job.strategy import Strategy
from dart_batch.domain.job.tuning import Tuner


@dataclass(slots=True)
class Watch:
    """Asked after every committed chunk, whatever the strategy."""

    rules: Sequence[Rule] = ()
    resources: Resources | None = None
    _last: int = 0

    def memory(self) -> int | None:
        """Bytes that the worker holds about now, with all that runs in it; null when nobody looks."""
        return None if self.resources is None else self.resources.recent_memory_bytes()

    def follow(self, chunks: Sequence[Chunk]) -> None:
        """These are the chunks that are open now; behind the last one there is nothing left to limit."""
        self._last = chunks[-1].number if chunks else 0

    def look(self, chunk: Chunk, took_ms: float) -> None:
        """Raises what ends the attempt, or Resized when the open chunks are others now, or may be: trouble with the
        database must not look like trouble with the chunk, which is committed.
        """
        if chunk.number == self._last:
            return
        try:
            for rule in self.rules:
                rule.look(chunk, took_ms)
        except Transient as error:
            raise Resized(error.message) from error


@dataclass(frozen=True, slots=True)
class Watching:
    """What the attempts of one worker share. Without resources, memory and processor are not limited. `die` ends this
    process, where that costs no more than the attempt; null where it would end others' work.
    """

    resources: Resources | None = None
    die: Callable[[], None] | None = None

    @contextmanager
    def over(self, sizing: Sizing, halt: Halt) -> Iterator[Watch]:
        """A watch for the attempt that `sizing` belongs to."""
        tuner = Tuner(sizing.size)
        with ExitStack() as stack:
            rules: list[Rule] = [*_wall(sizing)]
            if self.resources is not None:
                meter = _metered(self.resources, stack)
                rules += _memory(sizing, tuner, self.resources, stack)
                rules += _share(sizing, meter, halt)
            yield Watch([*rules, *_tuning(sizing, tuner)], self.resources)

    def beyond(self, sizing: Sizing, watch: Watch, settle: Settle) -> AbstractContextManager[None]:
        """While the block runs: end the process when the job overruns a hard limit in the middle of a chunk, after
        `settle` has recorded it.
        """
        limits = sizing.job.parameters.limits
        if self.die is None or self.resources is None or not (limits.wall_seconds or limits.memory_hard_mb):
            return nullcontext()
        deadline = next((rule.deadline for rule in watch.rules if isinstance(rule, WallTime)), None)
        return LastResort(Overrun(limits, deadline, sizing.clock, self.resources), settle, self.die).watching()


def _wall(sizing: Sizing) -> list[Rule]:
    limit, job = sizing.job.parameters.limits.wall_seconds, sizing.job
    if not limit:
        return []
    with sizing.unit as uow:
        spent = uow.attempts.spent(job.id, job.queued_at or job.created_at, sizing.lease.fence)
    return [WallTime(limit, sizing.clock.monotonic() + limit - spent, sizing.clock)]


def _metered(resources: Resources, stack: ExitStack) -> CpuMeter:
    meter = resources.meter()
    meter.start()
    stack.callback(meter.stop)
    return meter


def _memory(sizing: Sizing, tuner: Tuner, resources: Resources, stack: ExitStack) -> list[Rule]:
    limits = sizing.job.parameters.limits
    if not (limits.memory_soft_mb or limits.memory_hard_mb):
        return []
    peak = PeakMemory(resources.memory_bytes)
    peak.start()
    stack.callback(peak.stop)
    return [Memory(limits, peak, resources, sizing, tuner)]


def _share(sizing: Sizing, meter: CpuMeter, halt: Halt) -> list[Rule]:
    percent = sizing.job.parameters.limits.cpu_percent
    if not percent:
        return []
    throttle = Throttle(percent / 100, meter, sizing.clock, halt, sizing.asked)
    throttle.begin()
    return [Share(throttle)]


def _tuning(sizing: Sizing, tuner: Tuner) -> list[Rule]:
    """Only CHUNKED is tuned: STREAM commits in smaller batches anyway, and PARALLEL needs chunks to spread."""
    wanted = sizing.job.parameters
    return [Tuning(sizing, tuner)] if wanted.tuned and wanted.strategy is Strategy.CHUNKED else []
