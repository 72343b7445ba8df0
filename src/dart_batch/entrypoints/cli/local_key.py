"""The admin key of `dart-batch up`, kept in a file that only its owner can read."""

import os
from collections.abc import Callable
from pathlib import Path

from dart_batch.bootstrap import App
from dart_batch.domain.access.role import Role
from dart_batch.domain.errors import Fatal
from dart_batch.entrypoints.cli.local_actor import OWNER, local_actor

NAME = "admin.key"


class HomeNotWritable(Fatal):
    """DART_HOME takes no file."""

    code = "home-not-writable"
    hint = "Make the folder writable, or set DART_HOME to another place."


def local_admin_key(app: App) -> str:
    """The kept key if it still works, otherwise a new one. Raises HomeNotWritable."""
    path = app.settings.home / NAME
    kept = _read(path)
    if kept:
        principal = app.keys.authenticate(kept)
        if principal is not None and principal.role is Role.ADMIN:
            return kept
    return _keep(path, lambda: _made(app))


def _made(app: App) -> str:
    """A new key; those of this name before it, whose file is lost, end."""
    me, now = local_actor(), app.clock.now()
    for key in app.keys.list():
        if key.name == OWNER and key.in_force(now):
            app.access.keys.revoke(key.id, me)
    return app.access.keys.create(OWNER, Role.ADMIN, me)[1]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _keep(path: Path, make: Callable[[], str]) -> str:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{NAME}.{os.getpid()}")
        fresh.unlink(missing_ok=True)
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            secret = make()
            file.write(secret + "\n")
        fresh.replace(path)
    except OSError as error:
        raise HomeNotWritable(f"{path} cannot be written: {error.strerror}.") from error
    return secret
