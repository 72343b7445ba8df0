"""Refusals that are about who asks."""

from dart_batch.domain.errors import Conflict, NotFound, Refused


class NotAllowed(Refused):
    """The caller's role does not include the right."""

    code = "not-allowed"
    hint = "Use a key or a login of the named role; an admin gives roles (`dart-batch keys create --role ROLE`)."


class NotOwner(NotAllowed):
    """The job is somebody else's."""

    code = "not-owner"
    hint = "Operators control the jobs they submitted; ask the owner or an admin."


class NameTaken(Conflict):
    """A key in force or a user has this name already; jobs know their owner by it."""

    code = "name-taken"
    hint = "Choose another name, or revoke the key that has it."


class KeyNotFound(NotFound):
    """No key in force has this id."""

    code = "key-not-found"
    hint = "See `dart-batch keys list` for the ids."


class UserNotFound(NotFound):
    """There is no user of this name."""

    code = "user-not-found"
    hint = "See `dart-batch users list` for the names."


class WeakPassword(Refused):
    """The password would be too easy to guess."""

    code = "weak-password"
    hint = "Choose a longer one; several words make a good one."


class LoginRefused(Refused):
    """Name and password do not belong together, the user is disabled, or the link was used or has expired."""

    code = "login-refused"
    hint = "Try again; an admin makes a one-time link with `dart-batch users link NAME`."


class WrongPassword(Refused):
    """The present password of somebody who wants another one is not the one that was given."""

    code = "wrong-password"
    hint = "Try again; an admin makes a one-time link with `dart-batch users link NAME`."


class TooManyLogins(Refused):
    """Too many logins failed for this account or from this address."""

    code = "too-many-logins"
    hint = "Wait, or ask an admin for a one-time link."
