"""Real KOSPI quotes: what a validation says of them, a correction of one price, and a month's report in Korean."""

import shutil
import threading
from datetime import date
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest

from api_desk import settings
from dart_batch.application.job_types.validation.asking import Question, validation_parameters
from dart_batch.application.ports.market_data import ImportOrder
from dart_batch.application.use_cases.submit_job import Submission
from dart_batch.bootstrap import App, build
from dart_batch.domain.index.validation import Severity
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.corrections import AffectedByCorrections
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.parameters import BatchJobParameters, JobType, ValidationLevel
from dart_batch.domain.job.periods import Every
from dart_batch.domain.job.reporting import Language, ReportFormat, Reporting
from dart_batch.domain.job.validation import Scope

KOSPI = Path(__file__).parents[4] / "shared" / "data" / "kospi"
SPAN = DateRange(date(2014, 1, 1), date(2015, 12, 31))
LOOK_BACK_FROM = 2011
CORRECTED, STOCK = date(2015, 6, 10), "005930"
READ = ["date", "value", "level", "coverage", "components", "input_hash", "withheld_reason"]
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not KOSPI.is_dir(), reason="the shared data folder is not here"),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Observations of five years, and the index of the last two of them."""
    folder = tmp_path_factory.mktemp("kospi") / "home"
    app = build(settings(folder))
    quotes = [KOSPI / f"kospi_{year}.parquet" for year in range(LOOK_BACK_FROM, SPAN.end.year + 1)]
    index = folder / "index.parquet"
    pl.read_parquet(KOSPI / "index_kospi.parquet").filter(pl.col("date").dt.date() <= SPAN.end).write_parquet(index)
    give(app, [ImportOrder(file, app.clock.now(), "KOSPI", "quotes") for file in quotes])
    give(app, [ImportOrder(index, app.clock.now(), "KOSPI", "series")])
    run(app, backfill())
    app.engine.dispose()
    return folder


@pytest.fixture
def app(home: Path, tmp_path: Path) -> App:
    return build(settings(Path(shutil.copytree(home, tmp_path / "home"))))


def give(app: App, orders: list[ImportOrder]) -> None:
    app.import_observations(app.import_observations.plan(orders), accept_warnings=False)


def backfill(**changes: object) -> Submission:
    given = {"chunk_size": 100, **changes}
    return Submission(JobType.HISTORICAL_BACKFILL, BatchJobParameters(SPAN, ("KOSPI",), "kospi", **given))


def run(app: App, wanted: Submission) -> BatchJob:
    job = app.submit(wanted)
    assert app.worker(alone=True).run_one(job.id, threading.Event()) == "completed"
    return app.queries.job(job.id)


def validated(app: App, scope: Scope) -> BatchJob:
    question = Question(scope, market="KOSPI", level=ValidationLevel.COMPREHENSIVE)
    parameters = validation_parameters(app.validation, question, app.settings.job_limits, app.retry)
    return run(app, Submission(JobType.DATA_VALIDATION, parameters))


def live(app: App) -> pl.DataFrame:
    return app.index.readings("KOSPI", "kospi", components=True).select(READ)


def test_the_published_index_has_no_finding_and_comes_out_the_same_again(app: App) -> None:
    job = validated(app, Scope.READINGS)

    checks = {check["code"]: check for check in job.verification or []}
    assert {code: check["objections"] for code, check in checks.items() if check["objections"]} == {}
    assert checks["recomputation"]["checked"] == checks["lineage"]["checked"] == 493


def test_of_the_observations_only_prices_beyond_their_limit_are_said(app: App) -> None:
    """They are splits, reverse splits and relistings in prices that nobody adjusted; odd lots and suspensions, which
    the exchange reports as bars of zeros, are none.
    """
    job = validated(app, Scope.OBSERVATIONS)

    objecting = {check["code"]: check["severity"] for check in job.verification or [] if check["objections"]}
    assert objecting == {"price-limit": Severity.WARNING}
    quotes = pl.concat(pl.read_parquet(KOSPI / f"kospi_{year}.parquet") for year in range(LOOK_BACK_FROM, 2016))
    assert {check["checked"] for check in job.verification or [] if check["code"] == "price-limit"} == {quotes.height}


def test_a_corrected_price_of_one_stock_is_mended_as_by_computing_everything(app: App, tmp_path: Path) -> None:
    before = live(app)
    correction = tmp_path / "correction.parquet"
    wrong = pl.read_parquet(KOSPI / "kospi_2015.parquet").filter(
        pl.col("date").dt.date() == CORRECTED, pl.col("ticker") == STOCK
    )
    wrong.with_columns((pl.col("open", "high", "low", "close") * 0.98).cast(wrong.schema["close"])).write_parquet(
        correction
    )
    give(app, [ImportOrder(correction, app.clock.now(), "KOSPI", "quotes")])

    job = run(app, backfill(details=AffectedByCorrections()))
    mended = live(app)
    run(app, backfill(overwrite_existing=True))

    assert mended.equals(live(app))
    planned = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in job.plan["runs"]["KOSPI"]]
    inside = pl.any_horizontal(pl.col("date").is_between(first, last) for first, last in planned)
    assert planned[0][0] == CORRECTED
    assert mended.filter(~inside).equals(before.filter(~inside))
    assert before.filter(~inside).height > 300
    changed = mended.filter(inside).join(before, on="date", suffix="_before")
    assert changed.filter(pl.col("input_hash") != pl.col("input_hash_before")).height == changed.height
    assert changed.filter(pl.col("value") != pl.col("value_before")).height > 0


def test_a_month_is_reported_in_korean(app: App) -> None:
    june = DateRange(date(2015, 6, 1), date(2015, 6, 30))
    formats = (ReportFormat.PDF, ReportFormat.HTML, ReportFormat.CSV)
    details = Reporting(formats, Language.KO, ("kospi",), Every.MONTH)

    job = run(app, Submission(JobType.BULK_REPORT, BatchJobParameters(june, ("KOSPI",), "kospi", details=details)))

    content = {one.format: app.artefacts.content(one) for one in app.artefacts.of(job.id)}
    table, page = pl.read_csv(BytesIO(content["CSV"])), content["HTML"].decode()
    published = live(app).filter(pl.col("date").is_between(june.start, june.end))
    assert table.height == published.height == 22
    assert 'lang="ko"' in page
    assert "공포" in page
    assert content["PDF"].startswith(b"%PDF")
