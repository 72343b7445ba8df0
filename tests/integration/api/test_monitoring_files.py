"""What dashboard and alerts ask of Prometheus is what /metrics gives."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from api_desk import Api
from deploy_files import series

PARTS = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum"), "gauge": ("",)}


@pytest.fixture
def given(api: Api) -> set[str]:
    families = text_string_to_metric_families(api.client().get("/metrics").text)
    return {family.name + part for family in families for part in PARTS.get(family.type, ())}


def test_every_series_that_dashboard_and_alerts_name_is_given(given: set[str]) -> None:
    assert len(series()) > 10
    assert series() - given == set()


def test_the_dashboard_or_an_alert_shows_every_figure_that_is_given(given: set[str]) -> None:
    unused = {name for name in given - series() if name.startswith("dart_batch_")}

    assert {name for name in unused if not name.endswith(("_sum", "_count", "_created"))} == set()
