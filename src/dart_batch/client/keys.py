"""Which key a client sends."""

import os

from dart_batch.settings import load_settings

NAME = "admin.key"


class NoKey(LookupError):
    """There is no key to send."""


def found_key() -> str:
    """DART_API_KEY, else the key that `dart-batch up` keeps in DART_HOME on this machine. Raises NoKey."""
    given = os.environ.get("DART_API_KEY", "").strip()
    if given:
        return given
    file = load_settings().home / NAME
    try:
        kept = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        kept = ""
    if not kept:
        raise NoKey(f"Give a key, or set DART_API_KEY; {file} holds none. `dart-batch keys create` makes one.")
    return kept
