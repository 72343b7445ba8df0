"""Checks of the database and of what is in it."""

from collections.abc import Iterator
from datetime import timedelta

import sqlalchemy as sa

from dart_batch.adapters.persistence import schema, session
from dart_batch.adapters.persistence.job_list import JobFilter
from dart_batch.bootstrap import App, build
from dart_batch.domain.errors import DartBatchError
from dart_batch.domain.job.status import JobStatus
from dart_batch.entrypoints.cli.health import FAIL, OK, WARN, Check
from dart_batch.settings import Settings

STUCK_AFTER_LEASES = 3


def database_checks(settings: Settings) -> Iterator[Check]:
    """Database, schema and journal; then data, workers and jobs if the database can be used."""
    try:
        engine = session.create_engine(settings.database)
        found = schema.current_revision(engine)
    except DartBatchError as error:
        yield Check("database", FAIL, error.message, error.hint)
        return
    yield Check("database", OK, engine.url.render_as_string(hide_password=True))
    yield (revision := _schema(engine, found))
    if engine.dialect.name == "sqlite":
        yield _journal(engine)
    if revision.state != FAIL:
        app = build(settings)
        yield from _data(app)
        yield _workers(app)
        yield _stuck(app)


def _schema(engine: sa.Engine, found: str | None) -> Check:
    if found == schema.HEAD:
        return Check("schema", OK, schema.HEAD)
    if engine.dialect.name == "sqlite":
        return Check("schema", WARN, found or "empty", "Nothing: it is upgraded at the next start.")
    return Check("schema", FAIL, f"{found or 'empty'}, needed {schema.HEAD}", "Run `dart-batch db upgrade`.")


def _journal(engine: sa.Engine) -> Check:
    with engine.connect() as connection:
        mode = str(connection.exec_driver_sql("PRAGMA journal_mode").scalar())
    if mode == "wal":
        return Check("journal mode", OK, mode)
    advice = "Put the database on a local disk: network folders cannot do WAL, and readers then wait for writers."
    return Check("journal mode", WARN, mode, advice)


def _data(app: App) -> Iterator[Check]:
    markets = app.market_data.markets()
    if not markets:
        yield Check("data", WARN, "no market has observations", "Run `dart-batch up` or `dart-batch data import`.")
    for market in markets:
        yield _market(app, market)


def _market(app: App, market: str) -> Check:
    try:
        coverage = app.market_data.coverage(market)
    except DartBatchError as error:
        return Check(f"data {market}", FAIL, error.message, error.hint)
    span = f"{coverage['first'].min()!s}..{coverage['last'].max()!s}"
    return Check(f"data {market}", OK, f"{coverage['rows'].sum():,} observations in {coverage.height} series, {span}")


def _workers(app: App) -> Check:
    fresh = app.clock.now() - timedelta(seconds=app.settings.batch_lease_seconds)
    alive = app.queries.workers(alive_since=fresh)
    if alive:
        return Check("workers", OK, f"{len(alive)} alive: {', '.join(str(worker['id']) for worker in alive)}")
    waiting = app.queries.jobs(JobFilter(status=[JobStatus.QUEUED.value], limit=1))[1]
    if waiting:
        return Check(
            "workers", WARN, f"none, and jobs waiting: {waiting}", "Run `dart-batch worker` or `dart-batch serve`."
        )
    return Check("workers", OK, "none, and no job waits")


def _stuck(app: App) -> Check:
    late = app.clock.now() - timedelta(seconds=STUCK_AFTER_LEASES * app.settings.batch_lease_seconds)
    running, _ = app.queries.jobs(JobFilter(status=[JobStatus.RUNNING.value], limit=1000))
    stuck = [job.id for job in running if job.lease_until and job.lease_until < late]
    if not stuck:
        return Check("jobs", OK, f"{len(running)} running, none without its worker")
    return Check("jobs", WARN, f"without their worker: {', '.join(stuck[:3])}", "Start a worker; it goes on with them.")
