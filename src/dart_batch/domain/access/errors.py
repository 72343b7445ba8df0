"""Refusals that are about who asks."""

from dart_batch.domain.errors import Conflict, NotFound, Refused, Transient


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


class NoIdentityProvider(NotFound):
    """Nobody can log in with an account from elsewhere."""

    code = "no-identity-provider"
    hint = "Set DART_OIDC_ISSUER, DART_OIDC_CLIENT_ID and the groups of the roles, or log in by name and password."


class IdentityRefused(Refused):
    """What came back from the identity provider does not prove who it is."""

    code = "identity-refused"
    hint = "Begin the login again."


class NoRoleHere(Refused):
    """The account is good, but nothing gives it a role."""

    code = "no-role-here"
    hint = "Ask an admin: DART_OIDC_VIEWERS, DART_OIDC_OPERATORS and DART_OIDC_ADMINS name the groups that have one."


class PasswordElsewhere(Refused):
    """The account logs in with an identity provider and has no password here."""

    code = "password-elsewhere"
    hint = "Change it where you log in."


class IdentityProviderAway(Transient):
    """The identity provider does not answer as it should."""

    code = "identity-provider-away"
    hint = "Try again in a moment; if it lasts, compare DART_OIDC_ISSUER with the provider's own address."
