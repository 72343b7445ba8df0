"""A worker that is cut off from the database past its lease writes nothing more."""

from collections.abc import Iterator
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from dart_batch.adapters.persistence import session
from dart_batch.adapters.persistence.tables import chunks, history
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.domain.errors import Transient
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.status import JobStatus
from fakes.house import House
from wire import Wire

LEASE_SECONDS = 10
PATIENCE_SECONDS = 60.0
SILENCE_SECONDS = 3.0


@pytest.fixture
def wire(mariadb_url: str) -> Iterator[Wire]:
    made = Wire(make_url(mariadb_url).port or 0)
    yield made
    made.whole.set()
    made.close()


def house(url: str, answer_seconds: float = PATIENCE_SECONDS) -> House:
    engine = session.create_engine(url, session.Pool(answer_seconds=answer_seconds))
    return House(partial(SqlUnitOfWork, session.unbegun(engine)), engine)


def test_a_worker_that_is_cut_off_past_its_lease_is_fenced(mariadb_url: str, wire: Wire) -> None:
    near = house(mariadb_url)
    far = house(make_url(mariadb_url).set(port=wire.port).render_as_string(hide_password=False), SILENCE_SECONDS)
    far.clock = near.clock
    near.submit()

    def cut(chunk: Chunk) -> None:
        if chunk.number == 2 and wire.whole.is_set():
            wire.whole.clear()
            near.clock.advance(LEASE_SECONDS + 1)
            assert near.run(worker="second") == "completed"

    far.kind.before = cut
    with pytest.raises(Transient):
        far.run(worker="first")
    far.engine.dispose()
    wire.mend()

    with near.engine.connect() as connection:
        workers = connection.execute(sa.select(chunks.c.worker).order_by(chunks.c.number)).scalars().all()
        rows = connection.execute(sa.select(sa.func.count()).select_from(history)).scalar_one()
    assert workers == ["first", "second", "second"]
    assert (near.job().status, rows, near.log().count("chunk-done")) == (JobStatus.COMPLETED, 6, 3)
    near.engine.dispose()
