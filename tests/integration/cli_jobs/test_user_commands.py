"""`dart-batch users` and `dart-batch audit`."""

import io
import sys

import pytest

GOOD = "correct horse battery"


def logged_in(shell, link):
    return shell.app.access.login.by_link(link.strip().partition("#login=")[2], "10.0.0.7")


def test_a_new_user_gets_a_link_that_logs_in_once(shell):
    ran = shell.run("users", "create", "minji", "--role", "operator")

    session = logged_in(shell, ran.out)
    [row] = shell.run("users", "list", "--json").json["items"]
    assert (ran.code, session.user.name) == (0, "minji")
    assert (row["role"], row["passwordSet"], row["disabledAt"]) == ("operator", False, None)
    assert "not yet" in shell.run("users", "list").out


def test_a_password_comes_from_stdin_and_is_never_an_argument(shell, monkeypatch):
    shell.run("users", "create", "minji", "--role", "viewer")
    monkeypatch.setattr(sys, "stdin", io.StringIO(GOOD + "\n"))

    assert shell.run("users", "passwd", "minji").code == 0
    assert shell.app.access.login("minji", GOOD, "10.0.0.7").user.name == "minji"


def test_a_weak_password_is_refused_with_what_to_do(shell, monkeypatch):
    shell.run("users", "create", "minji", "--role", "viewer")
    monkeypatch.setattr(sys, "stdin", io.StringIO("short\n"))

    ran = shell.run("users", "passwd", "minji")

    assert ran.code == 2
    assert "10 to 200 characters" in ran.err and "Choose" in ran.err


def test_users_are_disabled_enabled_and_given_roles(shell):
    shell.run("users", "create", "minji", "--role", "viewer")

    shell.run("users", "disable", "MINJI")
    disabled = shell.run("users", "list", "--json").json["items"][0]["disabledAt"]
    shell.run("users", "enable", "minji")
    shell.run("users", "role", "minji", "admin")

    [row] = shell.run("users", "list", "--json").json["items"]
    assert disabled is not None
    assert (row["disabledAt"], row["role"]) == (None, "admin")


@pytest.mark.parametrize("command", ["link", "disable", "enable"])
def test_an_unknown_user_is_named(shell, command):
    ran = shell.run("users", command, "nobody")

    assert ran.code == 3
    assert "nobody" in ran.err


def test_what_was_done_here_is_listed_with_account_and_machine(shell):
    job_id = shell.queued()
    shell.run("jobs", "cancel", job_id)

    cancelled, submitted = shell.run("audit", "list", "--subject", job_id, "--json").json["items"]

    assert (cancelled["act"], cancelled["actor"], cancelled["entry"]) == ("job.cancel", "local", "cli")
    assert "@" in cancelled["address"]
    assert (cancelled["before"]["status"], cancelled["after"]["status"]) == ("QUEUED", "CANCELLED")
    assert submitted["act"] == "job.submit"
    assert "job.cancel" in shell.run("audit", "list", "--act", "job.").out
    assert "Nothing" in shell.run("audit", "list", "--actor", "nobody").err


def test_a_whole_trail_is_said_to_be_in_order_and_a_broken_one_fails(shell):
    shell.queued()
    end = shell.run("audit", "verify", "--json").json["end"]
    whole = shell.run("audit", "verify", "--noted", end)
    with shell.app.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE audit_entries SET actor = 'somebody' WHERE number = 1")

    broken = shell.run("audit", "verify")
    told = shell.run("audit", "verify", "--json")

    assert (whole.code, "all in order" in whole.out) == (0, True)
    assert (broken.code, told.code) == (1, 1)
    assert "Entry 1 was changed" in broken.err
    assert told.json["faults"][0]["number"] == 1


def test_an_end_that_is_not_written_as_one_is_refused(shell):
    assert shell.run("audit", "verify", "--noted", "nonsense").code == 2
