"""Cursors of lists that are sorted: opaque to callers, stable while new rows arrive, and as fast on the last page."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dart_batch.domain.job.errors import InvalidParameters

Value = datetime | int | str | None
_KINDS: dict[str, Callable[[str], Value]] = {"t": datetime.fromisoformat, "n": int, "s": str, "-": lambda _: None}


@dataclass(frozen=True, slots=True)
class ListCursor:
    """Where a page begins: behind `place` in the order of `sort`. `newest` is the id above which rows are left out,
    since they came after the first page (empty: none are), and `total` how many there were then.
    """

    sort: str
    newest: str
    total: int
    place: tuple[Value, str]

    def text(self) -> str:
        """The opaque form."""
        value, row_id = self.place
        plain = value.isoformat() if isinstance(value, datetime) else str(value)
        body = json.dumps([self.sort, self.newest, self.total, _kind(value), plain, row_id])
        return base64.urlsafe_b64encode(body.encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str, sort: str, values: Mapping[str, Any]) -> "ListCursor":
        """Inverse of text, for a page in this order; `values` are the types of what lists are sorted by. Raises
        InvalidParameters.
        """
        try:
            body = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
            found = cls._of(*body)
            if not isinstance(found.place[0], values.get(found.sort.removeprefix("-"), object)):
                raise ValueError(text)
        except (binascii.Error, ValueError, TypeError, KeyError, RecursionError) as error:
            raise InvalidParameters("cursor is none that this API gave out.", field="cursor") from error
        if found.sort != sort:
            raise InvalidParameters(f"cursor is of a list sorted by {found.sort}, not {sort}.", field="cursor")
        return found

    @classmethod
    def _of(cls, sort: Any, newest: Any, total: Any, kind: Any, plain: Any, row_id: Any) -> "ListCursor":
        if not all(isinstance(text, str) for text in (sort, newest, kind, plain, row_id)) or type(total) is not int:
            raise ValueError(kind)
        value = _KINDS[kind](plain)
        f"{newest}{plain}{row_id}".encode()
        if isinstance(value, datetime) and value.tzinfo is None:
            raise ValueError(plain)
        return cls(sort, newest, total, (value, row_id))


def _kind(value: Value) -> str:
    if value is None:
        return "-"
    return "t" if isinstance(value, datetime) else "s" if isinstance(value, str) else "n"
