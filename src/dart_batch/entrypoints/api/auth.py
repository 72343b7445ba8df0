"""Logging in and out of the page, and who calls."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from dart_batch.application.tokens import csrf_token
from dart_batch.application.use_cases.log_in import Session
from dart_batch.application.views import moment
from dart_batch.domain.access.actor import Entry
from dart_batch.domain.access.errors import NotAllowed
from dart_batch.entrypoints.api.access import OpenToAll, Viewer
from dart_batch.entrypoints.api.auth_wire import Login, LoginLink, Me, NewPassword
from dart_batch.entrypoints.api.callers import COOKIE, Caller, address_of
from dart_batch.entrypoints.api.core import Core
from dart_batch.entrypoints.api.problems import documented
from dart_batch.entrypoints.api.session_cookie import give_cookie

router = APIRouter(prefix="/api/auth", tags=["login"], responses=documented(401, 403, 422, 429, 503))


@router.post("/login", response_model=Me, operation_id="logIn")
def log_in(body: Login, request: Request, core: Core, _open: OpenToAll) -> JSONResponse:
    """Begin a session of the page. The answer sets an HttpOnly cookie; wrong names and passwords look alike."""
    session = core.access.login(body.name, body.password.get_secret_value(), address_of(request))
    return _begun(request, session)


@router.post("/link", response_model=Me, operation_id="logInByLink")
def log_in_by_link(body: LoginLink, request: Request, core: Core, _open: OpenToAll) -> JSONResponse:
    """Begin a session by a one-time link."""
    return _begun(request, core.access.login.by_link(body.token.get_secret_value(), address_of(request)))


@router.post("/logout", status_code=204, operation_id="logOut")
def log_out(core: Core, caller: Viewer) -> Response:
    """End the session of the page; a key is not affected."""
    if caller.actor.entry is Entry.PAGE:
        core.access.login.out(caller.secret, caller.actor)
        caller.ring.forget()
    answer = Response(status_code=204)
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return answer


@router.get("/me", response_model=Me, operation_id="getMe")
def get_me(core: Core, caller: Viewer) -> JSONResponse:
    """Who calls, with which role."""
    return JSONResponse(_told(core.access.users.has_password(caller.name), caller))


@router.post("/password", status_code=204, operation_id="changePassword")
def change_password(body: NewPassword, core: Core, caller: Viewer) -> Response:
    """Change one's own password; all other sessions of the user end."""
    if caller.actor.entry is not Entry.PAGE:
        raise NotAllowed("A key has no password.", hint="Log in on the page, or use `dart-batch users passwd NAME`.")
    current, new = body.current.get_secret_value(), body.new.get_secret_value()
    core.access.login.change_password(caller.actor, caller.secret, current, new)
    caller.ring.forget()
    return Response(status_code=204)


def _begun(request: Request, session: Session) -> JSONResponse:
    user = session.user
    answer = JSONResponse(
        {
            "name": user.name,
            "role": user.role.value,
            "entry": Entry.PAGE.value,
            "passwordSet": not user.lacks_password,
            "expiresAt": moment(session.until),
            "csrfToken": session.csrf,
        }
    )
    give_cookie(answer, request, session)
    return answer


def _told(password_set: bool, caller: Caller) -> dict[str, object]:
    on_page = caller.actor.entry is Entry.PAGE
    return {
        "name": caller.name,
        "role": caller.actor.role.value,
        "entry": caller.actor.entry.value,
        "passwordSet": on_page and password_set,
        "expiresAt": moment(caller.until),
        "csrfToken": csrf_token(caller.secret) if on_page else None,
    }
