"""Plans and prepares validations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from dart_batch.application.definitions import resolve_definition
from dart_batch.application.job_types.bases import base_segments
from dart_batch.application.job_types.sessions import MarketPlan, cut_chunks, plan_market
from dart_batch.application.job_types.validation.examining import Ground
from dart_batch.application.job_types.validation.ground import Grounds
from dart_batch.application.job_types.validation.observing import ObservationsExaminer
from dart_batch.application.job_types.validation.work import ObservationsLoader, ReadingsLoader, ValidationWork
from dart_batch.application.ports.calendar import Calendars
from dart_batch.application.ports.market_data import MarketData
from dart_batch.application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from dart_batch.domain.errors import NotFound
from dart_batch.domain.index.publication import Run, Segment, clipped
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import ChunkStatus
from dart_batch.domain.job.date_range import EARLIEST, DateRange
from dart_batch.domain.job.parameters import BatchJobParameters, ValidationLevel
from dart_batch.domain.job.plan import Plan
from dart_batch.domain.job.validation import Scope, Validation

CHUNK_SIZE = 1000
AHEAD = 1000
WHOLE = 1_000_000
NOTHING_THERE = "nothing is stored for it"
_NO_LIVE = pl.DataFrame(schema={"session": pl.Date})
_EVER = (EARLIEST, date(2100, 1, 1))


class NothingStored(NotFound):
    """There is nothing of the scope to validate."""

    code = "nothing-stored"
    hint = "See what there is: `dart-batch index list`, `dart-batch jobs list`, `dart-batch data describe`."


@dataclass(frozen=True, slots=True)
class DataValidation:
    """Looks at what is stored, as it was when the job was planned: at the segments of the live index or of a
    generation, or at a revision of the observations. Items are sessions.
    """

    uow: UnitOfWorkFactory
    market_data: MarketData
    calendars: Calendars

    def extent(self, asked: Validation, market: str, index: str) -> DateRange:
        """First to last day of what is stored. Raises NothingStored, JobNotFound."""
        segments = self._segments(asked, market, index, _EVER, self.market_data.revision(market))
        if not segments:
            raise NothingStored(f"Nothing of {market} is stored that could be validated.", market=market, index=index)
        return DateRange(max(segments[0].first, EARLIEST), max(one.last for one in segments))

    def written_by(self, job_id: str) -> tuple[str, str]:
        """Market and index of the readings that a job wrote. Raises JobNotFound, NothingStored."""
        with self.uow() as uow:
            job = uow.jobs.get(job_id)
        if not job.plan["runs"]:
            raise NothingStored(f"Job {job_id} writes no readings.", job_id=job_id)
        return next(iter(job.plan["runs"])), job.plan["index"]

    def plan(self, parameters: BatchJobParameters) -> Plan:
        """Raises UnknownMarket, JobNotFound or CalendarRangeError."""
        asked, span = parameters.validation or Validation(), parameters.date_range
        markets = [self.calendars.of(name).market for name in parameters.target_markets]
        revisions = {market: self.market_data.revision(market) for market in markets}
        shown = {
            market: self._segments(asked, market, parameters.definition, (span.start, span.end), revisions[market])
            for market in markets
        }
        plans = [self._plan_market(market, shown[market], asked.scope, span) for market in markets]
        return Plan(
            chunks=cut_chunks(plans, parameters.chunk_size),
            skips=tuple(skip for plan in plans for skip in plan.skips),
            added=0,
            changed=0,
            runs={},
            revisions=revisions,
            definition=parameters.definition,
            index=parameters.definition,
            definition_hash="",
            counts={"examined": sum(plan.added for plan in plans)},
            bases={
                market: [[str(one.first), str(one.last), one.job_id, one.publication_id] for one in shown[market]]
                for market in markets
            },
        )

    def prepare(self, job: BatchJob) -> ValidationWork:
        """Pin what the job was planned with."""
        asked, span = job.parameters.validation or Validation(), job.parameters.date_range
        grounds = {}
        for market in job.plan["bases"]:
            planned = self._grounds.sessions(market, asked.scope, base_segments(job, market), span)
            if planned:
                left_out = self._left_out(asked, market)
                grounds[market] = self._grounds.ground(market, planned, left_out, span)
        if asked.scope is Scope.OBSERVATIONS:
            examiners = {market: self._observations(job, market, grounds[market]) for market in grounds}
            return ValidationWork(job, grounds, ObservationsLoader(examiners), ahead=WHOLE)
        load = ReadingsLoader(job, grounds, self.uow, self.market_data, self.calendars)
        return ValidationWork(job, grounds, load, ahead=AHEAD)

    @property
    def _grounds(self) -> Grounds:
        return Grounds(self.market_data, self.calendars)

    def _segments(self, asked: Validation, market: str, index: str, run: Run, revision: int) -> list[Segment]:
        """What is looked at inside a run; of the observations one segment from the first to the last of them."""
        if asked.scope is Scope.OBSERVATIONS:
            found = self._grounds.observed(market, revision)
            return clipped([Segment(*found, "", "")], [run]) if found else []
        with self.uow() as uow:
            if asked.scope is Scope.GENERATION:
                return clipped(_generation(uow, asked.of_job, market), [run])
            return uow.publications.segments(market, index, [run])

    def _plan_market(self, market: str, segments: Sequence[Segment], scope: Scope, span: DateRange) -> MarketPlan:
        wanted = set(self._grounds.sessions(market, scope, segments, span))

        def reason(session: date) -> str | None:
            return None if session in wanted else NOTHING_THERE

        return plan_market(market, self.calendars.of(market).sessions(span.start, span.end), reason, _NO_LIVE)

    def _left_out(self, asked: Validation, market: str) -> set[date]:
        """Sessions that the job of a generation could not compute, and said so."""
        if asked.scope is not Scope.GENERATION:
            return set()
        with self.uow() as uow:
            return {poison.session for poison in uow.ledger.poison(asked.of_job) if poison.market == market}

    def _observations(self, job: BatchJob, market: str, ground: Ground) -> ObservationsExaminer:
        revision = job.plan["dataRevisions"][market]
        with self.uow() as uow:
            rules = resolve_definition(uow, job.parameters.definition).stocks
        return ObservationsExaminer(
            market=market,
            ground=ground,
            calendar=self.calendars.of(market),
            market_data=self.market_data,
            revision=revision,
            names=self._grounds.names(market),
            panel=self.market_data.extent(market, (), quotes=True, revision=revision),
            rules=rules,
            thorough=job.parameters.validation_level is ValidationLevel.COMPREHENSIVE,
        )


def _generation(uow: UnitOfWork, job_id: str, market: str) -> list[Segment]:
    """The chunks that a job has written, as segments."""
    chunks = [one for one in uow.ledger.all(job_id) if one.market == market and one.status is ChunkStatus.DONE]
    return [Segment(chunk.first_session, chunk.last_session, job_id, "") for chunk in chunks]
