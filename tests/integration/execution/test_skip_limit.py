"""Sessions that cannot be computed are left out, up to the job's skip limit."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from builders import plan
from dart_batch.adapters.persistence.index_queries import SqlIndexQueries
from dart_batch.adapters.persistence.tables import history, skips
from dart_batch.application.execution.claiming import Claimer
from dart_batch.application.execution.express import Express
from dart_batch.application.execution.halting import Halt
from dart_batch.domain.errors import Fatal, Transient
from dart_batch.domain.job.chunk import Chunk, ChunkStatus
from dart_batch.domain.job.errors import PlanBroken
from dart_batch.domain.job.poison import Poison
from dart_batch.domain.job.status import JobStatus, Verb
from fakes.house import House, Stop, Uow

FIRST = date(2020, 1, 1)


class Torn(Fatal):
    """What a broken row of a session provokes."""

    code = "torn"


def day(number: int) -> date:
    """The session with this number, from 1 on."""
    return FIRST + timedelta(days=number - 1)


def poisoned(*numbers: int, error: Callable[[], Exception] = lambda: Torn("torn row")) -> Callable[[Chunk], None]:
    """Fails every chunk that has one of these sessions."""
    days = [day(number) for number in numbers]

    def before(chunk: Chunk) -> None:
        if any(chunk.first_session <= one <= chunk.last_session for one in days):
            raise error()

    return before


@pytest.fixture
def house(uow: Uow, engine: sa.Engine) -> House:
    made = House(uow, engine, given={"skip_limit": 2})
    made.kind.planned = plan(chunks=2, items=8)
    return made


def found(house: House) -> list[Poison]:
    with house.uow() as uow:
        return uow.ledger.poison("id-1")


def written(house: House) -> list[date]:
    with house.engine.connect() as connection:
        return list(connection.execute(sa.select(history.c.session).order_by(history.c.session)).scalars())


def all_but(*numbers: int) -> list[date]:
    return [day(number) for number in range(1, 17) if number not in numbers]


def published(house: House) -> list[date]:
    return SqlIndexQueries(house.engine).readings("KOSPI", "kospi", components=False)["date"].to_list()


@pytest.mark.parametrize("bad", [(1,), (8,), (9,), (5,), (4, 5), (1, 16), (8, 9)])
def test_single_poison_sessions_are_found_and_everything_else_is_published(house: House, bad: tuple[int, ...]) -> None:
    house.kind.before = poisoned(*bad)
    house.submit()

    assert house.run(Stop()) == "completed"

    job = house.job()
    assert [one.session for one in found(house)] == [day(number) for number in bad]
    assert written(house) == all_but(*bad)
    assert published(house) == all_but(*bad)
    assert (job.progress.processed, job.progress.failed, job.chunks_done) == (16 - len(bad), len(bad), 2)
    assert job.reason == f"completed with {len(bad)} session{'s' * (len(bad) > 1)} skipped"


def test_a_poison_session_is_recorded_with_its_chunk_its_cause_and_a_warning(house: House) -> None:
    house.kind.before = poisoned(11)
    house.submit()

    house.run(Stop())

    (poison,) = found(house)
    assert (poison.market, poison.chunk, poison.code, poison.message, poison.fence) == (
        "KOSPI",
        2,
        "torn",
        "torn row",
        1,
    )
    assert [(chunk.status, chunk.written, chunk.skipped) for chunk in house.chunks()] == [
        (ChunkStatus.DONE, 8, 0),
        (ChunkStatus.DONE, 7, 1),
    ]
    assert house.log().count("session-skipped") == 1


def test_without_a_skip_limit_the_first_failure_fails_the_job(house: House) -> None:
    house.given = {}
    house.kind.before = poisoned(3)
    house.submit()

    assert house.run(Stop()) == "failed"

    failure = house.job().failure
    assert failure is not None
    assert (failure.code, failure.message, found(house)) == ("torn", "torn row", [])


def test_one_poison_session_more_than_the_limit_fails_the_job_and_names_all_of_them(house: House) -> None:
    house.kind.before = poisoned(2, 10, 14)
    house.submit()

    assert house.run(Stop()) == "failed"

    job = house.job()
    assert job.failure is not None
    assert job.failure.code == "skip-limit-exceeded"
    assert all(str(day(number)) in job.failure.message for number in (2, 10, 14))
    assert [chunk.status for chunk in house.chunks()] == [ChunkStatus.DONE, ChunkStatus.FAILED]
    assert (job.progress.processed, job.progress.failed, job.chunks_failed, published(house)) == (7, 9, 1, [])


def test_a_transient_failure_uses_up_its_tries_before_a_session_is_left_out(house: House) -> None:
    house.kind.before = poisoned(3, error=lambda: Transient("busy"))
    house.submit()
    stop = Stop()

    assert house.run(stop) == "completed"

    assert stop.waits == [1.0, 2.0]
    assert [one.code for one in found(house)] == ["transient"]


@pytest.mark.parametrize("error", [ZeroDivisionError("by zero"), KeyError("open"), ValueError("not a number")])
def test_what_nobody_foresaw_about_a_session_is_left_out_with_its_kind(house: House, error: Exception) -> None:
    house.kind.before = poisoned(3, error=lambda: error)
    house.submit()

    assert house.run(Stop()) == "completed"

    (poison,) = found(house)
    assert poison.code == "unexpected"
    assert type(error).__name__ in poison.message


def test_a_broken_plan_is_no_sessions_fault(house: House) -> None:
    house.kind.before = poisoned(3, error=lambda: PlanBroken("the calendar moved"))
    house.submit()

    assert house.run(Stop()) == "failed"
    assert found(house) == []


REFUSING = {
    "sqlite": "BEGIN SELECT RAISE(FAIL, 'no'); END",
    "mysql": "FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no'",
}


def test_a_failure_to_commit_is_no_sessions_fault(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.submit()
    with house.engine.begin() as connection:
        connection.execute(
            sa.text(f"CREATE TRIGGER no BEFORE INSERT ON batch_skips {REFUSING[connection.dialect.name]}")
        )
    house.kind.before = poisoned(3)

    assert house.run(Stop()) == "failed"

    assert (written(house), house.job().progress.processed) == ([], 0)
    with house.engine.begin() as connection:
        connection.execute(sa.text("DROP TRIGGER no"))


def test_a_stop_while_searching_commits_nothing_of_the_chunk(house: House) -> None:
    class StopsLater(Stop):
        """Says stop from its third look on."""

        looks = 0

        def is_set(self) -> bool:
            self.looks += 1
            return self.looks > 2

    house.kind.before = poisoned(3)
    house.submit()

    assert house.run(StopsLater()) == "stopped"

    assert (written(house), house.job().status) == ([], JobStatus.QUEUED)


def test_a_job_that_failed_later_tries_the_sessions_it_left_out_again(house: House) -> None:
    house.kind.before = poisoned(2, 10, 12, 14)
    house.submit()
    house.run(Stop())
    house.kind.before = lambda chunk: None

    house.control("id-1", Verb.RETRY)

    assert (house.run(Stop()), written(house), found(house)) == ("completed", all_but(), [])
    assert (house.job().progress.processed, house.job().progress.failed, house.job().reason) == (16, 0, None)


def test_a_resumed_job_keeps_what_it_left_out(house: House) -> None:
    house.kind.before = poisoned(3)
    house.submit()
    first = poisoned(3)

    def pausing(chunk: Chunk) -> None:
        if chunk.number == 1 and chunk.items == 8:
            house.control("id-1", Verb.PAUSE)
        first(chunk)

    house.kind.before = pausing
    house.run(Stop())
    paused = house.job().status
    house.kind.before = lambda chunk: None

    house.control("id-1", Verb.RESUME)

    assert (paused, house.run(Stop())) == (JobStatus.PAUSED, "completed")
    assert (written(house), len(found(house))) == (all_but(3), 1)


def test_what_was_live_for_a_session_that_is_left_out_stays_live(house: House) -> None:
    house.submit()
    house.run(Stop())
    house.kind.before = poisoned(3, 4)
    house.submit()

    assert house.run(Stop()) == "completed"

    live = SqlIndexQueries(house.engine).readings("KOSPI", "kospi", components=False)
    assert live["date"].to_list() == all_but()
    shown = dict(zip(live["date"], live["job_id"], strict=True))
    assert {one for one, job_id in shown.items() if job_id == "id-1"} == {day(3), day(4)}


def test_a_job_that_can_compute_nothing_publishes_nothing(house: House) -> None:
    house.given = {"skip_limit": 16}
    house.kind.before = poisoned(*range(1, 17))
    house.submit()

    assert (house.run(Stop()), published(house), house.job().progress.failed) == ("completed", [], 16)


def test_a_cancel_with_rollback_takes_the_record_back_too(house: House) -> None:
    house.kind.before = poisoned(2, 10, 12, 14)
    house.submit()
    house.run(Stop())

    with house.uow() as uow:
        uow.ledger.wipe("id-1")
        uow.commit("test")

    with house.engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(skips)).scalar_one() == 0
    assert (house.job().progress.processed, house.job().progress.failed) == (0, 0)


def test_a_job_of_one_chunk_that_runs_with_other_brief_ones_leaves_sessions_out_too(house: House) -> None:
    house.kind.planned = plan(chunks=1, items=8)
    house.kind.before = poisoned(3)
    house.submit()
    (job,) = Claimer(house.uow, house.clock, "worker-1", 10).claim_batch(5)

    Express(house.runner()).run([job], Halt(Stop()))

    assert (house.job().status, [one.session for one in found(house)]) == (JobStatus.COMPLETED, [day(3)])
    assert published(house) == [day(number) for number in range(1, 9) if number != 3]
