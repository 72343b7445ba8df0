"""From what a user wrote to planned reports."""

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from dart_batch.application.definitions import default_definition
from dart_batch.bootstrap import App
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.errors import InvalidParameters
from dart_batch.domain.job.parameters import BatchJobParameters, JobType
from dart_batch.domain.job.periods import Every
from dart_batch.domain.job.reporting import Language, ReportFormat, Reporting
from dart_batch.domain.job.strategy import Strategy
from dart_batch.entrypoints.cli.submitting import Order, Said, planned


@dataclass(frozen=True, slots=True)
class Wish(Said):
    """Reports in the user's words; null means the default."""

    markets: list[str]
    definitions: list[str] = field(default_factory=list)
    start: str | None = None
    end: str | None = None
    every: str | None = None
    periods: list[str] = field(default_factory=list)
    formats: str = "pdf,xlsx"
    language: str = "ko"
    prices: str = ""
    strategy: str = "chunked"


def order(app: App, wish: Wish) -> Order:
    """Plan reports. Raises what planning raises, and InvalidParameters."""
    markets = tuple(app.calendars.of(name).market for name in wish.markets)
    indices = wish.definitions or list(dict.fromkeys(default_definition(market) for market in markets))
    custom = tuple(_period(text) for text in wish.periods)
    every = Every(wish.every.upper()) if wish.every else None if custom else Every.MONTH
    parameters = BatchJobParameters(
        date_range=_range(app, markets, indices, wish, custom),
        target_markets=markets,
        definition=indices[0],
        strategy=Strategy(wish.strategy.upper()),
        limits=replace(app.settings.job_limits, memory_soft_mb=0),
        retry=app.retry,
        details=Reporting(
            formats=known_formats(wish.formats),
            language=Language(wish.language),
            indices=tuple(indices),
            every=every,
            custom=custom,
            price_series=wish.prices,
        ),
    )
    return planned(app, JobType.BULK_REPORT, parameters, wish)


def refuse_late_copy(download: Path | None, *, detach: bool, dry_run: bool) -> None:
    """Raises InvalidParameters when nothing will be there to copy."""
    if download and (detach or dry_run):
        raise InvalidParameters(
            "--download copies what was written, so it goes neither with --detach nor with --dry-run.",
            hint="Copy the files later: `dart-batch jobs artefacts ID --download DIR`.",
            field="--download",
        )


def known_formats(text: str) -> tuple[ReportFormat, ...]:
    """The formats of a list with commas. Raises InvalidParameters for one that does not exist."""
    names = [name.strip().upper() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in list(ReportFormat):
            known = ", ".join(kind.value.lower() for kind in ReportFormat)
            raise InvalidParameters(f"--format does not know '{name.lower()}'; it knows {known}.", field="--format")
    return tuple(map(ReportFormat, names))


def _period(text: str) -> DateRange:
    first, dots, last = text.partition("..")
    if not dots:
        raise InvalidParameters(f"--period is written FROM..TO with two dates, not '{text}'.", field="--period")
    return DateRange.parse(first, last)


def _range(
    app: App, markets: tuple[str, ...], indices: list[str], wish: Wish, custom: tuple[DateRange, ...]
) -> DateRange:
    if custom:
        return DateRange(min(one.start for one in custom), max(one.end for one in custom))
    if wish.start and wish.end:
        return DateRange.parse(wish.start, wish.end)
    live = [one for one in app.index.published() if one["market"] in markets and one["definition"] in indices]
    if not live:
        raise InvalidParameters(
            f"Nothing is published as {', '.join(indices)} for {', '.join(markets)}.",
            hint="See `dart-batch index list`, or run `dart-batch backfill` first.",
            field="--definition",
        )
    first, last = min(_day(one["first"]) for one in live), max(_day(one["last"]) for one in live)
    return DateRange.parse(wish.start or first, wish.end or last)


def _day(value: date | str) -> str:
    return str(value)[:10]
