"""The API's description: the OpenAPI document, and a page that shows it without anything from the net."""

from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, JSONResponse

from dart_batch.entrypoints.api.access import OpenToAll
from dart_batch.entrypoints.api.description_page import render
from dart_batch.entrypoints.api.problems import Problem

router = APIRouter(include_in_schema=False)


def install(api: FastAPI) -> None:
    """Complete the OpenAPI document: problem documents in place of the framework's own validation error."""

    def document() -> dict[str, Any]:
        if api.openapi_schema is None:
            api.openapi_schema = _described(api)
        return api.openapi_schema

    api.openapi = document  # type: ignore[method-assign]


@router.get("/api/openapi.json", operation_id="getOpenApi")
@router.get("/openapi.json", operation_id="getOpenApiAtRoot")
def openapi(request: Request, _open: OpenToAll) -> JSONResponse:
    """The OpenAPI document."""
    return JSONResponse(request.app.openapi())


@router.get("/api/docs", operation_id="getDocs")
def docs(request: Request, _open: OpenToAll) -> HTMLResponse:
    """The same for people."""
    return HTMLResponse(render(request.app.openapi()))


def _described(api: FastAPI) -> dict[str, Any]:
    document = get_openapi(title=api.title, version=api.version, summary=api.summary, routes=api.routes)
    schemas = document["components"]["schemas"]
    for methods in document["paths"].values():
        for operation in methods.values():
            _drop_framework_errors(operation["responses"])
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs") | {"Problem": problem}
    document["components"]["schemas"] = dict(sorted(schemas.items()))
    return document


def _drop_framework_errors(responses: dict[str, Any]) -> None:
    if "HTTPValidationError" in str(responses.get("422")):
        del responses["422"]
