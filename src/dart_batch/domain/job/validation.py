"""What is special about validating what is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from dart_batch.domain.job.errors import InvalidParameters

ALL: Literal["all"] = "all"
BASIC_SAMPLE = 20
MOST_SAMPLED = 100_000
Sample = int | Literal["all"]


class Scope(StrEnum):
    """READINGS: the live index of a market. GENERATION: what one job wrote. OBSERVATIONS: the store of a market."""

    READINGS = "READINGS"
    GENERATION = "GENERATION"
    OBSERVATIONS = "OBSERVATIONS"


@dataclass(frozen=True, slots=True)
class Validation:
    """What is looked at: for GENERATION what `of_job` wrote. `sample` readings are computed afresh.

    Raises InvalidParameters when the scope and the rest do not fit.
    """

    scope: Scope = Scope.READINGS
    of_job: str = ""
    sample: Sample = BASIC_SAMPLE

    def __post_init__(self) -> None:
        if (self.scope is Scope.GENERATION) != bool(self.of_job):
            raise InvalidParameters("jobId names the job of a GENERATION and nothing else.", field="jobId")
        if self.sample != ALL and not 0 <= self.sample <= MOST_SAMPLED:
            raise InvalidParameters(f"sample must be 0 to {MOST_SAMPLED}, or all.", field="sample")

    def to_dict(self) -> dict[str, Any]:
        """The wire form, which is also the stored form."""
        return {"scope": self.scope.value, "jobId": self.of_job or None, "sample": self.sample}

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> "Validation":
        """Inverse of to_dict."""
        return cls(Scope(raw["scope"]), raw["jobId"] or "", raw["sample"])
