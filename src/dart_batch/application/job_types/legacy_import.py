"""Importing the index of the TypeScript system: values as they were, never said to be computed here."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from dart_batch.application.definitions import all_definitions
from dart_batch.application.job_types.bases import bases
from dart_batch.application.job_types.definition_rename import Imported
from dart_batch.application.job_types.generation import Written
from dart_batch.application.job_types.sessions import MarketPlan, cut_chunks, plan_market
from dart_batch.application.ports.calendar import Calendars
from dart_batch.application.ports.migration import LegacySource
from dart_batch.application.ports.unit_of_work import ChunkOutcome, UnitOfWork, UnitOfWorkFactory
from dart_batch.domain.index.publication import GenerationStatus
from dart_batch.domain.index.validation import CheckResult
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.errors import InvalidParameters
from dart_batch.domain.job.migration import LEGACY_TABLES, LegacyImport
from dart_batch.domain.job.migration_errors import (
    LegacyUnreadable,
    NameTaken,
    NotRecomputable,
    NotReversible,
    SourceMoved,
)
from dart_batch.domain.job.parameters import BatchJobParameters
from dart_batch.domain.job.plan import Plan
from dart_batch.engine.legacy import Judged, judge, missing_columns
from dart_batch.engine.lineage import Lineage
from dart_batch.engine.schema import READING_SCHEMA
from dart_batch.engine.validation.imports import rejections

SOURCE = "sourceHash"
JOB_COLUMNS = ("job_id", "jobId")
NO_ROW = "no row of the source, or only rejected ones"


@dataclass(frozen=True, slots=True)
class LegacyImports:
    """Plans and prepares imports into one market."""

    uow: UnitOfWorkFactory
    source: LegacySource
    calendars: Calendars
    new_id: Callable[[], str]

    def plan(self, parameters: BatchJobParameters, wanted: LegacyImport) -> Plan:
        """Raises LegacyUnreadable, InvalidParameters, NameTaken for the name of a definition, or UnknownMarket."""
        market = self.calendars.of(parameters.target_markets[0]).market
        judged, content_hash = self._judged(market, wanted)
        with self.uow() as uow:
            if wanted.index in {one.name for one in all_definitions(uow)}:
                raise NameTaken(f"{wanted.index} is the name of a definition.", field="legacyIndex")
            planned = self._plan_market(uow, market, wanted.index, judged)
            shown = bases(uow, market, wanted.index, planned.spans) if planned.runs else []
        return Plan(
            chunks=cut_chunks([planned], parameters.chunk_size),
            skips=planned.skips,
            added=planned.added,
            changed=planned.changed,
            runs={market: planned.spans} if planned.runs else {},
            revisions={market: 0},
            definition=Imported.of(wanted.index).identifier,
            index=wanted.index,
            definition_hash="",
            counts=_counts(judged),
            bases={market: shown},
            pinned={SOURCE: content_hash},
        )

    def prepare(self, job: BatchJob, wanted: LegacyImport) -> "LegacyWork":
        """The source is read when the first chunk needs it, and must be as it was planned with."""
        return LegacyWork(Written(job, self.new_id), self, wanted)

    def read(self, job: BatchJob, wanted: LegacyImport) -> Judged:
        """What the job was planned with. Raises SourceMoved."""
        judged, content_hash = self._judged(self.calendars.of(job.parameters.target_markets[0]).market, wanted)
        if content_hash != job.plan["pinned"][SOURCE]:
            raise SourceMoved(f"{wanted.table} holds other rows than when job {job.id} was planned.")
        return judged

    def reverse(self, uow: UnitOfWork, job: BatchJob, by: str, at: datetime) -> str:
        """Discard what waits for a decision, or roll back what the job published. Raises NotReversible."""
        if uow.generations.decision(job.id) is GenerationStatus.STAGED:
            uow.generations.decide(job.id, GenerationStatus.DISCARDED, at, by)
            return "Discarded what the import had staged."
        markets = job.plan["runs"]
        acts = [one for market in markets for one in uow.migrations.valid(market, job.plan["index"], job.id)]
        if not acts:
            raise NotReversible(
                f"Nothing that import {job.id} published is still there.", hint="Nothing is left to do."
            )
        sessions = sum(uow.publications.undo(one, self.new_id(), at, by).sessions for one in acts)
        return f"Rolled back {sessions:,} imported sessions of {job.plan['index']}."

    def _judged(self, market: str, wanted: LegacyImport) -> tuple[Judged, str]:
        table = _of_job(self.source.read(wanted.source, wanted.table), wanted)
        if missing := missing_columns(table.columns):
            raise LegacyUnreadable(
                f"{wanted.table} has no column {', '.join(missing)}.",
                hint=f"It has: {', '.join(table.columns)}. docs/operations.md has the names that are known.",
            )
        first, last = date(1990, 1, 1), max([date(1990, 1, 2), *_days(table)])
        judged = judge(table, market, self.calendars.of(market).sessions(first, last))
        return judged, hashlib.sha256(table.write_json().encode()).hexdigest()

    def _plan_market(self, uow: UnitOfWork, market: str, index: str, judged: Judged) -> MarketPlan:
        days: list[date] = judged.readings["session"].to_list()
        if not days:
            return MarketPlan(market, (), (), 0, 0)
        known = set(days)
        sessions = self.calendars.of(market).sessions(days[0], days[-1])
        live = uow.publications.live(market, index, days[0], days[-1])
        return plan_market(market, sessions, lambda day: None if day in known else NO_ROW, live)


@dataclass(slots=True)
class LegacyWork:
    """One attempt at an import."""

    written: Written
    imports: LegacyImports
    wanted: LegacyImport
    _judged: Judged | None = None

    def process(self, chunk: Chunk) -> pl.DataFrame:
        """The chunk's rows as readings, with number and content. Raises SourceMoved or LegacyUnreadable."""
        inside = pl.col("session").is_between(chunk.first_session, chunk.last_session)
        return self._read().readings.filter(inside)

    def sessions(self, market: str) -> Sequence[date]:
        """Sessions that have a good row."""
        return list(self._read().readings["session"])

    def store(self, uow: UnitOfWork, chunk: Chunk, result: pl.DataFrame, at: datetime) -> ChunkOutcome:
        """Append the readings and keep the rows they came from; with the first session also those that were rejected,
        as rows and as findings.
        """
        job, stand_in = self.written.job, Imported.of(self.wanted.index)
        uow.generations.append(job.id, chunk.market, stand_in, result.select(list(READING_SCHEMA)), at)
        uow.migrations.imported(job.id, result.select("number", "session", "content"))
        judged = self._read()
        if chunk.first_session == judged.readings["session"][0]:
            uow.migrations.imported(job.id, judged.rejected)
            said = rejections(judged, chunk.first_session)
            uow.findings.add(job.id, chunk, said.findings, said.tally)
        return ChunkOutcome(result.height)

    def check(self, uow: UnitOfWork) -> list[CheckResult]:
        """That what is stored is what the source has; and how many rows of it were rejected."""
        [(_, stored)] = self.written.read(uow).items()
        wanted = self._read().readings.select(stored.frame.columns)
        lost = 0 if wanted.equals(stored.frame) else wanted.height
        same = CheckResult("as-in-the-source", "error", stored.height, lost)
        return [same, *uow.findings.results(self.written.job.id)]

    def conclude(self, uow: UnitOfWork, at: datetime) -> list[str]:
        """Publish the imported values, or stage them."""
        rejected = self._read().rejected.height
        kept = [f"{rejected:,} rows were rejected; `migrate rejects {self.written.job.id}` has their reasons."]
        return self.written.conclude(uow, at) + (kept if rejected else [])

    def explain(self, market: str, session: date) -> Lineage:
        """Raises NotRecomputable with the row the value came from: there are no observations behind it."""
        job = self.written.job
        with self.imports.uow() as uow:
            row = uow.migrations.imported_row(job.id, session)
        came = f"row {row.number} of {self.wanted.table}: {row.content}" if row else "no row that is kept"
        raise NotRecomputable(f"{market} {session} was imported by job {job.id}, from {came}.", job_id=job.id)

    def _read(self) -> Judged:
        if self._judged is None:
            self._judged = self.imports.read(self.written.job, self.wanted)
        return self._judged


