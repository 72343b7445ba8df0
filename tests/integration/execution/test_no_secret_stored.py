"""However an attempt fails, a secret in the error's words reaches no column of the database."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from dart_batch.domain.errors import Fatal, Transient
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk
from fakes.house import House, Stop, Uow
from fakes.job_types import FakeJobType, FakeWork

SECRET = "Sw0rdf1sh"
SAID = f"mysql://dart:{SECRET}@db/x refused crtfc_key={SECRET} with Authorization: Bearer {SECRET}"


class Unprepared(FakeJobType):
    """Cannot be made ready to run."""

    def prepare(self, job: BatchJob) -> FakeWork:
        raise Transient(SAID)


@pytest.fixture
def house(uow: Uow, engine: sa.Engine) -> House:
    return House(uow, engine)


def everything(engine: sa.Engine) -> str:
    with engine.connect() as connection:
        names = sa.inspect(connection).get_table_names()
        return "\n".join(str(row) for name in names for row in connection.exec_driver_sql(f"SELECT * FROM {name}"))


def failing(error: Exception) -> Callable[[Chunk], None]:
    def fail(_chunk: Chunk) -> None:
        raise error

    return fail


@pytest.mark.parametrize("error", [Fatal(SAID), Transient(SAID), ZeroDivisionError(SAID)])
def test_a_secret_in_the_words_of_an_error_is_not_stored(house: House, engine: sa.Engine, error: Exception) -> None:
    house.kind.before = failing(error)
    house.submit()

    assert house.run(Stop()) == "failed"

    stored = everything(engine)
    assert "mysql://dart:***@db/x refused crtfc_key=***" in stored
    assert SECRET not in stored


def test_neither_is_one_in_the_reason_of_a_job_that_is_set_back(house: House, engine: sa.Engine) -> None:
    house.kind = Unprepared()
    house.submit()

    assert house.run() == "set-back"

    stored = everything(engine)
    assert "mysql://dart:***@db/x" in stored
    assert SECRET not in stored
