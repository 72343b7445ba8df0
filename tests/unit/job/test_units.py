"""What a job counts is called by its name."""

import pytest

from dart_batch.domain.job.units import unit_of


@pytest.mark.parametrize(
    ("plan", "unit"),
    [
        ({"definition": "store@1", "runs": {}, "counts": {"batch_logs": 3}}, "rows"),
        ({"definition": "reports", "runs": {}, "counts": {"reports": 3, "files": 6}}, "reports"),
        ({"definition": "kospi@1", "runs": {"KOSPI": [["2020-01-02", "2020-03-31"]]}}, "sessions"),
        ({"definition": "kospi@1", "runs": {}, "dataRevisions": {"KOSPI": 4}, "counts": {}}, "sessions"),
        ({"definition": "maintenance", "runs": {}, "counts": {}}, "days"),
    ],
)
def test_items_are_called_what_they_are(plan: dict[str, object], unit: str) -> None:
    assert unit_of(plan) == unit
