"""Who works on this machine: whoever may read the database and its home may do everything."""

import getpass
import socket

from dart_batch.domain.access.actor import Actor, Entry
from dart_batch.domain.access.role import Role

OWNER = "local"


def local_actor() -> Actor:
    """The admin of this machine; the address is the account of the operating system."""
    return Actor(OWNER, Role.ADMIN, Entry.CLI, f"{_account()}@{socket.gethostname()}")


def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
