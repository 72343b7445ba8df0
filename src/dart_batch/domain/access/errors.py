"""Refusals that are about who asks."""

from dart_batch.domain.errors import Refused


class NotAllowed(Refused):
    """The caller's role does not include the right."""

    code = "not-allowed"
    hint = "Use a key or a login of the named role; an admin gives roles (`dart-batch keys create --role ROLE`)."


class NotOwner(NotAllowed):
    """The job is somebody else's."""

    code = "not-owner"
    hint = "Operators control the jobs they submitted; ask the owner or an admin."
