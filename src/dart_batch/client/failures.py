"""What a call can end in, from the server's problem documents (RFC 9457)."""

from collections.abc import Mapping
from typing import Any

import httpx


class ApiError(Exception):
    """The server refused or failed. `code` is stable, `hint` says what to do, `errors` name wrong fields."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(problem.get("code", "unexpected"))
        self.detail = str(problem.get("detail", ""))
        self.hint = str(problem.get("hint", ""))
        self.errors: list[dict[str, str]] = list(problem.get("errors", []))
        self.fields: dict[str, Any] = dict(problem.get("fields", {}))
        self.request_id = str(problem.get("requestId", ""))
        super().__init__("\n".join(filter(None, (self.detail, self.hint))) or f"status {status}")


class NotAllowedError(ApiError):
    """No valid key (401), or one without the right (403)."""


class NotFoundError(ApiError):
    """What was named does not exist (404)."""


class ConflictError(ApiError):
    """The request does not fit the present state (409), for example a plan that moved."""


class RefusedError(ApiError):
    """The request is not valid, or more than the server takes now (413, 422, 429)."""


class ServerUnavailable(ApiError):
    """The server failed, or could not be reached (status 0); the request may not have been carried out."""


class DownloadBroken(ServerUnavailable):
    """What arrived is not the file that was sent; nothing was kept of it."""


class WaitTimeout(TimeoutError):
    """The job did not settle in time; it goes on. `job_id` names it."""

    def __init__(self, job_id: str, status: str, seconds: float) -> None:
        super().__init__(f"Job {job_id} is {status} after {seconds:g} s; it goes on, wait again or look at its log.")
        self.job_id = job_id


_KINDS: dict[int, type[ApiError]] = {401: NotAllowedError, 403: NotAllowedError, 404: NotFoundError, 409: ConflictError}


def failure_of(answer: httpx.Response) -> ApiError:
    """The error that a response with a status of 400 or more stands for."""
    kind = _KINDS.get(answer.status_code, RefusedError if answer.status_code < 500 else ServerUnavailable)
    return kind(answer.status_code, _problem(answer))


def unreachable(url: str, error: httpx.TransportError) -> ServerUnavailable:
    """The error for a server that did not answer."""
    said = f"{url} does not answer: {error or type(error).__name__}."
    hint = "Is it running (`dart-batch up`), and is this its address?"
    return ServerUnavailable(0, {"code": "unreachable", "detail": said, "hint": hint})


def broken(path: str) -> DownloadBroken:
    """The error for content whose SHA-256 is not the one that the server named."""
    said = f"What arrived of {path} is not what was sent: its SHA-256 differs."
    return DownloadBroken(0, {"code": "download-broken", "detail": said, "hint": "Try again."})


def _problem(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        body = None
    return body if isinstance(body, dict) else {"detail": f"{answer.status_code} {answer.reason_phrase}"}
