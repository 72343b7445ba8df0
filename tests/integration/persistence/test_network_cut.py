"""A worker that is cut off from the database past its lease writes nothing more."""

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
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
from private_servers import HOST

LEASE_SECONDS = 10
PATIENCE_SECONDS = 60.0
SILENCE_SECONDS = 3.0


class Wire:
    """A TCP connection through this process that can be cut: both ends stay open, and nothing arrives any more."""

    def __init__(self, port: int) -> None:
        self.whole = threading.Event()
        self.whole.set()
        self._target = port
        self._carriers: list[threading.Thread] = []
        self._listener = socket.create_server((HOST, 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def mend(self) -> None:
        """What was held up arrives, and when this returns both ends have read it."""
        self.whole.set()
        for one in self._carriers:
            one.join(PATIENCE_SECONDS)

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection((HOST, self._target))
                self._carriers.append(threading.Thread(target=self._carry, args=(near, far), daemon=True))
                self._carriers[-1].start()

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        other = {near: far, far: near}
        with near, far, suppress(OSError):
            while True:
                for one in select.select([near, far], [], [])[0]:
                    self.whole.wait()
                    if not (data := one.recv(65536)):
                        return
                    self.whole.wait()
                    other[one].sendall(data)


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
