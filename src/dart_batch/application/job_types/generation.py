"""What one job writes for an index, and how it becomes live."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

import polars as pl

from dart_batch.application.job_types.bases import refuse_moved
from dart_batch.application.ports.unit_of_work import ChunkOutcome, Publication, UnitOfWork
from dart_batch.domain.index.definition import Definition
from dart_batch.domain.index.publication import Run, runs_without
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.parameters import ValidationLevel
from dart_batch.domain.job.recalculation import Publish
from dart_batch.engine.stored import StoredReadings


@dataclass(slots=True)
class Written:
    """The stored readings of one job, by market."""

    job: BatchJob
    new_id: Callable[[], str]
    _stored: dict[str, StoredReadings] = field(default_factory=dict)
    _left_out: dict[str, set[date]] = field(default_factory=dict)

    @property
    def thorough(self) -> bool:
        """Whether the job asked for every check."""
        return self.job.parameters.validation_level is ValidationLevel.COMPREHENSIVE

    def read(self, uow: UnitOfWork) -> dict[str, StoredReadings]:
        """All stored readings by market; the large column only for a thorough check. Kept for `publish`."""
        for market in self.job.plan["runs"]:
            self._stored[market] = uow.generations.stored(self.job.id, market, components=self.thorough)
            self._left_out[market] = set()
        for poison in uow.ledger.poison(self.job.id) if self.job.parameters.skip_limit else ():
            self._left_out[poison.market].add(poison.session)
        return self._stored

    def left_out(self, market: str) -> set[date]:
        """Sessions that were planned and could not be computed, as `read` found them."""
        return self._left_out[market]

    def conclude(self, uow: UnitOfWork, at: datetime) -> list[str]:
        """Publish, or stage when the job asked to wait for a decision; answers lines for the log.

        Raises LiveIndexMoved for a recalculation of what is no longer live.
        """
        if self.job.parameters.publish is Publish.AUTO:
            if self.job.parameters.recalculation:
                refuse_moved(uow, self.job)
            return self.publish(uow, at, self.job.owner)
        uow.generations.stage(self.job.id, at)
        sessions = sum(readings.height for readings in self._stored.values())
        return [f"Staged {sessions} sessions of {self.job.plan['definition']}: promote or discard them."]

    def publish(self, uow: UnitOfWork, at: datetime, by: str) -> list[str]:
        """Make what `read` found the live index, which keeps what it has for sessions that were left out; answers a
        line for each market.
        """
        return [self._publish(uow, market, readings, at, by) for market, readings in self._stored.items()]

    def _publish(self, uow: UnitOfWork, market: str, readings: StoredReadings, at: datetime, by: str) -> str:
        if not readings.height:
            return f"Nothing of {market} could be computed, so nothing is published."
        act = Publication(
            id=self.new_id(),
            market=market,
            definition=self.job.plan["index"],
            job_id=self.job.id,
            published_at=at,
            published_by=by,
            content_hash=readings.content_hash,
            sessions=readings.height,
            runs=self._runs(market, readings),
        )
        uow.publications.publish(act)
        return f"Published {act.sessions} sessions of {market} / {self.job.plan['definition']}."

    def _runs(self, market: str, readings: StoredReadings) -> tuple[Run, ...]:
        planned = [
            (date.fromisoformat(first), date.fromisoformat(last)) for first, last in self.job.plan["runs"][market]
        ]
        return tuple(runs_without(planned, self.left_out(market), readings.sessions))


@dataclass(slots=True)
class Generation(Written):
    """The same while the job writes them, with its definition."""

    definition: Definition = field(kw_only=True)

    def store(self, uow: UnitOfWork, chunk: Chunk, readings: pl.DataFrame, at: datetime) -> ChunkOutcome:
        """Append the readings (engine READING_SCHEMA) of one chunk."""
        uow.generations.append(self.job.id, chunk.market, self.definition, readings, at)
        return ChunkOutcome(readings.height, readings.get_column("value").null_count())
