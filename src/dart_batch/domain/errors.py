"""Root of all typed errors, sorted by consequence: what a caller or a retry policy does about them."""


class DartBatchError(Exception):
    """Every error the product raises on purpose. `code` is stable, `hint` says what to do."""

    code = "error"
    hint = ""

    def __init__(self, message: str, *, hint: str | None = None, **fields: object) -> None:
        super().__init__(message)
        self.message = message
        self.fields = fields
        if hint is not None:
            self.hint = hint


class Refused(DartBatchError):
    """The request was not accepted and nothing changed."""

    code = "refused"


class NotFound(Refused):
    """What was named does not exist."""

    code = "not-found"


class Conflict(Refused):
    """The request does not fit the present state."""

    code = "conflict"


class Transient(DartBatchError):
    """May work when tried again; retried with back-off."""

    code = "transient"


class Fatal(DartBatchError):
    """Will not work when tried again without a change."""

    code = "fatal"


class Interrupted(DartBatchError):
    """Stopped on purpose (pause, cancel, shutdown, lost lease); burns no retry."""

    code = "interrupted"
