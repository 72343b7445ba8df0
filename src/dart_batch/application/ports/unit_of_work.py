"""One transaction over everything the ledger guarantees: rows, ledger, counters, state and publication."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from types import TracebackType
from typing import NamedTuple, Protocol, Self

import polars as pl

from dart_batch.application.ports.access import Accounts, AuditTrail, Logins
from dart_batch.application.ports.artefacts import Artefacts
from dart_batch.application.ports.findings import Findings
from dart_batch.application.ports.migration import MigrationBook
from dart_batch.application.ports.queue import Ready
from dart_batch.application.ports.retention import Retention
from dart_batch.application.ports.workers import WorkerRegistry
from dart_batch.domain.index.definition import Definition
from dart_batch.domain.index.publication import GenerationStatus, Run, Segment
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.poison import Poison
from dart_batch.domain.job.receipt import Receipt
from dart_batch.domain.job.repository import BatchJobRepository
from dart_batch.domain.job.status import Verb
from dart_batch.engine.stored import StoredReadings

DEBUG, INFO, WARNING, ERROR = 10, 20, 30, 40


@dataclass(frozen=True, slots=True)
class Lease:
    """A worker's right to write for a job: valid while the database holds the same worker and fence."""

    job_id: str
    worker: str
    fence: int


@dataclass(frozen=True, slots=True)
class ClaimRules:
    """Limits of claiming: a job waits at most twice `ageing_seconds` until it competes as HIGH; 0 means no limit."""

    ageing_seconds: float = 600.0
    per_market: int = 0
    per_owner: int = 0

    @property
    def counted(self) -> bool:
        """Whether running jobs must be counted before each claim."""
        return bool(self.per_market or self.per_owner)


@dataclass(frozen=True, slots=True)
class ChunkOutcome:
    """What a chunk wrote. `withheld` counts written readings whose value is null; `poison` has the sessions that were
    left out. `said` tells the log what was written, where that is no readings. `memory_bytes` is what the worker held
    when the chunk was computed, null when nobody looked.
    """

    written: int
    withheld: int = 0
    poison: tuple[Poison, ...] = ()
    said: str = ""
    memory_bytes: int | None = None


class Done(NamedTuple):
    """A chunk that was computed under a lease."""

    lease: Lease
    chunk: Chunk
    outcome: ChunkOutcome
    took_ms: float


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A line of a job's log; `level` as in the standard library."""

    at: datetime
    level: int
    event: str
    message: str
    attempt: int = 0
    chunk: int | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """The act that made a generation live, over unbroken runs of sessions that the job wrote."""

    id: str
    market: str
    definition: str
    job_id: str
    published_at: datetime
    published_by: str
    content_hash: str
    sessions: int
    runs: tuple[tuple[date, date], ...]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was recorded of a generation when it was published."""

    id: str
    job_id: str
    content_hash: str
    sessions: int


@dataclass(frozen=True, slots=True)
class Undone:
    """A publication that was taken back."""

    market: str
    definition: str
    job_id: str
    sessions: int


class Identified(Protocol):
    """What readings are keyed with: a definition, or what stands for one."""

    @property
    def identifier(self) -> str: ...

    @property
    def content_hash(self) -> str: ...


class ChunkLedger(Protocol):
    """Which chunks of a job are committed."""

    def add(self, new: Mapping[str, Sequence[Chunk]]) -> None:
        """Store the chunks of new jobs, by id."""
        ...

    def all(self, job_id: str) -> list[Chunk]:
        """Every chunk, by number."""
        ...

    def open(self, job_id: str) -> list[Chunk]:
        """Chunks that are not DONE, by number."""
        ...

    def commit(self, lease: Lease, chunk: Chunk, outcome: ChunkOutcome, took_ms: float, at: datetime) -> Verb | None:
        """Mark the chunk DONE, count what was written now and record what it left out; the answer is the verb that
        waits for the job, if any.

        Raises LeaseLost when the fence is not the job's, or the chunk is DONE already.
        """
        ...

    def sole(self, job_ids: Sequence[str]) -> dict[str, Chunk]:
        """The first chunk of each job, where it is not DONE."""
        ...

    def mark(self, done: Sequence[Done], at: datetime) -> None:
        """Mark chunks DONE, for one who holds their jobs and saves the counters in the same transaction. Raises
        LeaseLost when one is DONE already.
        """
        ...

    def advance(self, lease: Lease, chunk: Chunk, outcome: ChunkOutcome, at: datetime) -> Verb | None:
        """Count sessions behind the first `chunk.written` of a chunk as written, too; the chunk stays PENDING. Answers
        and raises like commit, LeaseLost also when the ledger is not at `chunk.written`.
        """
        ...

    def record_try(self, lease: Lease, chunk: Chunk, code: str, message: str, *, final: bool) -> None:
        """Count a failed try; `final` makes the chunk FAILED. Raises LeaseLost like commit."""
        ...

    def poison(self, job_id: str) -> list[Poison]:
        """Sessions that the job's DONE chunks left out, by chunk and session."""
        ...

    def recut(self, lease: Lease, tail: Sequence[Chunk], size: int) -> None:
        """Put these chunks in place of all from the first one's number on, none of which may be touched yet; the job's
        counters follow, and `size` is its chunk size now. Raises LeaseLost like commit.
        """
        ...

    def asked(self, lease: Lease) -> Verb | None:
        """The verb that waits for the job, if any."""
        ...

    def wipe(self, job_id: str) -> None:
        """Take back everything the job has committed: its readings go, all chunks become PENDING."""
        ...

    def reopen(self, job_id: str, *, poisoned: bool = False) -> None:
        """FAILED chunks become PENDING with what is written of them; chunks whose readings were deleted, and on request
        those that left a session out, become PENDING with nothing written. The job's counters follow.
        """
        ...


