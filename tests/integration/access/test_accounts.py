"""Keys and users: who may make them, what is stored, when they end."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from dart_batch.domain.access.actor import Actor, Entry, the_system
from dart_batch.domain.access.errors import KeyNotFound, NameTaken, NotAllowed, UserNotFound, WeakPassword
from dart_batch.domain.access.role import Role
from dart_batch.domain.job.errors import InvalidParameters

if TYPE_CHECKING:
    from conftest import Office

ROOT = the_system("root")
GOOD = "correct horse battery"
ACTS: dict[str, Callable[["Office", Actor], object]] = {
    "create a key": lambda office, by: office.keys.create("ci", Role.VIEWER, by),
    "revoke a key": lambda office, by: office.keys.revoke("id-1", by),
    "create a user": lambda office, by: office.users.create("bob", Role.VIEWER, None, by),
    "make a link": lambda office, by: office.users.link("ann", by),
    "set a password": lambda office, by: office.users.set_password("ann", GOOD, by),
    "give a role": lambda office, by: office.users.set_role("ann", Role.ADMIN, by),
    "disable": lambda office, by: office.users.disable("ann", by),
    "enable": lambda office, by: office.users.enable("ann", by),
}


@pytest.mark.parametrize("act", list(ACTS))
@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
def test_only_admins_change_accounts(office: "Office", act: str, role: Role) -> None:
    office.keys.create("kept", Role.VIEWER, ROOT)
    office.users.create("ann", Role.OPERATOR, GOOD, ROOT)
    before = office.everything()

    with pytest.raises(NotAllowed):
        ACTS[act](office, Actor("eve", role, Entry.API))

    assert office.everything() == before


def test_a_secret_is_told_once_and_never_stored(office: "Office") -> None:
    key, secret = office.keys.create("ci", Role.OPERATOR, ROOT)
    office.users.create("ann", Role.OPERATOR, GOOD, ROOT)
    link = office.users.link("ann", ROOT)
    session = office.login("ann", GOOD, "10.0.0.7")

    stored = office.everything()

    assert (key.name, office.lookups.authenticate(secret).name) == ("ci", "ci")
    assert not any(word in stored for word in (secret, GOOD, link, session.token, session.csrf))


def test_a_key_works_until_it_expires(office: "Office") -> None:
    until = office.clock.now() + timedelta(hours=1)
    _, secret = office.keys.create("fresh", Role.VIEWER, ROOT, until)

    assert office.lookups.authenticate(secret).until == until
    office.clock.advance(3600)
    assert office.lookups.authenticate(secret) is None


def test_a_key_that_would_end_before_it_begins_is_refused(office: "Office") -> None:
    with pytest.raises(InvalidParameters) as refused:
        office.keys.create("ci", Role.VIEWER, ROOT, office.clock.now())

    assert refused.value.fields["field"] == "expires"


def test_names_tell_owners_apart(office: "Office") -> None:
    key, _ = office.keys.create("ci", Role.OPERATOR, ROOT)
    office.users.create("Ann", Role.OPERATOR, None, ROOT)

    for taken in ("ci", "ann", "ANN "):
        with pytest.raises(NameTaken):
            office.keys.create(taken, Role.OPERATOR, ROOT)
        with pytest.raises(NameTaken):
            office.users.create(taken, Role.OPERATOR, None, ROOT)
    office.keys.revoke(key.id, ROOT)

    assert office.keys.create("ci", Role.OPERATOR, ROOT)[0].name == "ci"


def test_keys_without_a_name_have_names_of_their_own(office: "Office") -> None:
    names = [office.keys.create("", Role.OPERATOR, ROOT)[0].name for _ in range(2)]

    assert len(set(names)) == 2 and all(name.startswith("operator-") for name in names)


def test_a_key_is_revoked_once(office: "Office") -> None:
    key, secret = office.keys.create("ci", Role.OPERATOR, ROOT)
    office.keys.revoke(key.id, ROOT)

    assert office.lookups.authenticate(secret) is None
    for unknown in (key.id, "nothing"):
        with pytest.raises(KeyNotFound):
            office.keys.revoke(unknown, ROOT)


def test_last_use_is_kept(office: "Office") -> None:
    key, _ = office.keys.create("ci", Role.OPERATOR, ROOT)

    office.lookups.used({key.id: office.clock.now()})

    assert office.lookups.list()[0].last_used_at == office.clock.now()


def test_a_user_who_is_not_there_is_named(office: "Office") -> None:
    for act in ("make a link", "set a password", "give a role", "disable", "enable"):
        with pytest.raises(UserNotFound, match="ann"):
            ACTS[act](office, ROOT)


def test_a_weak_password_changes_nothing(office: "Office") -> None:
    with pytest.raises(WeakPassword):
        office.users.create("ann", Role.VIEWER, "short", ROOT)

    assert "ann" not in office.everything()


def test_whoever_is_disabled_or_changed_is_logged_out(office: "Office") -> None:
    office.users.create("ann", Role.OPERATOR, GOOD, ROOT)
    for change in ("disable", "enable", "give a role", "set a password"):
        if change == "disable":
            session = office.login("ann", GOOD, "10.0.0.7")
            assert office.lookups.session(session.token).name == "ann"
        ACTS[change](office, ROOT)
        assert office.lookups.session(session.token) is None

    assert office.lookups.session(office.login("ann", GOOD, "10.0.0.7").token).role is Role.ADMIN


def test_every_act_is_in_the_audit_trail(office: "Office") -> None:
    office.users.create("ann", Role.OPERATOR, GOOD, ROOT)
    office.keys.create("first", Role.VIEWER, ROOT)
    for act in (act for name, act in ACTS.items() if name != "revoke a key"):
        act(office, ROOT)
    office.keys.revoke("id-2", ROOT)

    assert office.acts() == [
        "user.create",
        "key.create",
        "key.create",
        "user.create",
        "user.link",
        "user.password",
        "user.role",
        "user.disable",
        "user.enable",
        "key.revoke",
    ]
