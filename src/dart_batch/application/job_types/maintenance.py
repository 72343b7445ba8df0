"""MAINTENANCE: let go what has had its time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from dart_batch.application.ports.artefacts import ArtefactFiles
from dart_batch.application.ports.retention import Expired, Kind
from dart_batch.application.ports.unit_of_work import INFO, ChunkOutcome, LogEntry, UnitOfWork, UnitOfWorkFactory
from dart_batch.domain.index.validation import CheckResult
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.date_range import EARLIEST, DateRange
from dart_batch.domain.job.parameters import BatchJobParameters
from dart_batch.domain.job.plan import Plan, Skip

RULE = "retention"
EVERYWHERE = "*"
ROWS_PER_CHUNK = 20_000
PUBLISHED = "published: the live index, a rollback or an as-of question needs them"


@dataclass(frozen=True, slots=True)
class Maintenance:
    """Plans and prepares pruning. Jobs stay `job_days`, logs and records of workers `log_days` whole days.

    A plan's items are days; the market of a chunk names the kind of what goes, and `counts` tells how much of it.
    """

    uow: UnitOfWorkFactory
    job_days: int
    log_days: int
    files: ArtefactFiles

    def order(self, day: date) -> BatchJobParameters:
        """Parameters of the job that lets go everything that has had its time on that day."""
        days = DateRange(EARLIEST, day - timedelta(days=min(self.job_days, self.log_days) + 1))
        return BatchJobParameters(date_range=days, target_markets=(EVERYWHERE,), definition=RULE)

    def plan(self, parameters: BatchJobParameters) -> Plan:
        """What would go, by kind and day; the skips say what stays although it is old."""
        shorter, last = min(self.job_days, self.log_days), parameters.date_range.end
        jobs_until, logs_until = (last - timedelta(days=days - shorter) for days in (self.job_days, self.log_days))
        with self.uow() as uow:
            found = uow.retention.expired(Kind.LOGS, logs_until)
            found += uow.retention.expired(Kind.JOBS, jobs_until)
            found += uow.retention.expired(Kind.WORKERS, logs_until)
            found += [Expired(Kind.ARTEFACTS, last, len(left))] if (left := _abandoned(uow, self.files)) else []
            kept = uow.retention.kept(jobs_until)
        return Plan(
            chunks=_chunks(found),
            skips=(Skip(Kind.JOBS, kept.first, kept.last, kept.jobs, PUBLISHED),) if kept else (),
            added=0,
            changed=len(found),
            runs={},
            revisions={},
            definition=RULE,
            index=RULE,
            definition_hash="",
            counts=_counts(found),
        )

    def prepare(self, job: BatchJob) -> "Pruning":
        """Nothing is needed but the job."""
        return Pruning(job, self.files)


@dataclass(frozen=True, slots=True)
class Pruning:
    """Deletes what the chunks name. A chunk that runs again finds nothing left to delete."""

    job: BatchJob
    files: ArtefactFiles

    def process(self, chunk: Chunk) -> Kind:
        """The kind that goes; deleting is left to `store`."""
        return Kind(chunk.market)

    def sessions(self, market: str) -> Sequence[date]:
        """None: it computes no sessions."""
        return ()

    def store(self, uow: UnitOfWork, chunk: Chunk, result: Kind, at: datetime) -> ChunkOutcome:
        """Delete what is of that kind and of the chunk's days, and say in the log how many rows went. Files go only
        when it is certain that nothing names them any more, at the job's end.
        """
        if result is Kind.ARTEFACTS:
            return ChunkOutcome(chunk.items, said="Files of jobs that are gone are deleted at the end.")
        gone = uow.retention.prune(result, chunk.first_session, chunk.last_session)
        rows = ", ".join(f"{count:,} rows of {table}" for table, count in gone.items()) or "nothing"
        said = f"Pruned {chunk.first_session}..{chunk.last_session}: {rows}."
        uow.logs.add(self.job.id, LogEntry(at, INFO, "pruned", said, self.job.fence, chunk.number))
        return ChunkOutcome(chunk.items)

    def check(self, uow: UnitOfWork) -> list[CheckResult]:
        """That every generation that was ever published still has readings."""
        published, lost = uow.retention.damaged()
        return [CheckResult("published-kept", "error", published, len(lost), tuple(lost[:5]))]

    def conclude(self, uow: UnitOfWork, at: datetime) -> list[str]:
        """Delete the files of jobs that are gone. Nothing is published."""
        abandoned = _abandoned(uow, self.files)
        for job_id in sorted(abandoned):
            self.files.drop(job_id)
        return [f"Deleted the files of {len(abandoned)} jobs."] if abandoned else []


def _abandoned(uow: UnitOfWork, files: ArtefactFiles) -> set[str]:
    return uow.artefacts.abandoned(files.jobs())


def _chunks(found: Sequence[Expired]) -> tuple[Chunk, ...]:
    slices = [part for _, days in groupby(found, key=lambda one: one.kind) for part in _slices(list(days))]
    return tuple(
        Chunk(number, days[0].kind, days[0].day, days[-1].day, len(days)) for number, days in enumerate(slices, start=1)
    )


def _slices(days: list[Expired]) -> Iterator[list[Expired]]:
    """Runs of days with about ROWS_PER_CHUNK rows each, so that no transaction lasts long."""
    part: list[Expired] = []
    for one in days:
        part.append(one)
        if sum(day.count + day.readings for day in part) >= ROWS_PER_CHUNK:
            yield part
            part = []
    if part:
        yield part


def _counts(found: Sequence[Expired]) -> dict[str, int]:
    counts = {kind.value: sum(one.count for one in found if one.kind is kind) for kind in Kind}
    return counts | {"readings": sum(one.readings for one in found)}
