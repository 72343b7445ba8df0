"""A job keeps to its limits, and its chunks are fitted while it runs."""

from datetime import date

import pytest
import sqlalchemy as sa

from builders import plan
from dart_batch.adapters.persistence.tables import attempts, history
from dart_batch.application.execution.halting import Halt
from dart_batch.application.execution.sizing import Sizing
from dart_batch.application.execution.watching import Watching
from dart_batch.application.ports.unit_of_work import Lease
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.limits import JobLimits
from dart_batch.domain.job.parameters import AUTO_FIRST_SIZE
from dart_batch.domain.job.status import JobStatus, Verb
from dart_batch.domain.job.strategy import Strategy
from fakes.house import House, Stop, Uow
from fakes.job_types import FakeWork
from fakes.resources import FakeResources


@pytest.fixture
def resources() -> FakeResources:
    return FakeResources()


@pytest.fixture
def house(uow: Uow, engine: sa.Engine, resources: FakeResources) -> House:
    made = House(uow, engine, watching=Watching(resources))
    made.kind.planned = plan(chunks=4, items=8)
    return made


def sizes(house: House) -> list[int]:
    return [chunk.items for chunk in house.chunks()]


def written(house: House) -> list[date]:
    with house.engine.connect() as connection:
        return list(connection.execute(sa.select(history.c.session).order_by(history.c.session)).scalars())


def outcomes(house: House) -> list[str | None]:
    with house.engine.connect() as connection:
        return list(connection.execute(sa.select(attempts.c.outcome).order_by(attempts.c.fence)).scalars())


def failure(house: House) -> str:
    found = house.job().failure
    return found.code if found else ""


def test_each_chunk_is_recorded_with_the_memory_of_its_worker(house: House, resources: FakeResources) -> None:
    house.submit()
    house.run()

    assert {chunk.memory_bytes for chunk in house.chunks()} == {resources.memory_bytes()}


class TestWallTime:
    """Running time since a person last started the job."""

    @pytest.fixture(autouse=True)
    def slow(self, house: House) -> None:
        house.given = {"limits": JobLimits(wall_seconds=25)}
        house.kind.before = lambda chunk: house.clock.advance(10)

    def test_a_job_that_used_it_up_fails_and_keeps_what_is_done(self, house: House) -> None:
        house.submit()

        assert house.run() == "failed"

        assert (failure(house), house.job().progress.processed, house.live()) == ("wall-time-exceeded", 24, 0)

    def test_a_start_goes_on_with_a_fresh_allowance(self, house: House) -> None:
        house.submit()
        house.run()

        house.control("id-1", Verb.START)

        assert (house.run(), house.live()) == ("completed", 32)

    def test_a_job_that_has_only_to_be_published_is_not_failed(self, house: House) -> None:
        house.kind.planned = plan(chunks=3, items=8)
        house.submit()

        assert house.run() == "completed"

    def test_attempts_that_were_given_back_count_too(self, house: House) -> None:
        house.submit()
        stop = Stop()
        house.kind.before = lambda chunk: (house.clock.advance(12), setattr(stop, "is_set", lambda: True))[0]
        house.run(stop)
        house.kind.before = lambda chunk: house.clock.advance(12)

        assert house.run() == "failed"

        assert (failure(house), house.job().progress.processed) == ("wall-time-exceeded", 24)

    def test_without_a_limit_a_job_may_run_for_ever(self, house: House) -> None:
        house.given = {}
        house.submit()

        assert house.run() == "completed"


class TestMemory:
    """Resident memory of the worker."""

    def test_over_the_soft_limit_open_chunks_are_halved_once_and_caches_go(
        self, house: House, resources: FakeResources
    ) -> None:
        house.given = {"limits": JobLimits(memory_soft_mb=200)}
        house.kind.before = lambda chunk: setattr(resources, "mib", 300 if chunk.number == 1 else 100)
        house.submit()

        assert house.run() == "completed"

        assert sizes(house) == [8, 4, 4, 4, 4, 4, 4]
        assert (house.job().chunk_size, house.job().chunks_total, resources.given_back) == (4, 7, 1)
        assert (len(written(house)), house.live()) == (32, 32)
        assert "recut" in house.log()

    def test_chunks_shrink_down_to_single_sessions_and_the_job_goes_on(
        self, house: House, resources: FakeResources
    ) -> None:
        house.given = {"limits": JobLimits(memory_soft_mb=200)}
        resources.mib = 300
        house.submit()

        assert house.run() == "completed"

        assert sizes(house) == [8, 4, 4, 2, 2, *[1] * 12]

    def test_over_the_hard_limit_the_attempt_ends_and_the_next_one_has_smaller_chunks(
        self, house: House, resources: FakeResources
    ) -> None:
        house.given = {"limits": JobLimits(memory_hard_mb=200)}
        resources.mib = 300
        house.submit()

        first = house.run()
        waiting = house.job()
        resources.mib = 100
        house.clock.advance(2)

        assert (first, waiting.status, waiting.progress.processed) == ("over-memory", JobStatus.QUEUED, 8)
        assert "over the hard limit of 200" in (waiting.reason or "")
        assert (house.run(), sizes(house)) == ("completed", [8, 4, 4, 4, 4, 4, 4])
        assert outcomes(house) == ["over-memory", "completed"]

    def test_after_three_setbacks_in_a_row_the_job_fails_and_a_start_gives_it_three_more(
        self, house: House, resources: FakeResources
    ) -> None:
        house.given = {"limits": JobLimits(memory_hard_mb=200)}
        resources.mib = 300
        house.submit()

        found = []
        for _ in range(4):
            found.append(house.run())
            house.clock.advance(5)
        code, done = failure(house), house.job().progress.processed
        house.control("id-1", Verb.START)

        assert found == ["over-memory"] * 3 + ["failed"]
        assert (code, done) == ("memory-limit", 8 + 4 + 2 + 1)
        assert house.run() == "over-memory"

    def test_a_pause_that_came_with_the_last_chunk_is_obeyed(self, house: House, resources: FakeResources) -> None:
        house.given = {"limits": JobLimits(memory_hard_mb=200)}
        resources.mib = 300
        house.kind.before = lambda chunk: house.control("id-1", Verb.PAUSE)
        house.submit()

        house.run()

        assert house.job().status is JobStatus.PAUSED

    def test_under_the_limits_nothing_changes(self, house: House, resources: FakeResources) -> None:
        house.given = {"limits": JobLimits(memory_soft_mb=200, memory_hard_mb=300)}
        house.submit()

        assert (house.run(), sizes(house), resources.given_back) == ("completed", [8, 8, 8, 8], 0)


