"""Logging in with an account that an OpenID Connect provider vouches for."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from dart_batch.application.ports.identity_provider import Departure
from dart_batch.domain.errors import DartBatchError
from dart_batch.entrypoints.api.access import OpenToAll
from dart_batch.entrypoints.api.auth_wire import LoginWays
from dart_batch.entrypoints.api.callers import address_of
from dart_batch.entrypoints.api.core import Core
from dart_batch.entrypoints.api.problems import documented
from dart_batch.entrypoints.api.session_cookie import give_cookie

PATH = "/api/auth/oidc"
DEPARTED = "dart_departed"
DEPARTED_SECONDS = 600
PAGE = "/batch/"
Text = Annotated[str, Query(max_length=4096)]

router = APIRouter(prefix="/api/auth", tags=["login"], responses=documented(404, 422, 429, 503))


@router.get("/ways", operation_id="getLoginWays")
def get_login_ways(core: Core, _open: OpenToAll) -> LoginWays:
    """How one may log in on the page, for whoever has not yet."""
    provider = core.access.elsewhere.provider
    return LoginWays(elsewhere=provider.label if provider else None)


@router.get("/oidc", status_code=303, response_class=RedirectResponse, operation_id="logInElsewhere")
def log_in_elsewhere(request: Request, core: Core, _open: OpenToAll) -> Response:
    """Send the browser to the identity provider."""
    departure = core.access.elsewhere.depart(_back_to(request))
    answer = RedirectResponse(departure.address, 303)
    secrets = f"{departure.state}.{departure.nonce}.{departure.verifier}"
    secure = request.url.scheme == "https"
    answer.set_cookie(
        DEPARTED, secrets, path=PATH, httponly=True, samesite="lax", secure=secure, max_age=DEPARTED_SECONDS
    )
    return answer


@router.get("/oidc/callback", status_code=303, response_class=RedirectResponse, operation_id="arriveFromElsewhere")
def arrive_from_elsewhere(
    request: Request, core: Core, _open: OpenToAll, code: Text = "", state: Text = "", error: Text = ""
) -> Response:
    """Where the identity provider sends the browser back to: on to the page, which tells of a login that failed."""
    try:
        answer = _arrived(request, core, code, state, error)
    except DartBatchError as refused:
        answer = _denied(refused.code)
    answer.delete_cookie(DEPARTED, path=PATH, httponly=True, samesite="lax")
    return answer


def _arrived(request: Request, core: Core, code: str, state: str, error: str) -> Response:
    if error:
        return _denied("identity-refused")
    secrets = (request.cookies.get(DEPARTED, "") + "..").split(".")[:3]
    session = core.access.elsewhere.arrive(Departure("", *secrets), state, code, _back_to(request), address_of(request))
    answer = RedirectResponse(PAGE, 303)
    give_cookie(answer, request, session)
    return answer


def _denied(code: str) -> Response:
    return RedirectResponse(f"{PAGE}#denied={quote(code)}", 303)


def _back_to(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}{PATH}/callback"
