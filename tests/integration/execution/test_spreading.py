"""PARALLEL over several nodes: who runs the job asks others to compute, and needs none of them."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest
import sqlalchemy as sa

from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.application.execution.helping import Helping
from dart_batch.application.execution.strategies.asking import Spreading
from dart_batch.application.execution.strategies.driving import Driving
from dart_batch.application.job_types.generation import Generation
from dart_batch.application.ports.neighbours import Request
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.strategy import Strategy
from fakes.house import KIND
from fakes.neighbours import FakeHelpers
from fakes.process_pool import FakeProcessPool
from fakes.strategies import AnyJobType, AnyWork, StrategyHouse, six_chunks

ASKED_FOR = [4, 5, 6]


class SpreadWork(AnyWork):
    """Can be computed by other nodes that have store-1."""

    def inputs(self, market: str) -> str:
        return "store-1"


class SpreadJobType(AnyJobType):
    def prepare(self, job: BatchJob) -> SpreadWork:
        return SpreadWork(self, Generation(job, self.new_id, definition=self.definition))


@dataclass
class Neighbours(FakeHelpers):
    """`comes` is called with each request as soon as it is asked."""

    comes: Callable[[Request], object] = lambda request: None
    given: list[int] = field(default_factory=list)

    def ask(self, request: Request) -> None:
        super().ask(request)
        self.comes(request)

    def give(self, request: Request, chunk: Chunk, result: object) -> None:
        super().give(request, chunk, result)  # type: ignore[arg-type]
        self.given.append(chunk.number)


@pytest.fixture
def pool() -> FakeProcessPool:
    return FakeProcessPool(size=1)


@pytest.fixture
def neighbours() -> Neighbours:
    return Neighbours()


@pytest.fixture
def house(
    uow: Callable[[], SqlUnitOfWork], engine: sa.Engine, pool: FakeProcessPool, neighbours: Neighbours
) -> StrategyHouse:
    made = StrategyHouse(uow, engine, SpreadJobType(six_chunks()), given={"strategy": Strategy.PARALLEL})
    made.driving = Driving(pool, spreading=Spreading(neighbours, made.clock, "1.0"))
    made.submit()
    return made


def neighbour(house: StrategyHouse, neighbours: Neighbours, version: str = "1.0") -> Helping:
    return Helping(house.job, {KIND: house.kind}, neighbours, version)


def computed_here(pool: FakeProcessPool) -> int:
    """Chunks that went to the pool; what was begun there is forgotten with one more call each."""
    return len(pool.lanes)


def ended_well(house: StrategyHouse) -> bool:
    return (house.run(), house.live(), house.statuses()) == ("completed", 60, [("DONE", 10)] * 6)


def test_others_compute_the_later_half_and_who_runs_the_job_commits_it(
    house: StrategyHouse, neighbours: Neighbours, pool: FakeProcessPool
) -> None:
    neighbours.comes = lambda request: neighbour(house, neighbours).help(request, threading.Event())

    assert ended_well(house)
    assert (neighbours.given, computed_here(pool)) == (ASKED_FOR, 3 + 1)
    assert (neighbours.asked, neighbours.answers) == ({}, {})


def test_when_nobody_comes_all_is_computed_here(
    house: StrategyHouse, neighbours: Neighbours, pool: FakeProcessPool
) -> None:
    assert ended_well(house)
    assert (neighbours.given, computed_here(pool)) == ([], 6 + 2)


def test_nobody_is_asked_when_all_are_busy(house: StrategyHouse, neighbours: Neighbours) -> None:
    neighbours.others = 0
    neighbours.comes = lambda request: pytest.fail("asked")

    assert ended_well(house)


def test_what_a_helper_that_died_did_not_answer_is_computed_here(
    house: StrategyHouse, neighbours: Neighbours, pool: FakeProcessPool
) -> None:
    stop = threading.Event()
    neighbours.comes = lambda request: neighbour(house, neighbours).help(
        replace(request, chunks=request.chunks[:1]), stop
    )

    assert ended_well(house)
    assert (neighbours.given, computed_here(pool)) == ([4], 5 + 2)


def test_a_helper_that_is_alive_but_never_answers_is_waited_for_only_so_long(
    house: StrategyHouse, neighbours: Neighbours, pool: FakeProcessPool
) -> None:
    neighbours.comes = lambda request: neighbours.taken.add((request.job_id, request.fence, request.number))
    slow = neighbours.underway

    def underway(request: Request) -> bool:
        house.clock.advance(61)
        return slow(request)

    neighbours.underway = underway  # type: ignore[method-assign]

    assert ended_well(house)
    assert computed_here(pool) == 6 + 2


@pytest.mark.parametrize(
    "changes", [{"fence": 99}, {"inputs": "store-2"}, {"version": "0.9"}], ids=["fence", "store", "version"]
)
def test_a_helper_refuses_another_attempt_another_store_and_another_program(
    house: StrategyHouse, neighbours: Neighbours, changes: dict[str, object]
) -> None:
    def come(request: Request) -> None:
        other = replace(request, **changes)  # type: ignore[arg-type]
        neighbours.asked[other.job_id, other.fence, other.number] = other
        assert neighbour(house, neighbours).help(other, threading.Event()) == 0

    neighbours.comes = come

    assert ended_well(house)
    assert neighbours.given == []


def test_a_helper_that_is_told_to_stop_computes_nothing_more(house: StrategyHouse, neighbours: Neighbours) -> None:
    stop = threading.Event()
    stop.set()
    neighbours.comes = lambda request: neighbour(house, neighbours).help(request, stop)

    assert ended_well(house)
    assert neighbours.given == []
