"""The one table from kinds of error to exit codes."""

from dart_batch.domain.errors import Conflict, DartBatchError, Fatal, Interrupted, NotFound, Refused, Transient

FAILED_JOB = 1
EXIT_CODES: dict[type[DartBatchError], int] = {
    NotFound: 3,
    Conflict: 4,
    Refused: 2,
    Transient: 75,
    Interrupted: 130,
    Fatal: 1,
}


def exit_code(error: DartBatchError) -> int:
    """The code of the error's nearest kind in the table."""
    return next((code for kind, code in EXIT_CODES.items() if isinstance(error, kind)), 1)
