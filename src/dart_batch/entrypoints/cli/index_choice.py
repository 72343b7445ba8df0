"""Which published readings a user means."""

from dataclasses import dataclass, replace
from datetime import date, datetime

import polars as pl

from dart_batch.application.definitions import (
    UnknownDefinition,
    default_definition,
    imported_definition,
    resolve_definition,
)
from dart_batch.bootstrap import App
from dart_batch.domain.errors import NotFound
from dart_batch.domain.index.definition import Definition
from dart_batch.domain.index.side import Side
from dart_batch.domain.job.errors import InvalidParameters
from dart_batch.entrypoints.cli.finding import find_job, moment


class NothingPublished(NotFound):
    """No reading is published for what was asked."""

    code = "nothing-published"


@dataclass(frozen=True, slots=True)
class Choice:
    """One index and a span of days; null is open. `version` is set when a user asked for one. Live readings are meant
    unless a moment or a job is named.
    """

    market: str
    definition: Definition
    first: date | None
    last: date | None
    version: int | None
    as_of: datetime | None = None
    job_id: str | None = None

    @property
    def side(self) -> Side:
        """Raises AmbiguousSide for a moment and a job."""
        return Side(self.definition.name, self.as_of, self.job_id)

    @property
    def title(self) -> str:
        return f"{self.market} / {self.definition.name}"


def choose(app: App, market: str | None, reference: str | None, start: str | None, end: str | None) -> Choice:
    """The index a user means; defaults: the only published market, and the market's own definition.

    A selection of components is named as it is published, `kospi[VOLATILITY]`. Raises UnknownMarket,
    UnknownDefinition, UnknownComponent, NothingPublished when the market is not clear, InvalidParameters for days.
    """
    name = app.calendars.of(market).market if market else _only_market(app)
    definition = _definition(app, reference or default_definition(name))
    first, last = (day(text, option) if text else None for text, option in ((start, "--from"), (end, "--to")))
    if first and last and last < first:
        raise InvalidParameters(f"--to {last} lies before --from {first}.", field="--to")
    asked = definition.version if "@" in (reference or "") else None
    return Choice(name, definition, first, last, asked)


def at_side(app: App, choice: Choice, as_of: str | None, job: str | None) -> Choice:
    """The choice as it was published at a moment, or as a job (its id or the beginning of it) wrote it. Raises
    InvalidParameters, AmbiguousSide, JobNotFound.
    """
    sided = replace(choice, as_of=moment(as_of, "--as-of"), job_id=job)
    return sided if sided.side.job_id is None else replace(sided, job_id=find_job(app, sided.side.job_id).id)


def readings_of(app: App, choice: Choice, *, components: bool) -> pl.DataFrame:
    """Readings of the choice by date, at least one; columns as in SqlIndexQueries.readings.

    Raises NothingPublished.
    """
    found = app.sides.readings(choice.market, choice.side, (choice.first, choice.last), components=components)
    if choice.version is not None:
        found = found.filter(pl.col("definition") == choice.definition.identifier)
    if found.is_empty():
        span = (
            f" from {choice.first or 'the start'} to {choice.last or 'the end'}" if choice.first or choice.last else ""
        )
        when = f" as of {choice.as_of}" if choice.as_of else ""
        raise NothingPublished(f"Nothing is published for {choice.title}{span}{when}.", hint=_hint(app, choice))
    return found


def day(text: str, option: str) -> date:
    """A day in ISO form. Raises InvalidParameters naming the option."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidParameters(f"{option} must be a date as YYYY-MM-DD, got '{text}'.", field=option) from None


def _definition(app: App, reference: str) -> Definition:
    name, _, version = reference.partition("@")
    whole, _, selected = name.partition("[")
    try:
        with app.uow() as uow:
            definition = resolve_definition(uow, f"{whole}@{version}" if version else whole)
    except UnknownDefinition:
        if reference not in {row["definition"] for row in app.index.published()}:
            raise
        return imported_definition(reference)
    return definition.select(selected.rstrip("]").split("+")) if selected else definition


def _only_market(app: App) -> str:
    markets = sorted({str(row["market"]) for row in app.index.published()})
    if len(markets) != 1:
        hint = f"Published: {', '.join(markets)}." if markets else _first_backfill("US")
        raise NothingPublished("Name a market with --market." if markets else "No index is published yet.", hint=hint)
    return markets[0]


def _hint(app: App, choice: Choice) -> str:
    rows = [row for row in app.index.published() if row["market"] == choice.market]
    spans = [f"{row['definition']} from {row['first']} to {row['last']}" for row in rows]
    return f"Published for {choice.market}: {'; '.join(spans)}." if spans else _first_backfill(choice.market)


def _first_backfill(market: str) -> str:
    return f"Compute it first: dart-batch backfill --market {market}"
