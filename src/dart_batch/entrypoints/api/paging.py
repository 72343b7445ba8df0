"""Cursors of lists: opaque to callers, stable while new rows arrive."""

import base64
import binascii
from dataclasses import dataclass

from dart_batch.domain.job.errors import InvalidParameters


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: `newest` is the id above which rows are left out, since they came after the first page."""

    newest: str
    offset: int

    def text(self) -> str:
        """The opaque form."""
        return base64.urlsafe_b64encode(f"{self.offset}.{self.newest}".encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """Inverse of text. Raises InvalidParameters."""
        try:
            decoded = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode()
        except (binascii.Error, ValueError):
            decoded = ""
        offset, _, newest = decoded.partition(".")
        if not (offset.isdigit() and offset.isascii() and len(offset) < 10 and newest):
            raise InvalidParameters("cursor is none that this API gave out.", field="cursor")
        return cls(newest, int(offset))
