"""Keying an index by the new name of its definition: its live readings once more, as a generation of the new name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

import polars as pl

from dart_batch.application.definitions import (
    IMPORTED,
    UnknownDefinition,
    all_definitions,
    definition_of,
    definition_text,
)
from dart_batch.application.job_types.bases import base_segments, bases, observed, runs_of
from dart_batch.application.job_types.generation import Written
from dart_batch.application.job_types.sessions import MarketPlan, cut_chunks
from dart_batch.application.ports.unit_of_work import (
    ChunkOutcome,
    Identified,
    Publication,
    UnitOfWork,
    UnitOfWorkFactory,
)
from dart_batch.domain.index.definition import Definition
from dart_batch.domain.index.errors import LiveIndexMoved
from dart_batch.domain.index.publication import Segment, clipped
from dart_batch.domain.index.validation import CheckResult
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.errors import PlanBroken
from dart_batch.domain.job.migration import DefinitionRename
from dart_batch.domain.job.migration_errors import IndexBusy, NameTaken, NothingPublished, NotReversible
from dart_batch.domain.job.parameters import BatchJobParameters
from dart_batch.domain.job.plan import Plan
from dart_batch.domain.job.status import ACTIVE
from dart_batch.engine.definition_file import parse_definition
from dart_batch.engine.definition_file.renamed import renamed_text
from dart_batch.engine.lineage import Lineage

DEFINITIONS = "definitions"
EVER = ["1900-01-01", "2199-12-31"]
FIRST, LAST = map(date.fromisoformat, EVER)
UNFINISHED = [status.value for status in sorted(ACTIVE)]


class Explain(Protocol):
    """Where a reading of some job came from."""

    def __call__(self, job_id: str, market: str, session: date) -> tuple[BatchJob, Lineage]: ...


@dataclass(frozen=True, slots=True)
class Imported:
    """What stands for the definition of readings that were imported: a name, and no content."""

    identifier: str
    content_hash: str = ""

    @classmethod
    def of(cls, index: str) -> "Imported":
        """Of the index that the readings are published under."""
        return cls(f"{index}{IMPORTED}")


@dataclass(frozen=True, slots=True)
class DefinitionRenames:
    """Plans and prepares renames. Nothing is overwritten: the old generations stay, and are what explains."""

    uow: UnitOfWorkFactory
    new_id: Callable[[], str]
    explain: Explain

    def plan(self, parameters: BatchJobParameters, rename: DefinitionRename) -> Plan:
        """Raises NothingPublished, NameTaken, or IndexBusy while unfinished jobs write to one of the two."""
        with self.uow() as uow:
            markets = _markets(uow, rename)
            segments = {market: _segments(uow, market, rename.old) for market in markets}
            plans = [_market_plan(uow, market, rename.old, segments[market]) for market in markets]
            used = _hashes(uow, rename.old, markets)
            new = _renamed(uow, rename, used)
            seen = {market: observed(uow, market, segments[market]) for market in markets}
            shown = {market: bases(uow, market, rename.old, [EVER]) for market in markets}
        return Plan(
            chunks=cut_chunks(plans, parameters.chunk_size),
            skips=(),
            added=0,
            changed=sum(plan.changed for plan in plans),
            runs={plan.market: plan.spans for plan in plans},
            revisions={market: max(int(piece[2]) for piece in seen[market]) for market in markets},
            definition=", ".join(sorted({one.identifier for one, _ in new.values()})),
            index=rename.new,
            definition_hash="",
            counts={plan.market: plan.changed for plan in plans},
            bases=shown,
            observed=seen,
            pinned={DEFINITIONS: used},
        )

    def prepare(self, job: BatchJob, rename: DefinitionRename) -> "RenameWork":
        """Pin the definitions as the old name has them."""
        with self.uow() as uow:
            new = _renamed(uow, rename, job.plan["pinned"][DEFINITIONS])
        return RenameWork(Written(job, self.new_id), rename, self.uow, new, self.explain)

    def reverse(self, uow: UnitOfWork, job: BatchJob, rename: DefinitionRename, by: str, at: datetime) -> str:
        """Take the new name's publication back, and show under the old one exactly what it showed. Raises NotReversible
        when either was published to since.
        """
        sessions = sum(
            _restore(uow, job, rename, market, (self.new_id(), self.new_id()), (by, at)) for market in job.plan["runs"]
        )
        return f"{sessions:,} sessions are shown as {rename.old} again, and no longer as {rename.new}."


@dataclass(slots=True)
class RenameWork:
    """One attempt at a rename. `new` has the renamed definition and its text for each content hash there was."""

    written: Written
    rename: DefinitionRename
    uow: UnitOfWorkFactory
    new: dict[str, tuple[Identified, str]]
    explained: Explain
    _shown: dict[str, pl.DataFrame] = field(default_factory=dict)

    def process(self, chunk: Chunk) -> pl.DataFrame:
        """The chunk's readings as the old name shows them. Raises PlanBroken."""
        job = self.written.job
        with self.uow() as uow:
            inside = clipped(base_segments(job, chunk.market), [(chunk.first_session, chunk.last_session)])
            found = uow.generations.shown(chunk.market, inside)
        if found.height != chunk.items:
            raise PlanBroken(
                f"Chunk {chunk.number} was planned with {chunk.items} sessions, now it has {found.height}."
            )
        return found

    def sessions(self, market: str) -> Sequence[date]:
        """Sessions of the market that are keyed anew."""
        with self.uow() as uow:
            found = uow.generations.shown(market, base_segments(self.written.job, market))
        return list(found["session"])

    def store(self, uow: UnitOfWork, chunk: Chunk, result: pl.DataFrame, at: datetime) -> ChunkOutcome:
        """Append the same readings with the new key."""
        for (old,), readings in result.group_by("definition_hash", maintain_order=True):
            definition, _ = self.new[str(old)]
            uow.generations.append(self.written.job.id, chunk.market, definition, readings.drop("definition_hash"), at)
        return ChunkOutcome(result.height, result["value"].null_count())

    def check(self, uow: UnitOfWork) -> list[CheckResult]:
        """That every byte of every reading is the same under both names."""
        job, found = self.written.job, []
        for market, stored in self.written.read(uow).items():
            old = uow.generations.shown(market, base_segments(job, market))
            same = old.select(stored.frame.columns).equals(stored.frame)
            found.append(CheckResult("content-unchanged", "error", stored.height, 0 if same else stored.height))
        return found

    def conclude(self, uow: UnitOfWork, at: datetime) -> list[str]:
        """Show everything under the new name and nothing under the old one. Raises LiveIndexMoved or IndexBusy."""
        job, rename = self.written.job, self.rename
        _refuse_active(uow, rename, job.id)
        for market in job.plan["runs"]:
            if _segments(uow, market, rename.old) != base_segments(job, market):
                raise LiveIndexMoved(
                    f"The live index {rename.old} moved since job {job.id} was planned.", job_id=job.id
                )
        for definition, text in self.new.values():
            if isinstance(definition, Definition):
                uow.definitions.add(definition, text, at, job.owner)
        said = self.written.publish(uow, at, job.owner)
        for market in job.plan["runs"]:
            ids = [self.written.new_id() for _ in uow.migrations.valid(market, rename.old)]
            uow.migrations.retire(market, rename.old, ids, at, job.owner)
        return [*said, f"{rename.old} shows nothing any more; what it showed stays in its history."]

    def explain(self, market: str, session: date) -> Lineage:
        """As the job explains that computed the reading under the old name."""
        inside = clipped(base_segments(self.written.job, market), [(session, session)])
        if not inside:
            raise PlanBroken(f"{session} is not a session that job {self.written.job.id} keyed anew.")
        return self.explained(inside[0].job_id, market, session)[1]


