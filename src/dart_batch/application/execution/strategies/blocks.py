"""Sessions on their way through reading and computing, in blocks that double from one session up."""

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any

from dart_batch.application.ports.clock import Clock
from dart_batch.application.ports.job_type import Streamable, Work
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.errors import PlanBroken

LARGEST = 512
AHEAD = 2


@dataclass(slots=True)
class Pace:
    """How many sessions may be computed at once: as many as were written within `seconds`, on the average."""

    seconds: float
    most: int = LARGEST
    _sessions: int = 0
    _spent: float = 0.0

    def took(self, sessions: int, seconds: float) -> None:
        """Writing this many sessions took so long."""
        self._sessions, self._spent = self._sessions + sessions, self._spent + seconds
        self.most = max(1, min(LARGEST, int(self._sessions * self.seconds / max(self._spent, 1e-6))))


@dataclass(frozen=True, slots=True)
class Segment:
    """Sessions of one chunk, and where the first of them stands in its block (0-based)."""

    chunk: Chunk
    start: int
    days: Sequence[date]


@dataclass(frozen=True, slots=True)
class Block:
    """What is computed at once: an unbroken run of planned sessions, and the chunks they belong to."""

    part: Chunk
    segments: Sequence[Segment]


@dataclass(frozen=True, slots=True)
class Computed:
    """What a block came to, and when (monotonic seconds)."""

    result: Any
    at: float


class Flow:
    """Reads and computes blocks in threads of its own, at most AHEAD of them before they are taken."""

    def __init__(self, work: Streamable, blocks: Iterator[Block], clock: Clock) -> None:
        self._work, self._blocks, self._clock = work, blocks, clock
        self._reading = ThreadPoolExecutor(1, "stream-read")
        self._computing = ThreadPoolExecutor(1, "stream-compute")
        self._on_their_way: deque[tuple[Block, Future[Computed]]] = deque()

    def __iter__(self) -> Iterator[tuple[Block, "Future[Computed]"]]:
        """Blocks in their order; the future raises what reading or computing raised."""
        while True:
            self._send_ahead()
            if not self._on_their_way:
                return
            yield self._on_their_way.popleft()

    def close(self) -> None:
        """Drop what was not taken."""
        self._computing.shutdown(cancel_futures=True)
        self._reading.shutdown(cancel_futures=True)

    def _send_ahead(self) -> None:
        while len(self._on_their_way) < AHEAD and (block := next(self._blocks, None)) is not None:
            read = self._reading.submit(self._work.read, block.part)
            self._on_their_way.append((block, self._computing.submit(self._compute, block, read)))

    def _compute(self, block: Block, read: "Future[Any]") -> Computed:
        result = self._work.compute(block.part, read.result())
        return Computed(result, self._clock.monotonic())


def blocks_of(chunks: Sequence[Chunk], days_of: "DaysOf", pace: Pace) -> Iterator[Block]:
    """What is not written yet of the chunks, in blocks of 1, 2, 4 ... sessions as far as the pace allows."""
    size = 1
    for run in days_of.runs(chunks):
        first, end = 0, run.begins[-1]
        while first < end:
            size = min(size, pace.most)
            yield run.block(first, min(first + size, end))
            first, size = first + size, min(2 * size, LARGEST)


@dataclass(frozen=True, slots=True)
class Run:
    """Chunks whose open sessions follow one another in the plan; `begins` has one entry more than there are chunks."""

    chunks: Sequence[Chunk]
    days: Sequence[date]
    begins: Sequence[int]

    def block(self, first: int, stop: int) -> Block:
        """The sessions [first, stop) of the run."""
        spans = list(zip(self.chunks, self.begins, self.begins[1:], strict=False))
        segments = [
            Segment(chunk, max(begin, first) - first, self.days[max(begin, first) : min(end, stop)])
            for chunk, begin, end in spans[bisect_right(self.begins, first) - 1 : bisect_left(self.begins, stop)]
        ]
        return Block(segments[0].chunk.part(self.days[first:stop]), segments)


class DaysOf:
    """The sessions of chunks; those of a market are asked for once."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._markets: dict[str, Sequence[date]] = {}

    def open(self, chunk: Chunk) -> Sequence[date]:
        """Sessions of the chunk that are not written yet. Raises PlanBroken when it has other than planned."""
        first, stop = self._place(chunk)
        return self._of(chunk.market)[first:stop]

    def runs(self, chunks: Sequence[Chunk]) -> Iterator[Run]:
        """Chunks, in their order, as runs. Raises PlanBroken."""
        at, together = ("", -1), list[tuple[Chunk, tuple[int, int]]]()
        for chunk in chunks:
            place = self._place(chunk)
            if at != (chunk.market, place[0]) and together:
                yield self._run(together)
                together = []
            together.append((chunk, place))
            at = (chunk.market, place[1])
        if together:
            yield self._run(together)

    def _run(self, together: Sequence[tuple[Chunk, tuple[int, int]]]) -> Run:
        first, stop = together[0][1][0], together[-1][1][1]
        days = self._of(together[0][0].market)[first:stop]
        return Run([chunk for chunk, _ in together], days, [*(place[0] - first for _, place in together), len(days)])

    def _place(self, chunk: Chunk) -> tuple[int, int]:
        days = self._of(chunk.market)
        first, stop = bisect_left(days, chunk.first_session), bisect_right(days, chunk.last_session)
        if stop - first != chunk.items:
            raise PlanBroken(
                f"Chunk {chunk.number} was planned with {chunk.items} sessions, now it has {stop - first}."
            )
        return first + chunk.written, stop

    def _of(self, market: str) -> Sequence[date]:
        if market not in self._markets:
            self._markets[market] = self._work.sessions(market)
        return self._markets[market]
