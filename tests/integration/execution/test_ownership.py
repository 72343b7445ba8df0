"""Whatever the way in, a use case refuses who may not control a job, and then nothing has changed."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from dart_batch.application.use_cases.control_job import ControlJob
from dart_batch.application.use_cases.decide_generation import DecideGeneration
from dart_batch.domain.access.actor import Actor, Entry
from dart_batch.domain.access.errors import NotOwner
from dart_batch.domain.access.role import Role
from dart_batch.domain.job.priority import Priority
from dart_batch.domain.job.status import JobStatus, Verb
from fakes.house import House, Uow

STRANGER = Actor("bob", Role.OPERATOR, Entry.API)
VIEWING_OWNER = Actor("ann", Role.VIEWER, Entry.API)
OWNER = Actor("ann", Role.OPERATOR, Entry.API)
ADMIN = Actor("root", Role.ADMIN, Entry.API)
ACTS: dict[str, Callable[[House, Actor], object]] = {
    "pause": lambda house, actor: ControlJob(house.uow, house.clock)("id-1", Verb.PAUSE, actor),
    "cancel": lambda house, actor: ControlJob(house.uow, house.clock)("id-1", Verb.CANCEL, actor),
    "prioritise": lambda house, actor: ControlJob(house.uow, house.clock).prioritise("id-1", Priority.HIGH, actor),
}
DECISIONS: dict[str, Callable[[House, Actor], object]] = {
    "promote": lambda house, actor: DecideGeneration(house.uow, house.clock, house.new_id).promote("id-1", actor),
    "discard": lambda house, actor: DecideGeneration(house.uow, house.clock, house.new_id).discard("id-1", actor),
}


@pytest.fixture
def house(uow: Uow, engine: sa.Engine) -> House:
    made = House(uow, engine)
    made.submit(owner="ann")
    return made


@pytest.mark.parametrize("act", [*ACTS, *DECISIONS])
@pytest.mark.parametrize("actor", [STRANGER, VIEWING_OWNER])
def test_a_job_of_somebody_else_is_refused_and_stays_as_it_is(house: House, actor: Actor, act: str) -> None:
    before = house.job()

    with pytest.raises(NotOwner) as refused:
        (ACTS | DECISIONS)[act](house, actor)

    assert refused.value.fields["owner"] == "ann"
    assert house.job() == before


@pytest.mark.parametrize("actor", [OWNER, ADMIN])
def test_owner_and_admin_control_it(house: House, actor: Actor) -> None:
    for act in ("prioritise", "pause"):
        ACTS[act](house, actor)

    assert (house.job().status, house.job().priority) == (JobStatus.PAUSED, Priority.HIGH)
