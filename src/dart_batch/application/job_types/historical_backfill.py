"""HISTORICAL_BACKFILL: compute the index for the sessions of a range."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import polars as pl

from dart_batch.application.definitions import current_definition, definition_text, resolve_definition
from dart_batch.application.job_types.bases import bases
from dart_batch.application.job_types.computation import Computation
from dart_batch.application.job_types.corrections import Corrections
from dart_batch.application.job_types.generation import Generation
from dart_batch.application.job_types.sessions import MarketPlan, cut_chunks, plan_market
from dart_batch.application.ports.calendar import Calendars
from dart_batch.application.ports.market_data import MarketData
from dart_batch.application.ports.unit_of_work import ChunkOutcome, UnitOfWork, UnitOfWorkFactory
from dart_batch.domain.errors import Fatal
from dart_batch.domain.index.definition import Definition
from dart_batch.domain.index.validation import CheckResult
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.parameters import BatchJobParameters
from dart_batch.domain.job.plan import Plan
from dart_batch.domain.job.recalculation import Publish
from dart_batch.engine.definition_file import parse_definition
from dart_batch.engine.lineage import Lineage
from dart_batch.engine.verification import verify_readings


class NoObservations(Fatal):
    """The market has no data the definition could be computed from."""

    code = "no-observations"


@dataclass(frozen=True, slots=True)
class HistoricalBackfill:
    """Plans and prepares backfills."""

    uow: UnitOfWorkFactory
    market_data: MarketData
    calendars: Calendars
    new_id: Callable[[], str]

    def plan(self, parameters: BatchJobParameters) -> Plan:
        """Raises UnknownDefinition, UnknownMarket, UnknownComponent or NoObservations."""
        markets = [self.calendars.of(name).market for name in parameters.target_markets]
        with self.uow() as uow:
            if parameters.components:
                definition = resolve_definition(uow, parameters.definition)
            else:
                definition = current_definition(uow, parameters.definition, markets)
        selected = definition.select(parameters.components) if parameters.components else definition
        revisions = {market: self.market_data.revision(market) for market in markets}
        found = [self._plan_market(market, revisions[market], selected, parameters) for market in markets]
        plans, causes = [plan for plan, _ in found], {plan.market: why for plan, why in found if why}
        return Plan(
            chunks=cut_chunks(plans, parameters.chunk_size),
            skips=tuple(skip for plan in plans for skip in plan.skips),
            added=sum(plan.added for plan in plans),
            changed=sum(plan.changed for plan in plans),
            runs={plan.market: plan.spans for plan in plans if plan.runs},
            revisions=revisions,
            definition=definition.identifier,
            index=selected.name,
            definition_hash=definition.content_hash,
            bases=self._bases(selected.name, plans) if parameters.publish is Publish.MANUAL else {},
            causes=causes,
        )

    def prepare(self, job: BatchJob) -> "BackfillWork":
        """Pin the definition and the data revision the job was planned with."""
        with self.uow() as uow:
            text = uow.definitions.by_hash(job.plan["definitionHash"])
            if text is None:
                text = definition_text(uow, resolve_definition(uow, job.plan["definition"]))
        definition = parse_definition(text, job.plan["definition"])
        selected = definition.select(job.parameters.components) if job.parameters.components else definition
        return BackfillWork(Generation(job, self.new_id, definition=selected), self.market_data, self.calendars)

    def _bases(self, index: str, plans: Sequence[MarketPlan]) -> dict[str, list[list[str]]]:
        with self.uow() as uow:
            return {plan.market: bases(uow, plan.market, index, plan.spans) for plan in plans if plan.runs}

    def _plan_market(
        self, market: str, revision: int, definition: Definition, parameters: BatchJobParameters
    ) -> tuple[MarketPlan, list[str]]:
        """The plan, and why each of its runs is computed where the parameters ask for a reason."""
        span, calendar = parameters.date_range, self.calendars.of(market)
        first, last = self._extent(market, revision, definition)
        if parameters.affected_by_corrections:
            corrections = Corrections(market, definition, revision, self.market_data, self.calendars)
            with self.uow() as uow:
                return corrections.plan(uow, span)
        sessions = calendar.sessions(span.start, span.end)
        with self.uow() as uow:
            live = uow.publications.live(market, definition.name, span.start, span.end)
        settled = {} if parameters.overwrite_existing else _settled(live, revision, definition.content_hash)
        return plan_market(market, sessions, _reasons(first, last, settled), live), []

    def _extent(self, market: str, revision: int, definition: Definition) -> tuple[date, date]:
        names, quotes = definition.series_inputs, definition.needs_quotes
        found = self.market_data.extent(market, names, quotes=quotes, revision=revision)
        if found is None:
            raise NoObservations(
                f"Market {market} has no observation that {definition.identifier} uses.",
                hint=f"Import some: `dart-batch data import FILE --market {market} --as series|quotes`.",
            )
        return found


@dataclass(slots=True)
class BackfillWork:
    """A backfill made ready: one computation per market, made when its first chunk asks for it."""

    generation: Generation
    market_data: MarketData
    calendars: Calendars
    _computation: Computation | None = None
    _loaded: Computation | None = None

    def process(self, chunk: Chunk) -> pl.DataFrame:
        """Readings of the chunk's sessions. Raises PlanBroken when the calendar gives other sessions than planned."""
        return self._of(chunk.market).readings(chunk)

    def remote(self, stripe: Sequence[Chunk]) -> Callable[[Chunk], pl.DataFrame]:
        """`process` for a run of chunks of one market: reads the observation store, never the database."""
        return replace(self._new(stripe[0].market), until=stripe[-1].last_session).readings

    def inputs(self, market: str) -> str:
        """Names the content of the observation store that the job was planned with."""
        return self.market_data.fingerprint(market, self.generation.job.plan["dataRevisions"][market])

    def read(self, chunk: Chunk) -> Computation:
        """The observations of the chunk's market, once for all its chunks."""
        if self._loaded is None or self._loaded.market != chunk.market:
            self._loaded = self._new(chunk.market).loaded()
        return self._loaded

    def compute(self, chunk: Chunk, read: Computation) -> pl.DataFrame:
        """Readings of this chunk and no other. Raises PlanBroken."""
        return read.alone(chunk)

    def piece(self, result: pl.DataFrame, first: int, count: int) -> pl.DataFrame:
        """Readings of `count` sessions from the `first` one on."""
        return result.slice(first, count)

    def sessions(self, market: str) -> list[date]:
        """Sessions that the plan says this job writes."""
        return self._new(market).planned_sessions()

    def shed(self) -> None:
        """Drop what was read and computed ahead; half as much is computed ahead from now on."""
        self._loaded = None
        if self._computation is not None:
            self._computation.shed()

    def store(self, uow: UnitOfWork, chunk: Chunk, result: pl.DataFrame, at: datetime) -> ChunkOutcome:
        """Append the chunk's readings to the generation."""
        return self.generation.store(uow, chunk, result, at)

    def check(self, uow: UnitOfWork) -> list[CheckResult]:
        """Checks of the job's validation level over everything stored."""
        stored = self.generation.read(uow)
        return [check for market in stored for check in self._verify(market, stored[market].frame)]

    def conclude(self, uow: UnitOfWork, at: datetime) -> list[str]:
        """Publish or stage the generation."""
        return self.generation.conclude(uow, at)

    def explain(self, market: str, session: date) -> Lineage:
        """The observations that the job's reading of one session came from."""
        return self._of(market).explain(session)

    def _verify(self, market: str, stored: pl.DataFrame) -> list[CheckResult]:
        computation, thorough = self._of(market), self.generation.thorough
        left_out = self.generation.left_out(market)
        expected = [session for session in computation.planned_sessions() if session not in left_out]
        results = verify_readings(stored, expected, self.generation.definition, thorough=thorough)
        return [*results, computation.recomputed(stored)] if thorough else results

    def _of(self, market: str) -> Computation:
        if self._computation is None or self._computation.market != market:
            self._computation = self._new(market)
        return self._computation

    def _new(self, market: str) -> Computation:
        job, definition = self.generation.job, self.generation.definition
        return Computation(market, job, definition, self.market_data, self.calendars)


def _settled(live: pl.DataFrame, revision: int, definition_hash: str) -> dict[date, str]:
    same = (pl.col("data_revision") == revision) & (pl.col("definition_hash") == definition_hash)
    published = live.filter(~pl.col("withheld"))["session"].to_list()
    withheld = live.filter(pl.col("withheld") & same)["session"].to_list()
    return dict.fromkeys(published, "already published") | dict.fromkeys(
        withheld, "withheld before, and the inputs have not changed"
    )


def _reasons(first: date, last: date, settled: dict[date, str]) -> Callable[[date], str | None]:
    def reason(session: date) -> str | None:
        if session < first:
            return f"no observation before {first}"
        if session > last:
            return f"no observation after {last}"
        return settled.get(session)

    return reason
