"""What is special about recalculating an index."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dart_batch.domain.job.errors import InvalidParameters
from dart_batch.domain.redaction import redact

LONGEST_REASON = 2000


class Publish(StrEnum):
    """AUTO: the verified generation goes live with the job's end; MANUAL: it waits to be promoted or discarded."""

    AUTO = "AUTO"
    MANUAL = "MANUAL"


@dataclass(frozen=True, slots=True)
class Recalculation:
    """Why, with which weights (by component; empty: those of the definition), and of which index (empty: its own).

    The reason is kept without secrets. Raises InvalidParameters when it is blank.
    """

    reason: str
    new_weights: tuple[tuple[str, float], ...] = ()
    index: str = ""

    def __post_init__(self) -> None:
        if not self.reason.strip() or len(self.reason) > LONGEST_REASON:
            raise InvalidParameters(
                f"recalculationReason must say why, in 1 to {LONGEST_REASON} characters.", field="recalculationReason"
            )
        object.__setattr__(self, "reason", redact(self.reason))

    def to_dict(self) -> dict[str, Any]:
        """The wire form, which is also the stored form."""
        return {"recalculationReason": self.reason, "newWeights": dict(self.new_weights), "index": self.index}

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> "Recalculation":
        """Inverse of to_dict."""
        return cls(raw["recalculationReason"], tuple(sorted(raw["newWeights"].items())), raw["index"])
