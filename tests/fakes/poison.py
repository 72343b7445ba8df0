"""An engine that cannot compute one session."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from dart_batch.application.job_types import computation


def poison_the_engine(monkeypatch: pytest.MonkeyPatch, session: date) -> None:
    """Let the engine fail for every range that has this session."""
    real = computation.compute

    def compute(*given: Any) -> pl.DataFrame:
        first, last = given[-1]
        if first <= session <= last:
            raise pl.exceptions.ComputeError("torn row")
        return real(*given)

    monkeypatch.setattr(computation, "compute", compute)
