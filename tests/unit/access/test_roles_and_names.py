"""What a role includes, whose a job is, and which names and passwords are taken."""

from datetime import timedelta

import pytest

from builders import NOW
from dart_batch.application.use_cases.manage_users import check_name
from dart_batch.domain.access.accounts import ApiKey, check_password
from dart_batch.domain.access.actor import Actor, Entry, the_system
from dart_batch.domain.access.errors import NotAllowed, NotOwner, WeakPassword
from dart_batch.domain.access.role import Role
from dart_batch.domain.access.throttle import PER_PAIR, WINDOW, Failures, limits, wait_seconds
from dart_batch.domain.job.errors import InvalidParameters


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("other", list(Role))
def test_each_role_includes_those_before_it(role: Role, other: Role) -> None:
    order = list(Role)
    actor = Actor("ann", role, Entry.API)

    assert role.includes(other) == (order.index(role) >= order.index(other))
    if role.includes(other):
        actor.refuse_less_than(other)
    else:
        with pytest.raises(NotAllowed):
            actor.refuse_less_than(other)


@pytest.mark.parametrize(
    ("name", "role", "may"),
    [
        ("ann", Role.VIEWER, False),
        ("ann", Role.OPERATOR, True),
        ("bob", Role.OPERATOR, False),
        ("Ann", Role.OPERATOR, False),
        ("bob", Role.ADMIN, True),
    ],
)
def test_a_job_is_controlled_by_its_operator_and_by_admins(name: str, role: Role, may: bool) -> None:
    actor = Actor(name, role, Entry.API)

    assert actor.may_control("ann") is may
    if not may:
        with pytest.raises(NotOwner):
            actor.refuse_foreign("id-1", "ann")


def test_the_system_may_do_everything() -> None:
    the_system().refuse_foreign("id-1", "ann")


@pytest.mark.parametrize("name", ["", "  ", "-x", "a/b", "a\nb", "<b>", "x" * 61, "a,b"])
def test_a_name_that_could_be_mistaken_is_refused(name: str) -> None:
    with pytest.raises(InvalidParameters) as refused:
        check_name(name)

    assert refused.value.fields["field"] == "name"


@pytest.mark.parametrize("name", ["ann", " ann ", "민지", "night job", "a@b.c", "x" * 60])
def test_names_that_people_have_are_taken(name: str) -> None:
    assert check_name(name) == name.strip()


@pytest.mark.parametrize("password", ["short", "x" * 201, "aaaaaaaaaaaa", "annannannn"[:6] + "ann", "minjiminji"])
def test_a_password_that_is_easy_to_guess_is_refused(password: str) -> None:
    with pytest.raises(WeakPassword):
        check_password(password, "minji")


def test_a_long_password_is_taken() -> None:
    check_password("correct horse battery", "minji")


@pytest.mark.parametrize(
    ("expires", "revoked", "holds"), [(0, None, True), (1, None, True), (-1, None, False), (0, 0, False)]
)
def test_a_key_is_in_force_until_it_expires_or_is_revoked(expires: int, revoked: int | None, holds: bool) -> None:
    until = NOW + timedelta(hours=expires) if expires else None
    key = ApiKey("k", "ci", Role.VIEWER, NOW, until, NOW if revoked is not None else None)

    assert key.in_force(NOW) is holds


def test_a_login_waits_from_the_limit_on_until_the_window_is_over() -> None:
    allowed = limits("Ann ", "10.0.0.7")
    pair = next(iter(allowed))

    assert "ann" in pair
    assert wait_seconds({pair: Failures(PER_PAIR - 1, NOW)}, allowed, NOW) == 0
    assert wait_seconds({pair: Failures(PER_PAIR, NOW)}, allowed, NOW) >= WINDOW.total_seconds()
    assert wait_seconds({pair: Failures(PER_PAIR, NOW)}, allowed, NOW + WINDOW) == 0
