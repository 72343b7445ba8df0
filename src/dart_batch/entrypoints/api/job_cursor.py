"""Cursors of lists of jobs: opaque to callers, stable while new jobs arrive, and as fast on the last page."""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dart_batch.adapters.persistence.job_list import Place
from dart_batch.domain.job.errors import InvalidParameters

_KINDS: dict[str, Callable[[str], datetime | int | None]] = {"t": datetime.fromisoformat, "n": int, "-": lambda _: None}


@dataclass(frozen=True, slots=True)
class JobCursor:
    """Where a page begins: behind `place` in the order of `sort`. `newest` is the id above which rows are left out,
    since they came after the first page, and `total` how many there were then.
    """

    sort: str
    newest: str
    total: int
    place: Place

    def text(self) -> str:
        """The opaque form."""
        value, job_id = self.place
        kind = "-" if value is None else "t" if isinstance(value, datetime) else "n"
        plain = value.isoformat() if isinstance(value, datetime) else str(value)
        body = json.dumps([self.sort, self.newest, self.total, kind, plain, job_id])
        return base64.urlsafe_b64encode(body.encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str, sort: str) -> "JobCursor":
        """Inverse of text, for a page in this order. Raises InvalidParameters."""
        try:
            body = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
            found = cls._of(*body)
        except (binascii.Error, ValueError, TypeError, KeyError, RecursionError) as error:
            raise InvalidParameters("cursor is none that this API gave out.", field="cursor") from error
        if found.sort != sort:
            raise InvalidParameters(f"cursor is of a list sorted by {found.sort}, not {sort}.", field="cursor")
        return found

    @classmethod
    def _of(cls, sort: Any, newest: Any, total: Any, kind: Any, plain: Any, job_id: Any) -> "JobCursor":
        if not all(isinstance(text, str) for text in (sort, newest, kind, plain, job_id)) or type(total) is not int:
            raise ValueError(kind)
        value = _KINDS[kind](plain)
        if isinstance(value, datetime) and value.tzinfo is None:
            raise ValueError(plain)
        return cls(sort, newest, total, (value, job_id))
