"""What a job was asked to do. Immutable: a job never changes its mind."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from dart_batch.domain.job.corrections import AffectedByCorrections
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.details import JobDetails, MigrationDetails, details_from
from dart_batch.domain.job.errors import InvalidParameters
from dart_batch.domain.job.limits import NO_LIMITS, JobLimits
from dart_batch.domain.job.recalculation import Publish, Recalculation
from dart_batch.domain.job.reporting import Reporting
from dart_batch.domain.job.retry import RetryPolicy
from dart_batch.domain.job.strategy import Strategy
from dart_batch.domain.job.validation import Validation
from dart_batch.domain.redaction import redact

MAX_CHUNK_SIZE = 100_000
MAX_SKIP_LIMIT = 100_000
AUTO = "auto"
AUTO_FIRST_SIZE = 50
DEFAULT_RETRY = RetryPolicy()
_SORTED = json.JSONEncoder(sort_keys=True).encode


class JobType(StrEnum):
    HISTORICAL_BACKFILL = "HISTORICAL_BACKFILL"
    INDEX_RECALCULATION = "INDEX_RECALCULATION"
    BULK_REPORT = "BULK_REPORT"
    DATA_VALIDATION = "DATA_VALIDATION"
    DATA_MIGRATION = "DATA_MIGRATION"
    MAINTENANCE = "MAINTENANCE"


class ValidationLevel(StrEnum):
    """Of what a job wrote BASIC checks range, level, nulls and count, COMPREHENSIVE also coverage, gaps, jumps and a
    recomputed sample. A DATA_VALIDATION looks at more: docs/validation.md.
    """

    BASIC = "BASIC"
    COMPREHENSIVE = "COMPREHENSIVE"


@dataclass(frozen=True, slots=True)
class BatchJobParameters:
    """Raises InvalidParameters on construction when a value is out of range.

    `definition` is a name ("kospi": the newest version at submit) or an identifier ("kospi@1").
    `components` empty means all of the definition's. `skip_limit` is the number of sessions that may be left out
    because they cannot be computed. `chunk_size` is what the plan cuts by; with `tuned` the worker changes it then, and
    only AUTO_FIRST_SIZE is accepted. `details` are what only jobs of this type are told.
    """

    date_range: DateRange
    target_markets: tuple[str, ...]
    definition: str
    components: tuple[str, ...] = ()
    overwrite_existing: bool = False
    validation_level: ValidationLevel = ValidationLevel.BASIC
    chunk_size: int = 100
    strategy: Strategy = Strategy.CHUNKED
    retry: RetryPolicy = DEFAULT_RETRY
    skip_limit: int = 0
    limits: JobLimits = NO_LIMITS
    tuned: bool = False
    publish: Publish = Publish.AUTO
    details: JobDetails | None = None

    def __post_init__(self) -> None:
        if not self.target_markets:
            raise InvalidParameters("targetMarkets must name at least one market.", field="targetMarkets")
        if len(set(self.target_markets)) != len(self.target_markets):
            raise InvalidParameters("targetMarkets names a market twice.", field="targetMarkets")
        if not 1 <= self.chunk_size <= MAX_CHUNK_SIZE:
            raise InvalidParameters(f"chunkSize must be 1 to {MAX_CHUNK_SIZE}.", field="chunkSize")
        if self.tuned and self.chunk_size != AUTO_FIRST_SIZE:
            raise InvalidParameters("chunkSize is either a number or auto.", field="chunkSize")
        if self.retry.max_retries < 0 or self.retry.initial_delay_ms < 0:
            raise InvalidParameters("maxRetries and retryDelay must not be negative.", field="maxRetries")
        if self.affected_by_corrections and self.overwrite_existing:
            raise InvalidParameters(
                "affectedByCorrections computes published sessions anew only where their inputs changed, "
                "overwriteExisting all of them; choose one.",
                field="affectedByCorrections",
            )
        if not 0 <= self.skip_limit <= MAX_SKIP_LIMIT:
            raise InvalidParameters(f"skipLimit must be 0 to {MAX_SKIP_LIMIT}.", field="skipLimit")

    @property
    def validation(self) -> Validation | None:
        """The details of a DATA_VALIDATION."""
        return self.details if isinstance(self.details, Validation) else None

    @property
    def recalculation(self) -> Recalculation | None:
        """The details of an INDEX_RECALCULATION."""
        return self.details if isinstance(self.details, Recalculation) else None

    @property
    def reporting(self) -> Reporting | None:
        """The details of a BULK_REPORT."""
        return self.details if isinstance(self.details, Reporting) else None

    @property
    def affected_by_corrections(self) -> bool:
        """Whether only published sessions whose inputs changed are wanted."""
        return isinstance(self.details, AffectedByCorrections)

    @property
    def migration(self) -> MigrationDetails | None:
        """The details of a DATA_MIGRATION."""
        return self.details if isinstance(self.details, MigrationDetails) else None

    def identity(self, job_type: JobType) -> str:
        """Same for two jobs that would do the same; used to refuse duplicates."""
        body = _SORTED([job_type, self.to_dict()])
        return hashlib.sha256(body.encode()).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """The wire form (camelCase), which is also the stored form."""
        return {
            "dateRange": {"startDate": str(self.date_range.start), "endDate": str(self.date_range.end)},
            "targetMarkets": list(self.target_markets),
            "definition": self.definition,
            "components": list(self.components),
            "overwriteExisting": self.overwrite_existing,
            "validationLevel": self.validation_level.value,
            "chunkSize": AUTO if self.tuned else self.chunk_size,
            "strategy": self.strategy.value,
            "maxRetries": self.retry.max_retries,
            "retryDelay": self.retry.initial_delay_ms,
            "skipLimit": self.skip_limit,
            "limits": self.limits.to_dict(),
            "publish": self.publish.value,
            **(self.details.to_dict() if self.details else {}),
        }

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> "BatchJobParameters":
        """Inverse of to_dict for stored parameters."""
        span = raw["dateRange"]
        return cls(
            date_range=DateRange(date.fromisoformat(span["startDate"]), date.fromisoformat(span["endDate"])),
            target_markets=tuple(raw["targetMarkets"]),
            definition=raw["definition"],
            components=tuple(raw["components"]),
            overwrite_existing=raw["overwriteExisting"],
            validation_level=ValidationLevel(raw["validationLevel"]),
            chunk_size=AUTO_FIRST_SIZE if raw["chunkSize"] == AUTO else raw["chunkSize"],
            strategy=Strategy(raw["strategy"]),
            retry=RetryPolicy(raw["maxRetries"], raw["retryDelay"]),
            skip_limit=raw["skipLimit"],
            limits=JobLimits.from_dict(raw["limits"]),
            tuned=raw["chunkSize"] == AUTO,
            publish=Publish(raw["publish"]),
            details=details_from(raw),
        )


@dataclass(frozen=True, slots=True)
class JobMetadata:
    """What people say about a job, without secrets; no effect on what it does."""

    description: str = ""
    tags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "description", redact(self.description))
        object.__setattr__(self, "tags", tuple(redact(tag) for tag in self.tags))

    def to_dict(self) -> dict[str, Any]:
        return {"description": self.description, "tags": list(self.tags)}
