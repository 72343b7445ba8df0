"""Open chunks are cut anew while any strategy drives them, and everything is written once."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.application.execution.strategies.driving import Driving
from dart_batch.application.execution.watching import Watching
from dart_batch.domain.job.chunk import Chunk, ChunkStatus
from dart_batch.domain.job.limits import JobLimits
from dart_batch.domain.job.status import JobStatus
from dart_batch.domain.job.strategy import Strategy
from fakes.house import House
from fakes.process_pool import FakeProcessPool
from fakes.resources import FakeResources
from fakes.strategies import StrategyHouse

WANTED = {"limits": JobLimits(memory_soft_mb=200)}


@pytest.fixture(params=list(Strategy))
def house(request: pytest.FixtureRequest, uow: Callable[[], SqlUnitOfWork], engine: sa.Engine) -> House:
    return StrategyHouse(
        uow,
        engine,
        given={"strategy": request.param} | WANTED,
        driving=Driving(FakeProcessPool()),
        watching=Watching(FakeResources(mib=300)),
    )


def test_every_session_is_written_once_whatever_drives(house: House) -> None:
    house.submit()

    assert house.run() == "completed"

    chunks = house.chunks()
    assert [chunk.number for chunk in chunks] == list(range(1, len(chunks) + 1))
    assert sum(chunk.items for chunk in chunks) == house.live() == house.job().progress.processed == 60
    assert (chunks[0].items, chunks[-1].items, house.job().chunk_size) == (10, 1, 1)
    assert {chunk.status for chunk in chunks} == {ChunkStatus.DONE}


def test_a_job_that_is_taken_over_keeps_the_chunks_that_were_cut(house: House) -> None:
    class PowerCut(BaseException):
        """Ends the attempt as a kill would."""

    def cut(chunk: Chunk) -> None:
        raise PowerCut

    house.given["strategy"] = Strategy.CHUNKED
    house.kind.before = lambda chunk: cut(chunk) if chunk.number == 3 else None
    house.submit()
    with pytest.raises(PowerCut):
        house.run()
    cut_before = [chunk.items for chunk in house.chunks()][:2]
    house.kind.before = lambda chunk: None
    house.clock.advance(11)

    assert house.run(worker="worker-2") == "completed"

    assert (cut_before, house.live(), house.job().status) == ([10, 5], 60, JobStatus.COMPLETED)
