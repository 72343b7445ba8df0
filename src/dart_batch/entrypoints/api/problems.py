"""Errors as RFC 9457 problem documents. One table maps the kinds of error to statuses."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import Field
from pydantic.alias_generators import to_camel
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

from dart_batch.application.job_types.historical_backfill import NoObservations
from dart_batch.domain.access.errors import LoginRefused, NotAllowed, TooManyLogins
from dart_batch.domain.errors import Conflict, DartBatchError, Fatal, Interrupted, NotFound, Refused, Transient
from dart_batch.domain.job.errors import QueueFull
from dart_batch.domain.job.parameters import JobType
from dart_batch.domain.redaction import redact_all
from dart_batch.entrypoints.api.access_log import AccessLog
from dart_batch.entrypoints.api.callers import NotAuthenticated
from dart_batch.entrypoints.api.edge import SECURITY_HEADERS, request_id_of
from dart_batch.entrypoints.api.rate_limit import RateLimited
from dart_batch.entrypoints.api.wire import Wire

_TAGS = frozenset(JobType)
MEDIA_TYPE = "application/problem+json"
RFC_9110_PHRASES = {413: "Content Too Large", 422: "Unprocessable Content"}  # Python before 3.13 has older ones
STATUS: Mapping[type[DartBatchError], int] = {
    NotAuthenticated: 401,
    LoginRefused: 401,
    TooManyLogins: 429,
    RateLimited: 429,
    NotAllowed: 403,
    QueueFull: 429,
    NoObservations: 422,
    NotFound: 404,
    Conflict: 409,
    Refused: 422,
    Transient: 503,
    Interrupted: 503,
    Fatal: 500,
    DartBatchError: 500,
}
HINTS: Mapping[int, str] = {
    404: "See /api/docs for the paths there are.",
    405: "The header Allow names the methods of this path; see /api/docs.",
}
BODY_HINT = "Correct the named fields; a body is JSON (Content-Type: application/json). See /api/docs."
HEADERS: Mapping[int, Mapping[str, str]] = {
    401: {"WWW-Authenticate": 'Bearer realm="dart-batch"'},
    429: {"Retry-After": "30"},
    503: {"Retry-After": "2"},
}


class FieldError(Wire):
    """One field that is wrong, by its path in the request."""

    field: str
    message: str
    code: str


class Problem(Wire):
    """RFC 9457 problem document. `code` is stable, `hint` says what to do, `fields` holds what the message is about."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    hint: str
    instance: str
    request_id: str
    errors: list[FieldError] = Field(default_factory=list)
    fields: dict[str, Any] = Field(default_factory=dict)


def problem(request: HTTPConnection, status: int, code: str, detail: str, hint: str = "", **extra: Any) -> JSONResponse:
    """A problem response without secrets; `extra` are further members of the document."""
    body = {
        "type": f"urn:dart-batch:problem:{code}",
        "title": _phrase(status),
        "status": status,
        "code": code,
        "detail": detail,
        "hint": hint,
        "instance": request.url.path,
        "requestId": request_id_of(request.scope),
    } | extra
    return JSONResponse(redact_all(body), status, headers=dict(HEADERS.get(status, {})), media_type=MEDIA_TYPE)


def _phrase(status: int) -> str:
    return RFC_9110_PHRASES.get(status) or HTTPStatus(status).phrase


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI entries for problem responses."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {"description": _phrase(status), "content": {MEDIA_TYPE: {"schema": schema}}} for status in statuses
    }


def status_of(error: DartBatchError) -> int:
    """The status of the error's nearest kind in the table."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def install(api: FastAPI) -> None:
    """Answer every error of the API with a problem document."""
    api.add_exception_handler(DartBatchError, _typed)
    api.add_exception_handler(RequestValidationError, _malformed)
    api.add_exception_handler(HTTPException, _http)
    api.add_exception_handler(OperationalError, _database)
    api.add_exception_handler(Exception, _unforeseen)


async def _typed(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, DartBatchError)  # noqa: S101  handlers get only what they were registered for
    fields = json.loads(json.dumps({to_camel(key): value for key, value in error.fields.items()}, default=str))
    extra: dict[str, Any] = {"fields": fields} if fields else {}
    if isinstance(fields.get("field"), str):
        extra["errors"] = [{"field": fields["field"], "message": error.message, "code": error.code}]
    answer = problem(request, status_of(error), error.code, error.message, error.hint, **extra)
    if "retry_after" in error.fields:
        answer.headers["Retry-After"] = str(error.fields["retry_after"])
    return answer


async def _malformed(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    errors = [_field_error(item) for item in error.errors()]
    named = "; ".join(f"{item['field']}: {item['message']}" for item in errors)
    return problem(request, 422, "invalid-request", f"The request is not valid. {named}", BODY_HINT, errors=errors)


def _field_error(item: Mapping[str, Any]) -> dict[str, str]:
    location, context = item["loc"], item.get("ctx", {})
    tag = [context["discriminator"].strip("'")] if "discriminator" in context else []
    return {"field": _path([*location, *tag]), "message": str(item["msg"]), "code": str(item["type"])}


def _path(location: Sequence[str | int]) -> str:
    inner = location[1:] if len(location) > 1 and isinstance(location[1], str) else location[:1]
    inner = inner[1:] if len(inner) > 1 and inner[0] in _TAGS else inner
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in inner)
    return text.lstrip(".")


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101
    if error.status_code == HTTPStatus.BAD_REQUEST:
        return _unreadable(request)
    code = _phrase(error.status_code).lower().replace(" ", "-")
    hint = HINTS.get(error.status_code, "")
    answer = problem(request, error.status_code, code, f"{request.method} {request.url.path}: {error.detail}", hint)
    answer.headers.update(error.headers or {})
    return answer


def _unreadable(request: Request) -> JSONResponse:
    """A body that is not even text, which the framework tells apart from one that is no JSON."""
    errors = [{"field": "body", "message": "is not JSON in UTF-8", "code": "json_invalid"}]
    said = "The request is not valid. body: is not JSON in UTF-8"
    return problem(request, 422, "invalid-request", said, BODY_HINT, errors=errors)


async def _database(request: Request, error: Exception) -> JSONResponse:
    AccessLog.of(request.scope).failure(request_id_of(request.scope), request.url.path, error)
    return problem(request, 503, "database-busy", "The database did not answer.", "Try again in a moment.")


async def _unforeseen(request: Request, error: Exception) -> JSONResponse:
    request_id = request_id_of(request.scope)
    AccessLog.of(request.scope).failure(request_id, request.url.path, error)
    detail = "Something went wrong on the server."
    hint = f"Give the operator this id; the server's log holds the cause: {request_id}."
    answer = problem(request, 500, "unexpected", detail, hint)
    answer.headers.update(SECURITY_HEADERS)
    return answer