class TestShare:
    """Processor time per time."""

    class Sleeper(Stop):
        """Lets the time pass that is waited."""

        def __init__(self, house: House, stops: bool = False) -> None:
            super().__init__(stops)
            self.house = house

        def wait(self, timeout: float | None = None) -> bool:
            self.house.clock.advance(timeout or 0)
            return super().wait(timeout)

    @pytest.fixture(autouse=True)
    def busy(self, house: House, resources: FakeResources) -> None:
        house.given = {"limits": JobLimits(cpu_percent=25)}

        def work(chunk: Chunk) -> None:
            house.clock.advance(1)
            resources.cpu.used += 1

        house.kind.before = work

    def test_what_was_used_too_much_is_slept_off_between_chunks(self, house: House) -> None:
        stop = self.Sleeper(house)
        house.submit()

        assert house.run(stop) == "completed"

        assert sum(wait or 0 for wait in stop.waits) == pytest.approx(3 * 3)

    def test_the_sleep_is_not_charged(self, house: House, resources: FakeResources) -> None:
        states: list[bool] = []
        stop = self.Sleeper(house)
        stop.wait = lambda timeout=None: (states.append(resources.cpu.working), house.clock.advance(timeout))[0]  # type: ignore[method-assign]
        house.submit()

        house.run(stop)

        assert set(states) == {False}
        assert resources.cpu.working is False

    def test_a_stop_ends_the_sleep(self, house: House) -> None:
        stop = self.Sleeper(house, stops=True)
        house.submit()

        assert house.run(stop) == "stopped"
        assert (len(stop.waits), house.job().status) == (1, JobStatus.QUEUED)

    def test_a_pause_ends_the_sleep(self, house: House) -> None:
        stop = self.Sleeper(house)
        asked = iter([lambda: house.control("id-1", Verb.PAUSE)])
        wait = stop.wait
        stop.wait = lambda timeout=None: (next(asked, lambda: None)(), wait(timeout))[1]  # type: ignore[method-assign]
        house.submit()

        assert house.run(stop) == "stopped"
        assert (len(stop.waits), house.job().status) == (1, JobStatus.PAUSED)

    def test_idle_time_earns_no_burst(self, house: House, resources: FakeResources) -> None:
        def work(chunk: Chunk) -> None:
            house.clock.advance(100 if chunk.number == 1 else 1)
            resources.cpu.used += 1

        house.kind.before = work
        stop = self.Sleeper(house)
        house.submit()

        house.run(stop)

        assert sum(wait or 0 for wait in stop.waits) == pytest.approx(2 + 3)


class TestTuning:
    """chunkSize auto."""

    @pytest.fixture(autouse=True)
    def auto(self, house: House) -> None:
        house.given = {"tuned": True, "chunk_size": AUTO_FIRST_SIZE}
        house.kind.planned = plan(chunks=30, items=AUTO_FIRST_SIZE)

    def test_quick_chunks_grow_and_everything_is_written_once(self, house: House) -> None:
        house.kind.before = lambda chunk: house.clock.advance(0.000_2 * chunk.items)
        house.submit()

        assert house.run() == "completed"

        job = house.job()
        assert job.chunk_size > AUTO_FIRST_SIZE
        assert job.chunks_total == job.chunks_done == len(house.chunks()) < 30
        assert (len(written(house)), job.progress.processed, house.live()) == (1500, 1500, 1500)
        assert [chunk.number for chunk in house.chunks()] == list(range(1, job.chunks_total + 1))

    def test_slow_chunks_shrink(self, house: House) -> None:
        house.kind.before = lambda chunk: house.clock.advance(0.02 * chunk.items)
        house.submit()

        assert house.run() == "completed"

        assert 5 <= house.job().chunk_size <= 20

    def test_a_fixed_size_is_left_alone(self, house: House) -> None:
        house.given = {}
        house.kind.before = lambda chunk: house.clock.advance(0.000_2 * chunk.items)
        house.submit()

        house.run()

        assert sizes(house) == [AUTO_FIRST_SIZE] * 30

    @pytest.mark.parametrize("strategy", [Strategy.STREAM, Strategy.PARALLEL])
    def test_other_strategies_keep_the_planned_size(self, house: House, strategy: Strategy) -> None:
        house.given["strategy"] = strategy
        sizing = Sizing(house.uow(), house.clock, Lease("id-1", "w", 1), FakeWork(house.kind, None), house.submit(), 50)  # type: ignore[arg-type]

        with house.watching.over(sizing, Halt(Stop())) as watch:  # type: ignore[arg-type]
            assert list(watch.rules) == []