class Generations(Protocol):
    """Readings by job: fear_greed_batch_history."""

    def append(self, job_id: str, market: str, definition: Identified, readings: pl.DataFrame, at: datetime) -> None:
        """Insert readings (engine READING_SCHEMA) of one chunk."""
        ...

    def stored(self, job_id: str, market: str, *, components: bool = True) -> StoredReadings:
        """All readings of a job for a market, by session; the large column only on request."""
        ...

    def shown(self, market: str, segments: Sequence[Segment], *, components: bool = True) -> pl.DataFrame:
        """Readings that the segments show, by session: the columns of engine READING_SCHEMA, and definition_hash; the
        large column, `components`, can be left out.
        """
        ...

    def stage(self, job_id: str, at: datetime) -> None:
        """Record that the job's generation waits for a decision."""
        ...

    def decision(self, job_id: str) -> GenerationStatus | None:
        """What was decided about the job's generation; null when it was never staged. Locked until the end."""
        ...

    def decide(self, job_id: str, status: GenerationStatus, at: datetime, by: str) -> None:
        """Record a decision about a staged generation."""
        ...


class Publications(Protocol):
    """The live index and its history. An index is a market and the name it is published under."""

    def live(self, market: str, definition: str, first: date, last: date) -> pl.DataFrame:
        """Live sessions: session, withheld (bool), job_id, definition_hash, data_revision; by session."""
        ...

    def ends_with(self, market: str, definition: str) -> str | None:
        """Content hash of the definition of the last session that the index shows; null when it shows none."""
        ...

    def segments(self, market: str, definition: str, runs: Sequence[Run]) -> list[Segment]:
        """What the index shows inside the runs, by first session; locked until the transaction ends."""
        ...

    def recorded(self, market: str, publication_ids: Sequence[str]) -> list[Recorded]:
        """What was recorded with these publications of a market, by id; unknown ones are left out."""
        ...

    def publish(self, publication: Publication) -> None:
        """Make the publication's runs show its job's generation, in place of whatever they showed."""
        ...

    def undo(self, publication_id: str, act_id: str, at: datetime, by: str) -> Undone:
        """Make the index show what it would show had this never been published, and record the act.

        Raises PublicationNotFound, or NotRolledBack naming the later publications that lie on top.
        """
        ...


