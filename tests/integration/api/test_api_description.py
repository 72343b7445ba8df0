"""The OpenAPI document and the page made of it."""

import json
import re
import subprocess
import sys
from pathlib import Path

from api_desk import Api
from dart_batch.entrypoints.api.app import create_app


def test_the_document_is_made_without_touching_a_database(tmp_path: Path) -> None:
    code = (
        "import json; from dart_batch.entrypoints.api.app import create_app; print(json.dumps(create_app().openapi()))"
    )
    environment = {"DART_HOME": str(tmp_path / "home"), "HOME": str(tmp_path)}

    printed = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True, cwd=tmp_path
    )

    assert json.loads(printed.stdout)["paths"]
    assert not (tmp_path / "home").exists()


def test_every_operation_has_a_stable_id_of_its_own_and_a_description() -> None:
    operations = [item for methods in create_app().openapi()["paths"].values() for item in methods.values()]

    ids = [item["operationId"] for item in operations]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z][A-Za-z]+", name) for name in ids)
    assert all(item.get("description") for item in operations)


def test_every_operation_but_health_and_login_names_the_key_it_needs() -> None:
    document = create_app().openapi()

    without = {
        path for path, methods in document["paths"].items() for item in methods.values() if "security" not in item
    }
    logins = {f"/api/auth/{name}" for name in ("login", "link", "ways", "oidc", "oidc/callback")}
    assert without == {"/health/live", "/health/ready", *logins}
    assert document["components"]["securitySchemes"]["apiKey"]["scheme"] == "bearer"


def test_errors_are_described_as_problem_documents_and_as_nothing_else() -> None:
    document = create_app().openapi()

    errors = [
        answer
        for methods in document["paths"].values()
        for item in methods.values()
        for status, answer in item["responses"].items()
        if int(status) >= 400
    ]
    assert errors
    assert {tuple(answer["content"]) for answer in errors} == {("application/problem+json",)}
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_every_reference_in_the_document_leads_somewhere() -> None:
    document = create_app().openapi()

    named = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))
    assert named <= set(document["components"]["schemas"])


def test_the_page_shows_every_operation_and_fetches_nothing(api: Api) -> None:
    text = api.client(None).get("/api/docs").text

    assert all(path in text for path in create_app().openapi()["paths"])
    assert "<script" not in text
    assert not re.search(r'(src|href)=["\']https?:', text)
