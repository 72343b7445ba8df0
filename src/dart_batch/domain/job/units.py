"""What a job counts."""

from collections.abc import Mapping
from typing import Any

from dart_batch.domain.job.migration import STORE


def unit_of(plan: Mapping[str, Any]) -> str:
    """What the items of a plan are, as it is stored with its job: reports, rows, sessions, or days."""
    if "reports" in (plan.get("counts") or {}):
        return "reports"
    if plan.get("definition") == STORE.identifier:
        return "rows"
    return "sessions" if plan.get("runs") or plan.get("dataRevisions") else "days"
