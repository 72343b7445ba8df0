"""What a database server needs and SQLite does not: its own texts, clocks, locks and lost connections."""

import subprocess
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise

import polars as pl
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from builders import NOW, job, plan, readings
from dart_batch.adapters.persistence import schema, session
from dart_batch.adapters.persistence.answers import DatabaseBusy
from dart_batch.adapters.persistence.every_table import metadata
from dart_batch.adapters.persistence.queries import SqlQueries
from dart_batch.adapters.persistence.tables import history, jobs, logs
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.application.execution.claiming import Claimer
from dart_batch.application.ports.unit_of_work import INFO, LogEntry, Publication
from dart_batch.application.use_cases.submit_job import Submission, SubmitJob
from dart_batch.domain.job.errors import DuplicateJob
from dart_batch.domain.job.parameters import JobType
from dart_batch.domain.job.status import JobStatus
from dart_batch.engine.definition_file import shipped
from fakes.clock import FakeClock
from fakes.job_types import FakeJobType

Uow = Callable[[], SqlUnitOfWork]


@pytest.fixture
def server(mariadb_url: str) -> Iterator[sa.Engine]:
    made = session.create_engine(mariadb_url)
    yield made
    made.dispose()


@pytest.fixture
def units(server: sa.Engine) -> Uow:
    return partial(SqlUnitOfWork, session.unbegun(server))


@pytest.fixture
def empty(new_database: Callable[[], str]) -> Iterator[sa.Engine]:
    made = session.create_engine(new_database())
    yield made
    made.dispose()


def differences(engine: sa.Engine) -> list[object]:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return [found for found in compare_metadata(context, metadata) if "alembic_version" not in repr(found)]


def stored(units: Uow, job_id: str, index: str) -> None:
    it = job(JobStatus.QUEUED, job_id)
    it.identity, it.plan["index"] = job_id, index
    with units() as uow:
        uow.jobs.add(it)
        uow.ledger.add({job_id: plan().chunks})
        uow.commit("test")


def test_every_revision_goes_up_and_down_and_up_again(empty: sa.Engine) -> None:
    schema.upgrade(empty)
    up = differences(empty)
    schema.downgrade(empty, "base")
    with empty.connect() as connection:
        left = set(sa.inspect(connection).get_table_names())
    again = schema.upgrade(empty)

    assert (up, left, again) == ([], {"alembic_version"}, schema.HEAD)
    assert schema.current_revision(empty) == schema.HEAD


def test_two_processes_that_upgrade_at_once_come_out_the_same(empty: sa.Engine) -> None:
    with ThreadPoolExecutor(2) as pool:
        results = [one.result() for one in [pool.submit(schema.upgrade, empty) for _ in range(2)]]

    assert results == [schema.HEAD, schema.HEAD]


def test_an_older_schema_is_refused_until_it_is_upgraded(empty: sa.Engine) -> None:
    schema.upgrade(empty, "0001")

    with pytest.raises(schema.SchemaOutdated, match="0001") as refusal:
        schema.ensure(empty)
    schema.upgrade(empty)
    schema.ensure(empty)

    assert "dart-batch db upgrade" in refusal.value.hint


def test_every_table_has_transactions_and_compares_texts_by_their_bytes(server: sa.Engine) -> None:
    query = "SELECT table_name, engine, table_collation FROM information_schema.tables WHERE table_schema = DATABASE()"

    with server.connect() as connection:
        kinds = {tuple(row[1:]) for row in connection.exec_driver_sql(query)}

    assert kinds == {("InnoDB", "utf8mb4_bin")}


def test_texts_of_every_script_and_moments_of_every_zone_come_back_as_they_went(server: sa.Engine, units: Uow) -> None:
    at = datetime.fromisoformat("2026-03-04T08:09:10.123456+09:00")
    text = "공포와 탐욕 지수 😨 %s 'quoted' \\ 100%"
    with units() as uow:
        uow.logs.add("job-1", LogEntry(at, INFO, "said", text))
        uow.commit("test")

    with server.connect() as connection:
        row = connection.execute(sa.select(logs.c.message, logs.c.at)).one()

    assert row == (text, at.astimezone(UTC).replace(tzinfo=None))


