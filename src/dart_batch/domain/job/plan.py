"""What a job would do, computed before it runs."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dart_batch.domain.job.chunk import Chunk

_SORTED = json.JSONEncoder(sort_keys=True).encode


@dataclass(frozen=True, slots=True)
class Skip:
    """A run of sessions that the job leaves alone, and the reason in words."""

    market: str
    first: date
    last: date
    sessions: int
    reason: str

    def to_dict(self) -> dict[str, object]:
        return {
            "market": self.market,
            "firstSession": self.first.isoformat(),
            "lastSession": self.last.isoformat(),
            "sessions": self.sessions,
            "reason": self.reason,
        }

    @classmethod
    def from_dict(cls, raw: dict[str, object]) -> "Skip":
        return cls(
            str(raw["market"]),
            date.fromisoformat(str(raw["firstSession"])),
            date.fromisoformat(str(raw["lastSession"])),
            int(str(raw["sessions"])),
            str(raw["reason"]),
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """Sessions to add and to change, the skipped ones with reasons, the chunks, and what the plan was based on.

    `definition` identifies the definition, `index` is the name the readings are published under.
    `runs` holds first and last session of each unbroken run to compute, per market.
    `revisions` maps each market to the revision of its observation store, which the job is pinned to.
    A job without an index has neither: its items are days, and `counts` tells by kind what it is about.
    `bases` holds what the live index showed inside the runs when it is to be compared with: first and last session, job
    and publication of each segment, per market. `observed` holds first and last session and data revision where they
    differ from `revisions`. `definition_body` is the text of a definition that is not stored yet. `causes` says in
    words why each of `runs` is computed anew, per market, where a reason was asked for.
    `pinned` is what else a job of one type was planned against, as only that type reads it.
    """

    chunks: tuple[Chunk, ...]
    skips: tuple[Skip, ...]
    added: int
    changed: int
    runs: dict[str, list[list[str]]]
    revisions: dict[str, int]
    definition: str
    index: str
    definition_hash: str
    counts: dict[str, int] = field(default_factory=dict)
    bases: dict[str, list[list[str]]] = field(default_factory=dict)
    observed: dict[str, list[list[str]]] = field(default_factory=dict)
    definition_body: str = ""
    causes: dict[str, list[str]] = field(default_factory=dict)
    pinned: dict[str, Any] = field(default_factory=dict)

    @property
    def items(self) -> int:
        return sum(chunk.items for chunk in self.chunks)

    @property
    def skipped(self) -> int:
        return sum(skip.sessions for skip in self.skips)

    @property
    def hash(self) -> str:
        """Changes whenever submitting this plan would do something else."""
        return self._hash(self.to_dict())

    def recorded(self) -> dict[str, object]:
        """As `to_dict`, with the hash."""
        summary = self.to_dict()
        return {**summary, "planHash": self._hash(summary)}

    def to_dict(self) -> dict[str, object]:
        """Summary that is stored with the job; the chunks themselves are in the ledger."""
        return {
            "added": self.added,
            "changed": self.changed,
            "skipped": self.skipped,
            "chunks": len(self.chunks),
            "skips": [skip.to_dict() for skip in self.skips],
            "runs": self.runs,
            "dataRevisions": self.revisions,
            "definition": self.definition,
            "index": self.index,
            "definitionHash": self.definition_hash,
            "counts": self.counts,
            "bases": self.bases,
            "observed": self.observed,
            "causes": self.causes,
            "pinned": self.pinned,
        }

    def _hash(self, summary: dict[str, object]) -> str:
        body = _SORTED([summary, [_span(chunk) for chunk in self.chunks]])
        return hashlib.sha256(body.encode()).hexdigest()


def _span(chunk: Chunk) -> tuple[str, str, str, int]:
    return (chunk.market, chunk.first_session.isoformat(), chunk.last_session.isoformat(), chunk.items)
