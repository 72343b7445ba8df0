"""INDEX_RECALCULATION: what is published, computed with other weights or by another definition, as a new generation."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

import polars as pl

from dart_batch.application.definitions import (
    all_definitions,
    default_definition,
    definition_of,
    definition_text,
    resolve_definition,
)
from dart_batch.application.job_types.bases import bases, observed, runs_of
from dart_batch.application.job_types.generation import Generation
from dart_batch.application.job_types.historical_backfill import BackfillWork
from dart_batch.application.job_types.reweighting import REUSED, ReweightingWork
from dart_batch.application.job_types.sessions import MarketPlan, cut_chunks, plan_market
from dart_batch.application.ports.calendar import Calendars
from dart_batch.application.ports.market_data import MarketData
from dart_batch.application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from dart_batch.domain.index.definition import Definition
from dart_batch.domain.index.publication import clipped
from dart_batch.domain.index.weights import reweighted
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.errors import InvalidParameters
from dart_batch.domain.job.parameters import BatchJobParameters
from dart_batch.domain.job.plan import Plan
from dart_batch.engine.definition_file.variant import variant_text

COMPUTED = "computed"
CHUNK_SIZE = 1000
AHEAD = 500
NOT_PUBLISHED = "nothing is published for it; a backfill adds it"


def wanted_definition(market: str, definition: str | None, *, weights: bool) -> str:
    """The definition a recalculation starts from: what was named, for new weights else the market's own.

    Raises InvalidParameters when neither weights nor a definition are new.
    """
    if definition is None and not weights:
        raise InvalidParameters(
            "Nothing is new: give newWeights, or another definition.",
            hint="For example newWeights {priceMomentum: 0.4, volatility: 0.6}, or the name of a stored definition.",
            field="newWeights",
        )
    return definition or default_definition(market)


@dataclass(frozen=True, slots=True)
class IndexRecalculation:
    """Plans and prepares recalculations.

    Where the new definition scores as the published readings were scored, their scores are put together anew, so that
    nothing changes but what the new weights change; else everything is computed from the present observations.
    """

    uow: UnitOfWorkFactory
    market_data: MarketData
    calendars: Calendars
    new_id: Callable[[], str]

    def plan(self, parameters: BatchJobParameters) -> Plan:
        """Raises UnknownDefinition, UnknownMarket, InvalidWeights or InvalidParameters."""
        markets = [self.calendars.of(name).market for name in parameters.target_markets]
        with self.uow() as uow:
            definition, body, index = _wanted(uow, parameters)
            live = {market: _live(uow, market, index, parameters) for market in markets}
            plans = [self._plan_market(market, live[market], parameters) for market in markets]
            reused = _all_scored_alike(uow, live.values(), definition)
            shown = {plan.market: bases(uow, plan.market, index, plan.spans) for plan in plans if plan.runs}
            seen = {plan.market: _observed(uow, index, plan) for plan in plans if plan.runs} if reused else {}
        sessions = sum(plan.changed for plan in plans)
        return Plan(
            chunks=cut_chunks(plans, parameters.chunk_size),
            skips=tuple(skip for plan in plans for skip in plan.skips),
            added=0,
            changed=sessions,
            runs={plan.market: plan.spans for plan in plans if plan.runs},
            revisions={market: self._revision(market, seen.get(market)) for market in markets},
            definition=definition.identifier,
            index=index,
            definition_hash=definition.content_hash,
            counts={REUSED if reused else COMPUTED: sessions},
            bases=shown,
            observed=seen,
            definition_body=body,
        )

    def prepare(self, job: BatchJob) -> BackfillWork | ReweightingWork:
        """Pin the definition, and the published readings or the data revision the job was planned with."""
        with self.uow() as uow:
            definition = definition_of(uow, job.plan["definitionHash"])
            definition = definition or resolve_definition(uow, job.plan["definition"])
        generation = Generation(job, self.new_id, definition=definition)
        if REUSED in job.plan["counts"]:
            return ReweightingWork(generation, self.uow, self.market_data, self.calendars, AHEAD)
        return BackfillWork(generation, self.market_data, self.calendars)

    def _plan_market(self, market: str, live: pl.DataFrame, parameters: BatchJobParameters) -> MarketPlan:
        span = parameters.date_range
        published = set(live["session"].to_list())

        def reason(session: date) -> str | None:
            return None if session in published else NOT_PUBLISHED

        return plan_market(market, self.calendars.of(market).sessions(span.start, span.end), reason, live)

    def _revision(self, market: str, seen: list[list[str]] | None) -> int:
        return max(int(piece[2]) for piece in seen) if seen else self.market_data.revision(market)


def _wanted(uow: UnitOfWork, parameters: BatchJobParameters) -> tuple[Definition, str, str]:
    """The new definition, its text if it is not stored yet, and the index it is for."""
    given = parameters.recalculation
    if given is None:
        raise InvalidParameters("recalculationReason must say why.", field="recalculationReason")
    start = resolve_definition(uow, parameters.definition)
    if not given.new_weights:
        return start, "", given.index or default_definition(parameters.target_markets[0])
    definition, index = reweighted(start, dict(given.new_weights)), given.index or start.name
    for known in all_definitions(uow):
        if known.content_hash == definition.content_hash:
            return known, "", index
    return definition, variant_text(definition_text(uow, start), definition), index


def _live(uow: UnitOfWork, market: str, index: str, parameters: BatchJobParameters) -> pl.DataFrame:
    return uow.publications.live(market, index, parameters.date_range.start, parameters.date_range.end)


def _all_scored_alike(uow: UnitOfWork, live: Iterable[pl.DataFrame], definition: Definition) -> bool:
    """Whether everything that is published was scored as the definition scores."""
    used = {content_hash for frame in live for content_hash in frame["definition_hash"].unique()}
    found = [definition_of(uow, content_hash) for content_hash in used]
    return all(one is not None and one.scoring_hash == definition.scoring_hash for one in found)


def _observed(uow: UnitOfWork, index: str, plan: MarketPlan) -> list[list[str]]:
    runs = runs_of(plan.spans)
    return observed(uow, plan.market, clipped(uow.publications.segments(plan.market, index, runs), runs))
