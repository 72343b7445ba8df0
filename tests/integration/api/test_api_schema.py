"""The OpenAPI document tells the truth: requests made from it, right and wrong ones, are answered as it says.

All checks of schemathesis but one: a request of the right shape may still be refused, for example for days without
observations; such a refusal has to be a problem document that says what to do.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from api_desk import Api, furnished
from dart_batch.entrypoints.api.problems import Problem

DOCUMENT = json.loads((Path(__file__).parents[3] / "web/openapi.json").read_text())
ENDLESS = {"/api/batch/live"}
OPERATIONS = [
    (path, method.upper()) for path, methods in DOCUMENT["paths"].items() for method in methods if path not in ENDLESS
]
EXAMPLES = 5


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    api = furnished(tmp_path_factory.mktemp("described"))
    api.published()
    api.published(publish="MANUAL", overwriteExisting=True)
    yield api


@pytest.fixture(scope="module")
def document(served: Api) -> Any:
    return schemathesis.openapi.from_asgi("/api/openapi.json", served.app, headers={"Host": "localhost"})


@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=[" ".join(one[::-1]) for one in OPERATIONS])
def test_an_operation_answers_as_described(served: Api, document: Any, path: str, method: str) -> None:
    operation = document[path][method]
    right, wrong = (operation.as_strategy(generation_mode=mode) for mode in GenerationMode)

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of(right, wrong))
    def answers(case: Any) -> None:
        answer = case.call_and_validate(
            headers=served.headers() | {"Host": "localhost"}, excluded_checks=[positive_data_acceptance]
        )
        if answer.status_code >= 400 and method != "HEAD":
            problem = Problem.model_validate(answer.json())
            assert problem.code and (problem.hint or problem.errors), answer.text

    answers()
