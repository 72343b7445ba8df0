"""A definition under another name."""

import re

_NAME = re.compile(r"^name\s*=\s*(\"[^\"\n]*\"|'[^'\n]*')", re.MULTILINE)


def renamed_text(text: str, name: str) -> str:
    """The TOML text with this name in place of its own; all else, comments too, stays as it is."""
    return _NAME.sub(f'name = "{name}"', text, count=1)