def test_readings_keep_every_bit(server: sa.Engine, units: Uow) -> None:
    frame = readings(plan().chunks[0].first_session, 4)
    values = [100 / 3, 5e-324, 99.99999999999999, 0.1 + 0.2]
    frame = frame.with_columns(value=pl.Series(values), coverage=pl.Series(values))
    with units() as uow:
        uow.generations.append("job-1", "KOSPI", shipped()["kospi"], frame, NOW)
        uow.commit("test")

    with server.connect() as connection:
        found = connection.execute(sa.select(history.c.value, history.c.coverage).order_by(history.c.session)).all()

    assert [tuple(row) for row in found] == [(value, value) for value in values]


def test_two_jobs_with_the_same_sessions_never_run_together_whoever_claims_them(units: Uow) -> None:
    for number in range(12):
        stored(units, f"job-{number:02}", f"index-{number % 3}")

    def claim(worker: int) -> list[str]:
        mine = Claimer(units, FakeClock(NOW), f"worker-{worker}", 10)
        return [claimed.plan["index"] for _ in range(3) if (claimed := mine.claim())]

    with ThreadPoolExecutor(8) as pool:
        indexes = [index for found in pool.map(claim, range(8)) for index in found]

    assert sorted(indexes) == ["index-0", "index-1", "index-2"]


def test_of_many_equal_submits_at_once_one_is_stored(server: sa.Engine, units: Uow) -> None:
    ids = iter(range(100))
    submit = SubmitJob(
        units, {JobType.HISTORICAL_BACKFILL: FakeJobType()}, FakeClock(NOW), lambda: f"id-{next(ids)}", 10
    )

    def ask(_: int) -> bool:
        try:
            submit(Submission(JobType.HISTORICAL_BACKFILL, job().parameters))
        except DuplicateJob:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        accepted = list(pool.map(ask, range(8)))

    assert accepted.count(True) == 1
    assert sum(SqlQueries(server).states().values()) == 1


def test_publications_of_one_index_at_once_leave_no_session_twice(server: sa.Engine, units: Uow) -> None:
    days = [chunk.first_session for chunk in plan(chunks=8, items=3).chunks]

    def publish(number: int) -> None:
        runs = ((days[number], days[number + 2]),)
        act = Publication(f"p-{number}", "KOSPI", "kospi", f"job-{number}", NOW, "ann", "0" * 64, 7, runs)
        with units() as uow:
            uow.publications.publish(act)
            uow.commit("test")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(publish, range(6)))
    with server.connect() as connection:
        query = "SELECT first_session, last_session FROM index_segments ORDER BY 1"
        spans = connection.exec_driver_sql(query).all()

    assert all(before[1] < after[0] for before, after in pairwise(spans))
    assert (spans[0][0], spans[-1][1]) == (days[0], days[7])


def test_who_pauses_a_job_waits_for_the_chunk_that_is_being_committed(units: Uow) -> None:
    stored(units, "job-1", "kospi")
    waiting, order = threading.Event(), []

    def pause() -> None:
        waiting.set()
        with units() as uow:
            uow.jobs.get("job-1")
            order.append("paused")

    with units() as uow:
        uow.jobs.get("job-1")
        other = threading.Thread(target=pause)
        other.start()
        waiting.wait()
        other.join(0.2)
        order.append("committed")
        uow.commit("test")
    other.join()

    assert order == ["committed", "paused"]


def test_a_deadlock_is_transient_and_the_other_one_goes_on(units: Uow) -> None:
    for job_id in ("a", "b"):
        stored(units, job_id, job_id)
    both = threading.Barrier(2)

    def lock(first: str, second: str) -> str:
        try:
            with units() as uow:
                uow.jobs.get(first)
                both.wait()
                uow.jobs.get(second)
                uow.commit("test")
        except DatabaseBusy:
            return "busy"
        return "done"

    with ThreadPoolExecutor(2) as pool:
        outcomes = [one.result() for one in [pool.submit(lock, "a", "b"), pool.submit(lock, "b", "a")]]

    assert sorted(outcomes) == ["busy", "done"]


