"""Logging in: what opens a session, what is refused alike, and how soon guessing ends."""

import threading
from typing import TYPE_CHECKING

import pytest

from dart_batch.adapters.security.passwords import ArgonPasswords
from dart_batch.domain.access.actor import Actor, Entry, the_system
from dart_batch.domain.access.errors import LoginRefused, TooManyLogins, WrongPassword
from dart_batch.domain.access.role import Role
from dart_batch.domain.access.throttle import PER_ADDRESS, PER_PAIR, WINDOW

if TYPE_CHECKING:
    from conftest import Office

ROOT = the_system("root")
GOOD, WRONG = "correct horse battery", "battery horse correct"
HOUR = 3600
HERE, THERE = "10.0.0.7", "10.0.0.8"
ANN = Actor("ann", Role.OPERATOR, Entry.PAGE, HERE)


@pytest.fixture
def ann(office: "Office") -> "Office":
    office.users.create("ann", Role.OPERATOR, GOOD, ROOT)
    return office


def refused(office: "Office", name: str, password: str, address: str = HERE) -> str:
    with pytest.raises((LoginRefused, TooManyLogins)) as error:
        office.login(name, password, address)
    return error.value.code


def test_name_and_password_open_a_session_that_ends(ann: "Office") -> None:
    session = ann.login(" ANN", GOOD, HERE)
    ann.clock.advance(11 * HOUR)
    later = ann.login("ann", GOOD, HERE)

    assert ann.lookups.session(session.token).name == "ann"
    ann.clock.advance(2 * HOUR)
    assert ann.lookups.session(session.token) is None
    assert ann.lookups.session(later.token).name == "ann"
    assert session.csrf not in (session.token, later.csrf)


def test_unknown_disabled_and_wrong_are_answered_alike_and_cost_a_hash_each(ann: "Office") -> None:
    ann.users.create("off", Role.VIEWER, GOOD, ROOT)
    ann.users.disable("off", ROOT)
    ann.users.create("linked", Role.VIEWER, None, ROOT)

    said = set()
    for name, password in (("ann", WRONG), ("nobody", WRONG), ("off", GOOD), ("linked", "")):
        with pytest.raises(LoginRefused) as error:
            ann.login(name, password, HERE)
        said.add((error.value.message, error.value.hint, str(error.value.fields)))

    assert len(said) == 1
    assert len(ann.passwords.asked) == 4


def test_guessing_one_account_from_one_address_ends_and_the_window_passes(ann: "Office") -> None:
    codes = [refused(ann, "ann", WRONG) for _ in range(PER_PAIR + 1)]
    right_too_soon = refused(ann, "ann", GOOD)
    ann.clock.advance(WINDOW.total_seconds())

    assert codes == ["login-refused"] * PER_PAIR + ["too-many-logins"]
    assert right_too_soon == "too-many-logins"
    assert ann.login("ann", GOOD, HERE).user.name == "ann"


def test_a_stranger_does_not_lock_a_user_out(ann: "Office") -> None:
    for _ in range(PER_PAIR + 3):
        refused(ann, "ann", WRONG, THERE)

    assert ann.login("ann", GOOD, HERE).user.name == "ann"


def test_trying_many_accounts_from_one_address_ends(ann: "Office") -> None:
    codes = [refused(ann, f"user-{number}", WRONG) for number in range(PER_ADDRESS + 1)]

    assert codes[-1] == "too-many-logins"
    assert len(ann.passwords.asked) == PER_ADDRESS


def test_unknown_accounts_are_throttled_like_known_ones(ann: "Office") -> None:
    known = [refused(ann, "ann", WRONG, HERE) for _ in range(PER_PAIR + 1)]
    unknown = [refused(ann, "nobody", WRONG, THERE) for _ in range(PER_PAIR + 1)]

    assert known == unknown


def test_guesses_at_the_same_time_do_not_outrun_the_limit(ann: "Office") -> None:
    codes: list[str] = []
    threads = [threading.Thread(target=lambda: codes.append(refused(ann, "ann", WRONG))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert codes.count("login-refused") == len(ann.passwords.asked) == PER_PAIR


def test_a_success_forgets_the_failures_before_it(ann: "Office") -> None:
    for _ in range(3):
        for _ in range(PER_PAIR - 1):
            refused(ann, "ann", WRONG)
        ann.login("ann", GOOD, HERE)


def test_a_link_works_once_and_in_its_time(ann: "Office") -> None:
    link, late = ann.users.link("ann", ROOT), ann.users.link("ann", ROOT)

    assert ann.login.by_link(link, HERE).user.name == "ann"
    ann.clock.advance(16 * 60)
    for token in (link, late, "made up"):
        with pytest.raises(LoginRefused):
            ann.login.by_link(token, HERE)


def test_a_link_of_a_disabled_user_opens_nothing(ann: "Office") -> None:
    link = ann.users.link("ann", ROOT)
    ann.users.disable("ann", ROOT)

    with pytest.raises(LoginRefused):
        ann.login.by_link(link, HERE)


def test_logging_out_ends_the_session(ann: "Office") -> None:
    session = ann.login("ann", GOOD, HERE)

    ann.login.out(session.token, ANN)

    assert ann.lookups.session(session.token) is None


def test_a_new_password_asks_for_the_old_one_and_ends_other_sessions(ann: "Office") -> None:
    mine, other = ann.login("ann", GOOD, HERE), ann.login("ann", GOOD, THERE)

    with pytest.raises(WrongPassword):
        ann.login.change_password(ANN, mine.token, WRONG, "another long password")
    ann.login.change_password(ANN, mine.token, GOOD, "another long password")

    assert ann.lookups.session(mine.token) is not None
    assert ann.lookups.session(other.token) is None
    assert refused(ann, "ann", GOOD) == "login-refused"


def test_a_first_password_needs_no_old_one(ann: "Office") -> None:
    ann.users.create("minji", Role.VIEWER, None, ROOT)
    session = ann.login.by_link(ann.users.link("minji", ROOT), HERE)

    ann.login.change_password(Actor("minji", Role.VIEWER, Entry.PAGE, HERE), session.token, "", GOOD)

    assert ann.login("minji", GOOD, HERE).user.name == "minji"


def test_logins_are_in_the_audit_trail_and_unknown_names_are_not(ann: "Office") -> None:
    refused(ann, "ann", WRONG)
    refused(ann, "my secret password", WRONG)
    ann.login("ann", GOOD, HERE)

    assert ann.acts()[1:] == ["login.failed", "login.failed", "login"]
    assert "my secret password" not in ann.everything()


def test_real_hashes_are_argon2id_and_fit_only_their_password() -> None:
    passwords = ArgonPasswords()
    first, second = passwords.hash(GOOD), passwords.hash(GOOD)

    assert first.startswith("$argon2id$") and first != second
    assert passwords.verify(first, GOOD)
    assert not passwords.verify(first, WRONG)
    assert not passwords.verify(None, "the password of nobody")
    assert not passwords.verify("not a hash", GOOD)