def _markets(uow: UnitOfWork, rename: DefinitionRename) -> list[str]:
    markets = uow.migrations.published(rename.old)
    if not markets:
        raise NothingPublished(f"Nothing is published under the name {rename.old}.", field="renameFrom")
    if uow.migrations.published(rename.new):
        raise NameTaken(f"Something is published under the name {rename.new} already.", field="renameTo")
    _refuse_active(uow, rename, "")
    return markets


def _refuse_active(uow: UnitOfWork, rename: DefinitionRename, besides: str) -> None:
    for name in (rename.old, rename.new):
        if active := uow.migrations.active(besides, UNFINISHED, name):
            raise IndexBusy(f"Jobs that write to {name} have not ended: {', '.join(active[:3])}.", jobs=active)


def _segments(uow: UnitOfWork, market: str, index: str) -> list[Segment]:
    return uow.publications.segments(market, index, runs_of([EVER]))


def _market_plan(uow: UnitOfWork, market: str, index: str, segments: Sequence[Segment]) -> MarketPlan:
    days: list[date] = uow.publications.live(market, index, FIRST, LAST)["session"].to_list()
    runs = [tuple(day for day in days if one.first <= day <= one.last) for one in segments]
    return MarketPlan(market, tuple(run for run in runs if run), (), 0, len(days))


def _hashes(uow: UnitOfWork, index: str, markets: Sequence[str]) -> list[str]:
    found = [uow.publications.live(market, index, FIRST, LAST)["definition_hash"] for market in markets]
    return sorted({str(one) for hashes in found for one in hashes.unique()})


def _renamed(uow: UnitOfWork, rename: DefinitionRename, used: Sequence[str]) -> dict[str, tuple[Identified, str]]:
    return {one: _renamed_one(uow, rename, one) for one in used}


def _renamed_one(uow: UnitOfWork, rename: DefinitionRename, content_hash: str) -> tuple[Identified, str]:
    if not content_hash:
        return Imported.of(rename.new), ""
    old = definition_of(uow, content_hash)
    if old is None:
        raise UnknownDefinition(f"The definition {content_hash[:12]} of {rename.old} is not stored.")
    text = renamed_text(definition_text(uow, old), rename.new)
    new = parse_definition(text, rename.new)
    for known in all_definitions(uow):
        if known.identifier == new.identifier and known.content_hash != new.content_hash:
            raise NameTaken(f"{new.identifier} is defined already, as something else.", field="renameTo")
    return new, text


def _restore(
    uow: UnitOfWork,
    job: BatchJob,
    rename: DefinitionRename,
    market: str,
    ids: tuple[str, str],
    act: tuple[str, datetime],
) -> int:
    by, at = act
    mine = uow.migrations.valid(market, rename.new)
    if len(mine) != 1 or {one.job_id for one in _segments(uow, market, rename.new)} != {job.id}:
        raise NotReversible(f"{rename.new} was published to since, or taken back.", hint="Roll that back first.")
    if _segments(uow, market, rename.old):
        raise NotReversible(f"{rename.old} was published to since.", hint="Roll that back first.")
    uow.publications.undo(mine[0], ids[0], at, by)
    stored = uow.generations.stored(job.id, market, components=False)
    segments = base_segments(job, market)
    runs = tuple((one.first, one.last) for one in segments)
    act_again = Publication(ids[1], market, rename.old, job.id, at, by, stored.content_hash, stored.height, runs)
    uow.migrations.restore(act_again, segments)
    return stored.height