class DefinitionStore(Protocol):
    """Index definitions by content, so that a reading's definition can always be shown."""

    def by_hash(self, content_hash: str) -> str | None:
        """Text of the definition with this content hash."""
        ...

    def add(self, definition: Definition, body: str, at: datetime, by: str) -> None:
        """Store a definition; no effect when the same content is stored already."""
        ...

    def list(self) -> list[str]:
        """Texts of all stored definitions, by name and version."""
        ...


class Receipts(Protocol):
    """Submits that carry a key of their caller, so that a repeated one is answered with the job of the first."""

    def find(self, owner: str, key: str) -> tuple[str, str] | None:
        """Job and request hash of the submit that carried the key; null when none did."""
        ...

    def add(self, owner: str, receipt: Receipt, job_id: str, at: datetime) -> None:
        """Remember the submit's answer. Raises KeyTaken when another one carried the key."""
        ...


class JobLog(Protocol):
    """Lines about a job, stored without secrets; of an attempt that talks too much only the first ones."""

    def add(self, job_id: str, entry: LogEntry) -> None:
        """Append one line."""
        ...

    def end(self, job_id: str, entry: LogEntry) -> None:
        """Append the last line of an attempt, whatever came before, and before it how many lines were left out."""
        ...


class Attempts(Protocol):
    """Which job may be taken, and the record of who had it."""

    def claimable(self, job_id: str, now: datetime, rules: ClaimRules) -> bool:
        """Whether the job may be claimed now: QUEUED and free to run, or RUNNING under a lease that has run out."""
        ...

    def expired(self, now: datetime) -> str | None:
        """A job that is RUNNING under a lease that has run out."""
        ...

    def heads(self, now: datetime, rules: ClaimRules, most: int) -> list[BatchJob]:
        """Lock and answer the most urgent QUEUED jobs that may run, first come first, `most` at most: no running job
        writes the same sessions, market and owner have room, the delay is over. They may still collide with each
        other.
        """
        ...

    def urgent(self, now: datetime, rules: ClaimRules) -> str | None:
        """The HIGH job that may run now and waits longest."""
        ...

    def ready(self, now: datetime, rules: ClaimRules, most: int) -> list[Ready]:
        """Jobs that may be claimed now, the most urgent first, `most` at most; locks nothing."""
        ...

    def waits(self, job_id: str, now: datetime, rules: ClaimRules) -> bool:
        """Whether the job may be claimed now, for one who only looks and locks nothing."""
        ...

    def opened(self, leases: Sequence[Lease], at: datetime) -> None:
        """Attempts began."""
        ...

    def closed(self, leases: Sequence[Lease], outcome: str, message: str, at: datetime) -> None:
        """Attempts ended."""
        ...

    def spent(self, job_id: str, since: datetime, before: int) -> float:
        """Seconds that attempts with a fence less than `before`, begun at or after `since`, ran."""
        ...

    def in_a_row(self, job_id: str, outcome: str) -> int:
        """How many of the job's last attempts that ended had this outcome."""
        ...

    def extend(self, worker: str, job_ids: Sequence[str], until: datetime) -> None:
        """Keep the leases the worker has on these jobs."""
        ...

    def expire(self, worker: str, at: datetime) -> int:
        """End the leases of a worker that is known to be dead; answers how many there were."""
        ...

    def disobeying(self, since: datetime) -> list[str]:
        """Running jobs that were asked to cancel at or before `since` and still run."""
        ...


class UnitOfWork(Protocol):
    """Repositories that share one transaction. Leaving the block without `commit` changes nothing."""

    jobs: BatchJobRepository
    ledger: ChunkLedger
    generations: Generations
    publications: Publications
    definitions: DefinitionStore
    logs: JobLog
    attempts: Attempts
    workers: WorkerRegistry
    retention: Retention
    artefacts: Artefacts
    receipts: Receipts
    migrations: MigrationBook
    findings: Findings
    accounts: Accounts
    logins: Logins
    audit: AuditTrail

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def kept(self) -> AbstractContextManager[Self]:
        """Keep the connection between uses of this unit inside the block, for many small transactions in a row."""
        ...

    def commit(self, boundary: str) -> None:
        """Commit. `boundary` names the place, so that tests can fail the process right before or after it."""
        ...


UnitOfWorkFactory = Callable[[], UnitOfWork]
