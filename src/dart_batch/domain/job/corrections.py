"""What is special about a backfill that mends what corrections touched."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class AffectedByCorrections:
    """Only published sessions whose inputs are no longer those their readings were computed from."""

    def to_dict(self) -> dict[str, Any]:
        """The wire form, which is also the stored form."""
        return {"affectedByCorrections": True}

    @classmethod
    def from_dict(cls, _raw: Mapping[str, Any]) -> "AffectedByCorrections":
        """Inverse of to_dict."""
        return cls()
