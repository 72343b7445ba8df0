"""What one job may use of its worker."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dart_batch.domain.job.errors import InvalidParameters

MOST_CPU_PERCENT = 10_000


@dataclass(frozen=True, slots=True)
class JobLimits:
    """0 means no limit. Raises InvalidParameters on construction when a limit is out of range.

    `wall_seconds` is running time since the job was last started by a person. Memory is resident memory, in units of
    1024 x 1024 bytes, of the whole worker process: over the soft limit chunks become smaller, over the hard limit the
    attempt ends. `cpu_percent` is a share of one core.
    """

    wall_seconds: float = 0
    memory_soft_mb: int = 0
    memory_hard_mb: int = 0
    cpu_percent: float = 0

    def __post_init__(self) -> None:
        for name, value in self.to_dict().items():
            if value < 0:
                raise InvalidParameters(f"limits.{name} must not be negative.", field=f"limits.{name}")
        if self.cpu_percent > MOST_CPU_PERCENT:
            raise InvalidParameters(f"limits.cpuPercent must be at most {MOST_CPU_PERCENT}.", field="limits.cpuPercent")
        if 0 < self.memory_hard_mb < self.memory_soft_mb:
            raise InvalidParameters(
                "limits.memoryHardMb must not be less than limits.memorySoftMb.", field="limits.memoryHardMb"
            )

    @property
    def any(self) -> bool:
        """Whether there is a limit at all."""
        return self != NO_LIMITS

    def to_dict(self) -> dict[str, float]:
        """The wire form (camelCase), which is also the stored form."""
        return {
            "wallSeconds": self.wall_seconds,
            "memorySoftMb": self.memory_soft_mb,
            "memoryHardMb": self.memory_hard_mb,
            "cpuPercent": self.cpu_percent,
        }

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> "JobLimits":
        """Inverse of to_dict."""
        return cls(raw["wallSeconds"], raw["memorySoftMb"], raw["memoryHardMb"], raw["cpuPercent"])


NO_LIMITS = JobLimits()