def test_a_connection_that_the_server_ended_is_transient_and_the_next_one_works(server: sa.Engine, units: Uow) -> None:
    with pytest.raises(DatabaseBusy), units() as uow, server.connect() as other:
        mine = uow.jobs._connection  # type: ignore[attr-defined]
        number = mine.exec_driver_sql("SELECT CONNECTION_ID()").scalar()
        other.exec_driver_sql(f"KILL {number}")
        uow.jobs.waiting()
    with units() as uow:
        assert uow.jobs.waiting() == 0


def test_a_read_over_a_lost_connection_is_transient(server: sa.Engine) -> None:
    with server.connect() as connection, server.connect() as other:
        number = connection.exec_driver_sql("SELECT CONNECTION_ID()").scalar()
        other.exec_driver_sql(f"KILL {number}")

        with pytest.raises(DatabaseBusy):
            connection.execute(sa.select(jobs.c.id))


def test_reads_of_several_statements_see_one_moment(server: sa.Engine, units: Uow) -> None:
    stored(units, "a", "a")
    count = sa.select(sa.func.count()).select_from(jobs)
    reads = session.reading(server)

    with reads.connect() as connection:
        before = connection.execute(count).scalar_one()
        stored(units, "b", "b")
        during = connection.execute(count).scalar_one()
    with reads.connect() as connection:
        after = connection.execute(count).scalar_one()
    reads.dispose()

    assert (before, during, after) == (1, 1, 2)


def test_a_session_is_in_utc_strict_and_never_holds_locks_while_it_sleeps(server: sa.Engine) -> None:
    names = ("time_zone", "innodb_lock_wait_timeout", "idle_transaction_timeout", "tx_isolation")

    with server.connect() as connection:
        row = connection.exec_driver_sql(f"SELECT {', '.join(f'@@{name}' for name in names)}, @@sql_mode").one()

    assert row[:4] == ("+00:00", session.LOCK_WAIT_SECONDS, session.IDLE_TRANSACTION_SECONDS, "READ-COMMITTED")
    assert "STRICT_ALL_TABLES" in row[4]


def test_the_pool_holds_as_many_connections_as_it_is_told(mariadb_url: str) -> None:
    engine = session.create_engine(mariadb_url, session.Pool(size=1))
    engine.pool._timeout = 0.1  # type: ignore[attr-defined]

    with engine.connect(), engine.connect(), pytest.raises(sa.exc.TimeoutError):
        engine.connect()
    engine.dispose()


def test_a_server_that_does_not_answer_counts_as_lost(mariadb_url: str) -> None:
    engine = session.create_engine(mariadb_url, session.Pool(answer_seconds=1))

    with engine.connect() as connection, pytest.raises(DatabaseBusy, match="timed out"):
        connection.exec_driver_sql("SELECT SLEEP(30)")
    engine.dispose()


def test_a_dump_restores_into_an_empty_database(server: sa.Engine, units: Uow, new_database: Callable[[], str]) -> None:
    stored(units, "a", "index")
    target = sa.create_engine(new_database())
    place = ["--host", str(server.url.host), "--port", str(server.url.port), "--user", "root"]
    dump = subprocess.run(
        ["mariadb-dump", "--no-defaults", *place, "--single-transaction", str(server.url.database)],
        check=True,
        capture_output=True,
    )

    subprocess.run(["mariadb", "--no-defaults", *place, str(target.url.database)], input=dump.stdout, check=True)

    with target.connect() as connection:
        assert connection.execute(sa.select(jobs.c.id)).scalars().all() == ["a"]
    assert (schema.current_revision(target), differences(target)) == (schema.HEAD, [])
    target.dispose()
