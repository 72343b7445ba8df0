"""The audit trail: a chain of entries, each of which holds the hash of the one before."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from dart_batch.domain.access.actor import Actor
from dart_batch.domain.redaction import redact_all

BEGINNING = "0" * 64
_LISTED = json.JSONEncoder(separators=(",", ":")).encode
_KEPT = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did to `subject` (a job, publication, key, user ...), with what it was before and is after."""

    at: datetime
    by: Actor
    name: str
    subject: str = ""
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """An act as it is kept: plain texts, `before` and `after` as JSON without secrets, linked to the entry before."""

    number: int
    at: str
    actor: str
    role: str
    entry: str
    address: str
    act: str
    subject: str
    before: str | None
    after: str | None
    previous: str
    hash: str

    def digest(self) -> str:
        """What `hash` must be: SHA-256 over all other fields."""
        return _digest([getattr(self, name) for name in self.__slots__ if name != "hash"])


@dataclass(frozen=True, slots=True)
class Link:
    """The end of the chain: number and hash of its last entry."""

    number: int = 0
    hash: str = BEGINNING


@dataclass(frozen=True, slots=True)
class AuditFault:
    """Something that is wrong with the chain at this number."""

    number: int
    said: str


def chained(last: Link, act: Act) -> AuditEntry:
    """The entry that goes behind `last`."""
    stamp = act.at.astimezone(UTC).isoformat(" ", "microseconds")[:26]
    who = (act.by.name, act.by.role.value, act.by.entry.value, act.by.address)
    fields = (last.number + 1, stamp, *who, act.name, act.subject, _text(act.before), _text(act.after), last.hash)
    return AuditEntry(*fields, hash=_digest(fields))


def faults(entries: Iterable[AuditEntry], head: Link) -> Iterator[AuditFault]:
    """What a chain that was never touched would not have, by number: entries that are missing, changed, or do not
    follow the one before, and an end that is not the recorded `head`.
    """
    last = Link()
    for entry in entries:
        if entry.number != last.number + 1:
            yield AuditFault(last.number + 1, f"{_span(last.number + 1, entry.number - 1)} missing.")
        elif entry.previous != last.hash:
            yield AuditFault(entry.number, f"Entry {entry.number} does not follow entry {last.number}, as it is now.")
        if entry.digest() != entry.hash:
            yield AuditFault(entry.number, f"Entry {entry.number} was changed: its hash is not that of its contents.")
        last = Link(entry.number, entry.hash)
    if head.number > last.number:
        yield AuditFault(last.number + 1, f"{_span(last.number + 1, head.number)} missing at the end.")
    elif head != last:
        yield AuditFault(head.number, f"The chain ends at entry {last.number}, but its recorded end is another.")


def _span(first: int, last: int) -> str:
    return f"Entry {first} is" if first == last else f"Entries {first} to {last} are"


def _digest(fields: Sequence[int | str | None]) -> str:
    return hashlib.sha256(_LISTED(fields).encode()).hexdigest()


def _text(values: Mapping[str, Any] | None) -> str | None:
    return None if values is None else _KEPT(redact_all(values))
