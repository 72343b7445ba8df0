"""What a type of job has to provide."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import polars as pl

from dart_batch.application.ports.process_pool import RemoteFailure
from dart_batch.application.ports.unit_of_work import ChunkOutcome, UnitOfWork
from dart_batch.domain.errors import Fatal
from dart_batch.domain.index.validation import CheckResult
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.parameters import BatchJobParameters
from dart_batch.domain.job.plan import Plan

if TYPE_CHECKING:
    from dart_batch.engine.lineage import Lineage

UNCOMPUTABLE = (RemoteFailure, Fatal, ArithmeticError, LookupError, TypeError, ValueError, pl.exceptions.PolarsError)


class Work(Protocol):
    """A job made ready to run: everything it depends on is pinned."""

    def process(self, chunk: Chunk) -> Any:
        """What the chunk, or a part of it, comes to. Depends on nothing but the job and the chunk, and writes nothing.

        Raises Transient for what may pass, and one of UNCOMPUTABLE when a session's data do not allow it.
        """
        ...

    def sessions(self, market: str) -> Sequence[date]:
        """Sessions of the market that the job was planned with, ascending; chunks are unbroken runs of them."""
        ...

    def store(self, uow: UnitOfWork, chunk: Chunk, result: Any, at: datetime) -> ChunkOutcome:
        """Write what `process` answered, in the transaction that marks the chunk DONE."""
        ...

    def check(self, uow: UnitOfWork) -> list[CheckResult]:
        """Check what is stored once all chunks are, at the job's validation level. Writes nothing."""
        ...

    def conclude(self, uow: UnitOfWork, at: datetime) -> list[str]:
        """Make the checked result count, in the transaction that completes the job; answers lines for its log."""
        ...


@runtime_checkable
class Distributable(Protocol):
    """Work whose chunks other processes can compute."""

    def remote(self, stripe: Sequence[Chunk]) -> Callable[[Chunk], Any]:
        """A picklable `process` for an unbroken run of chunks of one market, or parts of them; it may keep what it
        has computed for the chunks that follow. Needs nothing of this process, and no database.
        """
        ...


@runtime_checkable
class Spreadable(Distributable, Protocol):
    """Work whose chunks other nodes can compute, and come to data frames."""

    def inputs(self, market: str) -> str:
        """Tells the observations of a market apart that the work is computed from: where this is the same, so are the
        readings.
        """
        ...


@runtime_checkable
class Streamable(Protocol):
    """Work whose reading and computing can overlap. Each of the two is called by one thread at a time."""

    def read(self, chunk: Chunk) -> Any:
        """What `compute` needs for the chunk; later calls may answer the same again."""
        ...

    def compute(self, chunk: Chunk, read: Any) -> Any:
        """As `process`, without computing ahead."""
        ...

    def piece(self, result: Any, first: int, count: int) -> Any:
        """What `compute` would have answered for `count` of the result's sessions, from its `first` one (0-based)."""
        ...


@runtime_checkable
class Sheds(Protocol):
    """Work that can do with less memory."""

    def shed(self) -> None:
        """Drop everything that can be computed again, and compute less ahead from now on."""
        ...


@runtime_checkable
class Explainer(Protocol):
    """Work that can say where its readings came from."""

    def explain(self, market: str, session: date) -> "Lineage":
        """The observations that the job's reading of one session came from."""
        ...


class JobType(Protocol):
    """Plans and prepares jobs of one type."""

    def plan(self, parameters: BatchJobParameters) -> Plan:
        """What a job with these parameters would do now. Changes nothing."""
        ...

    def prepare(self, job: BatchJob) -> Work:
        """Load what the job was planned with."""
        ...
