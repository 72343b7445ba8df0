"""`dart-batch keys` and the key of `dart-batch up`."""

import stat

import pytest

from dart_batch.entrypoints.cli.local_key import local_admin_key


def test_a_new_key_is_all_that_stands_on_stdout(shell):
    ran = shell.run("keys", "create", "--role", "operator", "--name", "night job")

    principal = shell.app.keys.authenticate(ran.out.strip())
    assert ran.code == 0
    assert ran.out.count("\n") == 1
    assert (principal.role, principal.name) == ("operator", "night job")


def test_a_role_that_does_not_exist_is_refused(shell):
    ran = shell.run("keys", "create", "--role", "root")

    assert ran.code == 2
    assert shell.app.keys.list() == []


def test_keys_are_listed_without_their_secrets(shell):
    secret = shell.run("keys", "create", "--role", "viewer").out.strip()

    listed = shell.run("keys", "list", "--json")

    assert [key["role"] for key in listed.json["items"]] == ["viewer"]
    assert secret not in listed.out
    assert secret not in shell.run("keys", "list").out


def test_a_revoked_key_opens_nothing(shell):
    secret = shell.run("keys", "create", "--role", "viewer").out.strip()
    key_id = shell.app.keys.list()[0].id

    ran = shell.run("keys", "revoke", key_id)

    assert ran.code == 0
    assert shell.app.keys.authenticate(secret) is None
    assert shell.run("keys", "list", "--json").json["items"][0]["revokedAt"] is not None


def test_a_key_cannot_be_revoked_twice(shell):
    shell.run("keys", "create", "--role", "viewer")
    key_id = shell.app.keys.list()[0].id
    shell.run("keys", "revoke", key_id)

    assert shell.run("keys", "revoke", key_id).code == 3


def test_the_local_key_is_kept_for_its_owner_only(shell, home):
    secret = local_admin_key(shell.app)

    assert local_admin_key(shell.app) == secret
    assert stat.S_IMODE((home / "admin.key").stat().st_mode) == 0o600


def test_a_local_key_that_works_no_more_is_replaced(shell, home):
    first = local_admin_key(shell.app)
    shell.run("keys", "revoke", shell.app.keys.list()[0].id)

    second = local_admin_key(shell.app)

    assert second != first
    assert shell.app.keys.authenticate(second).role == "admin"
    assert (home / "admin.key").read_text().strip() == second


def test_a_key_may_end_by_itself(shell):
    ran = shell.run("keys", "create", "--role", "viewer", "--name", "short", "--expires", "90d")

    [key] = shell.run("keys", "list", "--json").json["items"]
    assert "valid until" in ran.err
    assert (key["state"], key["expiresAt"] is not None, key["lastUsedAt"]) == ("in-force", True, None)


@pytest.mark.parametrize("expires", ["soon", "0d", "2001-01-01", "99999d", "90"])
def test_an_end_that_cannot_be_is_refused(shell, expires):
    ran = shell.run("keys", "create", "--role", "viewer", "--expires", expires)

    assert (ran.code, ran.out) == (2, "")
    assert "--expires" in ran.err
    assert shell.app.keys.list() == []


def test_two_keys_of_one_name_are_refused_until_the_first_is_revoked(shell):
    shell.run("keys", "create", "--role", "viewer", "--name", "ci")

    assert shell.run("keys", "create", "--role", "viewer", "--name", "ci").code == 4