def _of_job(table: pl.DataFrame, wanted: LegacyImport) -> pl.DataFrame:
    """Rows of one legacy job, of the batch history; all rows of the index."""
    if wanted.table != LEGACY_TABLES[1]:
        return table
    [column, *_] = [*(name for name in JOB_COLUMNS if name in table.columns), ""]
    if not column:
        raise LegacyUnreadable(f"{wanted.table} has no column job_id.", hint=f"It has: {', '.join(table.columns)}.")
    known = sorted(str(one) for one in table[column].unique().drop_nulls())
    if (not wanted.legacy_job and len(known) != 1) or (wanted.legacy_job and wanted.legacy_job not in known):
        raise InvalidParameters(
            f"legacyJob must name one of the {len(known):,} jobs in {wanted.table}.",
            hint=f"There are: {', '.join(known[:10])}. Each is imported as a generation of its own.",
            field="legacyJob",
        )
    return table.filter(pl.col(column) == (wanted.legacy_job or known[0]))


def _days(table: pl.DataFrame) -> list[date]:
    days = table["date"].str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    return list(days.filter(days.is_between(date(1990, 1, 1), date(2100, 1, 1))).unique())


def _counts(judged: Judged) -> dict[str, int]:
    reasons = judged.rejected.group_by("field").len().sort("field")
    rejected = {f"rejected for {field}": count for field, count in reasons.rows()}
    return {"imported": judged.readings.height, "rejected": judged.rejected.height} | rejected
