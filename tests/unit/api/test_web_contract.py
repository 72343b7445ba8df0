"""The API description that the page's types are made of is the one that this version serves."""

import json
from pathlib import Path

from dart_batch.application.finding_views import catalogue
from dart_batch.entrypoints.api.app import create_app

KEPT = Path(__file__).parents[3] / "web/openapi.json"
RENEW = "run: dart-batch openapi > web/openapi.json && npm --prefix web run api:types"


def test_the_page_is_built_for_the_api_that_is_served() -> None:
    served = json.loads(json.dumps(create_app().openapi()))

    assert json.loads(KEPT.read_text()) == served, RENEW


def test_the_page_has_korean_words_for_every_check_and_for_no_other() -> None:
    texts = json.loads((KEPT.parent / "src/locales/checks.ko.json").read_text())

    assert sorted(texts) == sorted(check["code"] for check in catalogue())
    assert all(set(text) == {"name", "explanation", "mend"} and all(text.values()) for text in texts.values())
