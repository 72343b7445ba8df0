"""Answers of the API as values. `raw` holds the whole JSON document."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

SETTLED = frozenset({"COMPLETED", "FAILED", "CANCELLED", "PAUSED", "PENDING"})


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it was when the server answered. `generation` is what became of what it wrote; null: nothing yet."""

    id: str
    type: str
    status: str
    owner: str
    created_at: datetime
    processed: int
    total: int
    generation: str | None
    raw: Mapping[str, Any] = field(repr=False, compare=False)

    @property
    def settled(self) -> bool:
        """Whether nothing more happens to it by itself."""
        return self.status in SETTLED

    @property
    def plan_hash(self) -> str | None:
        """Hash of the plan it was submitted with."""
        found: str | None = self.raw["plan"].get("planHash")
        return found

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> "Job":
        """From the API's document."""
        progress = raw["progress"]
        return cls(
            id=raw["jobId"],
            type=raw["type"],
            status=raw["status"],
            owner=raw["owner"],
            created_at=datetime.fromisoformat(raw["createdAt"]),
            processed=progress["processedItems"],
            total=progress["totalItems"],
            generation=raw.get("generation"),
            raw=raw,
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """What a job would do. `hash` sent with the submit refuses it when the plan moved."""

    hash: str
    added: int
    changed: int
    skipped: int
    chunks: int
    raw: Mapping[str, Any] = field(repr=False, compare=False)

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> "Plan":
        """From the API's document."""
        return cls(raw["planHash"], raw["added"], raw["changed"], raw["skipped"], raw["chunks"], raw)


@dataclass(frozen=True, slots=True)
class JobPage:
    """A page of jobs, how many match in all, and the cursor of the next page (null: there is none)."""

    items: tuple[Job, ...]
    total: int
    next_cursor: str | None

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> "JobPage":
        """From the API's document."""
        return cls(tuple(map(Job.of, raw["items"])), raw["total"], raw["nextCursor"])
