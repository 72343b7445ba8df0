"""A move to another database: the same installation there, whatever happens on the way."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.pool import PoolProxiedConnection

from builders import MINI, NOW
from dart_batch.adapters.persistence import schema, session
from dart_batch.adapters.persistence.artefacts import SqlArtefactQueries
from dart_batch.adapters.persistence.failpoints import Failpoint
from dart_batch.adapters.persistence.moving.relocation import SqlRelocation
from dart_batch.adapters.persistence.moving.target import refuse_unfinished
from dart_batch.adapters.persistence.queries import SqlQueries
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.adapters.reporting.artefact_folder import ArtefactFolder
from dart_batch.application.use_cases.fetch_artefacts import FetchArtefacts
from dart_batch.domain.job.artefact import Artefact, ArtefactDamaged
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.errors import InvalidParameters, LeaseLost
from dart_batch.domain.job.migration import StoreMove
from dart_batch.domain.job.migration_errors import (
    InstallationArriving,
    NotReversible,
    SourceBusy,
    TargetNotEmpty,
    TargetUnsuited,
)
from dart_batch.domain.job.status import JobStatus
from index_desk import DAYS
from moving_desk import MovingDesk, content, strike

PLACES = [f"{moment}:chunk:{passage}" for moment in ("before", "after") for passage in (1, 2, 5, 9)]
PLACES += [f"{moment}:arrival:{passage}" for moment in ("before", "after") for passage in (1, 2, 3, 8)]
PLACES += ["before:publish:1"]


@pytest.fixture
def moving(uow: Callable[[], SqlUnitOfWork], engine: sa.Engine, tmp_path: Path) -> MovingDesk:
    return MovingDesk.of(uow, engine, tmp_path)


def test_the_moved_installation_answers_the_same(moving: MovingDesk) -> None:
    job = moving.moved()

    there = moving.there()
    assert job.status is JobStatus.COMPLETED
    assert content(there.engine, job.id) == content(moving.desk.engine, job.id)
    assert there.live().equals(moving.desk.live())
    assert repr(there.pointers()) == repr([tuple(map(str, row)) for row in moving.desk.pointers()])
    assert there.publications.acts("KOSPI", "mini", 50) == moving.desk.publications.acts("KOSPI", "mini", 50)
    history = (there, moving.desk)
    assert len({repr(one.publications.of_session("KOSPI", "mini", DAYS[30])) for one in history}) == 1


def test_it_goes_on_there_with_its_queue_its_decisions_and_its_rollbacks(moving: MovingDesk) -> None:
    [queued] = waiting(moving.desk.engine, "QUEUED")
    moving.moved()
    there = moving.there()

    there.roll_back(there.publications.acts("KOSPI", "mini", 50)[0][-2]["id"])
    ended = there.run(job_of(there.engine, queued))

    assert waiting(moving.desk.engine, "PAUSED") == [queued]
    assert ended.status is JobStatus.COMPLETED
    assert there.live().height == len(DAYS)


def test_files_of_reports_are_handed_out_there_and_missed_where_they_did_not_come_along(
    moving: MovingDesk, tmp_path: Path
) -> None:
    files, elsewhere = ArtefactFolder(tmp_path / "reports"), ArtefactFolder(tmp_path / "empty")
    [queued] = waiting(moving.desk.engine, "QUEUED")
    files.write(queued, "1.csv", b"date,value")
    with moving.desk.uow() as work:
        digest = hashlib.sha256(b"date,value").hexdigest()
        work.artefacts.replace(queued, 1, [Artefact(queued, 1, "1.csv", "CSV", 10, digest, NOW)])
        work.commit("test")
    moving.moved()
    recorded = SqlArtefactQueries(moving.there().engine)

    [moved] = FetchArtefacts(recorded, files).of(queued)

    assert FetchArtefacts(recorded, files).content(moved) == b"date,value"
    with pytest.raises(ArtefactDamaged):
        FetchArtefacts(recorded, elsewhere).content(moved)


@pytest.mark.parametrize("place", PLACES)
def test_a_move_that_was_killed_ends_the_same(moving: MovingDesk, place: str) -> None:
    job = moving.submit()

    killed = moving.run(job, place)
    ended = moving.run(job)

    assert killed.status is JobStatus.RUNNING
    assert ended.status is JobStatus.COMPLETED
    assert content(moving.there().engine, job.id) == content(moving.desk.engine, job.id)
    assert waiting(moving.there().engine, "QUEUED") == waiting(moving.desk.engine, "PAUSED")
    twice = "SELECT 1 FROM batch_logs WHERE event = 'chunk-done' GROUP BY job_id, chunk HAVING count(*) > 1"
    assert rows(moving.desk.engine, twice) == []


def test_a_move_that_was_killed_at_every_chunk_ends_the_same(moving: MovingDesk) -> None:
    job = moving.submit()

    ended = moving.run_killed_at_every_chunk(job)

    assert ended.status is JobStatus.COMPLETED
    assert content(moving.there().engine, job.id) == content(moving.desk.engine, job.id)


def test_reads_go_on_at_every_commit_of_a_move(moving: MovingDesk) -> None:
    before, seen = moving.desk.live(), []

    class Reader(Failpoint):
        def __call__(self, place: str, _connection: PoolProxiedConnection) -> None:
            seen.append((place, moving.desk.live().equals(before)))

    moving.watch = Reader("", 0, strike)
    job = moving.moved()

    assert job.status is JobStatus.COMPLETED
    assert len([place for place, _ in seen if place.endswith(":chunk")]) == 2 * job.chunks_total
    assert all(same for _, same in seen)


def test_what_is_written_here_meanwhile_arrives_too(moving: MovingDesk) -> None:
    job = moving.submit()
    moving.run(job, "after:chunk:9")
    moving.desk.define(MINI.replace('"mini"', '"later"'))
    moving.desk.discard(moving.job(staged(moving.desk.engine)))

    moving.run(job)

    assert content(moving.there().engine, job.id) == content(moving.desk.engine, job.id)
    assert rows(moving.there().engine, "SELECT status FROM index_generations") == [("DISCARDED",)]


def test_a_target_that_was_lost_on_the_way_is_filled_anew(moving: MovingDesk) -> None:
    job = moving.submit()
    moving.run(job, "after:chunk:9")
    for file in moving.target.parent.iterdir():
        file.unlink()

    moving.run(job, "before:chunk:1")
    moving.run(job)

    assert content(moving.there().engine, job.id) == content(moving.desk.engine, job.id)


def test_an_attempt_that_lost_its_lease_writes_nothing_into_the_target(moving: MovingDesk) -> None:
    relocation, place = SqlRelocation(moving.desk.engine), f"sqlite:///{moving.target}"
    [piece, *_] = [one for one in relocation.survey(place, 40) if one.rows]

    with relocation.passage(place, "job-1", 2) as new, relocation.passage(place, "job-1", 1) as old:
        new.copy(piece)
        with pytest.raises(LeaseLost):
            old.copy(piece)
        new.arrive([piece], {0: new.copy(piece)}, "move job-1")
        with pytest.raises(LeaseLost):
            new.copy(piece)


def test_a_target_in_use_is_refused_and_stays_as_it_is(moving: MovingDesk) -> None:
    moving.moved()
    before = content(moving.there().engine, "")

    with pytest.raises(TargetNotEmpty, match="has rows already"):
        moving.submit()

    assert content(moving.there().engine, "") == before


def test_tables_of_others_in_the_target_are_refused(moving: MovingDesk) -> None:
    moving.target.parent.mkdir()
    with session.create_engine(f"sqlite:///{moving.target}").begin() as connection:
        connection.exec_driver_sql("CREATE TABLE invoices (id INTEGER)")

    with pytest.raises(TargetNotEmpty, match="invoices"):
        moving.submit()


@pytest.mark.parametrize("target", ["sqlite://", "postgresql://db/x", "no address"])
def test_what_cannot_be_a_target_is_refused(moving: MovingDesk, target: str) -> None:
    with pytest.raises(TargetUnsuited):
        SqlRelocation(moving.desk.engine).survey(target, 40)


def test_the_installation_itself_is_no_target(moving: MovingDesk) -> None:
    itself = moving.desk.engine.url.set(password=None).render_as_string()

    with pytest.raises(TargetUnsuited, match="that is to be moved"):
        SqlRelocation(moving.desk.engine).survey(itself, 40)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("place", ["", "after:chunk:5", "before:arrival:4", "after:arrival:9", "before:publish:1"])
def test_an_installation_moves_to_mariadb_and_back(
    moving: MovingDesk, new_database: Callable[[], str], tmp_path: Path, place: str
) -> None:
    moving.address = new_database()
    job = moving.submit()
    if place:
        moving.run(job, place)
    moving.run(job)
    there = moving.there()
    arrived = content(there.engine, job.id)
    back = MovingDesk(there, tmp_path / "back.db")

    returned = back.moved()

    assert arrived == content(moving.desk.engine, job.id)
    assert content(back.there().engine, returned.id) == content(there.engine, returned.id)
    assert back.there().live().equals(moving.desk.live())
    there.engine.dispose()


def test_a_plan_makes_no_file(moving: MovingDesk) -> None:
    plan = moving.migration.plan(moving.wanted)

    assert plan.counts["fear_greed_batch_history"] == 4 * len(DAYS)
    assert not moving.target.parent.exists()


def test_while_jobs_run_nothing_is_moved(moving: MovingDesk) -> None:
    [queued] = waiting(moving.desk.engine, "QUEUED")
    job = moving.submit()
    moving.run(job_of(moving.desk.engine, job.id), "before:chunk:1")

    with pytest.raises(SourceBusy, match=job.id):
        moving.submit()

    assert waiting(moving.desk.engine, "QUEUED") == [queued]


def test_a_target_on_its_way_is_not_opened_as_an_installation(moving: MovingDesk) -> None:
    job = moving.submit()
    moving.run(job, "after:chunk:3")

    with pytest.raises(InstallationArriving, match=job.id):
        refuse_unfinished(moving.there().engine)

    moving.run(job)
    refuse_unfinished(moving.there().engine)


def test_an_unfinished_move_is_taken_back(moving: MovingDesk) -> None:
    [queued] = waiting(moving.desk.engine, "QUEUED")
    job = moving.submit()
    moving.run(job, f"after:chunk:{job.chunks_total}")
    cancel(moving, job)

    said = moving.reverse(job)

    assert "1 paused jobs wait in the queue here again" in said
    assert waiting(moving.desk.engine, "QUEUED") == [queued]
    assert not any(content(moving.there().engine, "").values())


def test_what_has_arrived_is_not_taken_back(moving: MovingDesk) -> None:
    job = moving.moved()

    with pytest.raises(NotReversible, match="has arrived"):
        moving.reverse(job)


@pytest.mark.parametrize(
    "address",
    ["mysql+pymysql://dart:Sw0rdf1sh@db/x", "mysql://dart:Sw0rd/f1sh@db/x", "mysql://db/x?password=Sw0rdf1sh"],
)
def test_an_address_with_a_password_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(InvalidParameters) as refused:
        StoreMove(address)

    assert "Sw0rd" not in refused.value.message + refused.value.hint


def test_the_schema_goes_down_and_up_again(engine: sa.Engine) -> None:
    names = set(sa.inspect(engine).get_table_names())

    downgrade(engine, "0001")
    lower = set(sa.inspect(engine).get_table_names())
    schema.upgrade(engine)

    assert names - lower >= {"migration_slices", "store_arrivals", "imported_rows"}
    assert set(sa.inspect(engine).get_table_names()) == names


def cancel(moving: MovingDesk, job: BatchJob) -> None:
    with moving.uow() as work:
        held = work.jobs.get(job.id)
        held.cancel("ann", moving.desk.clock.now())
        work.jobs.save(held)
        work.commit("test")
    assert moving.run(job).status is JobStatus.CANCELLED


def downgrade(engine: sa.Engine, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    with session.writing(engine).begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def job_of(engine: sa.Engine, job_id: str) -> BatchJob:
    return SqlQueries(engine).job(job_id)


def staged(engine: sa.Engine) -> str:
    [(job_id,)] = rows(engine, "SELECT job_id FROM index_generations WHERE status = 'STAGED'")
    return str(job_id)


def waiting(engine: sa.Engine, status: str) -> list[str]:
    return [str(row[0]) for row in rows(engine, f"SELECT id FROM batch_jobs WHERE status = '{status}' ORDER BY id")]


def rows(engine: sa.Engine, sql: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(sql)]
