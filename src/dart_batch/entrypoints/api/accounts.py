"""Keys and users, for admins."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import JSONResponse

from dart_batch.application.access_views import key_view, user_view
from dart_batch.domain.job.errors import InvalidParameters
from dart_batch.entrypoints.api.access import Admin
from dart_batch.entrypoints.api.auth_wire import Keys, MadeKey, MadeLink, NewKey, NewUser, User, UserRole, Users
from dart_batch.entrypoints.api.core import Core
from dart_batch.entrypoints.api.problems import documented

router = APIRouter(prefix="/api", tags=["keys and users"], responses=documented(401, 403, 422, 429, 503))
KeyId = Annotated[str, Path(alias="keyId", max_length=32)]
UserName = Annotated[str, Path(alias="name", max_length=60)]


@router.get("/keys", response_model=Keys, operation_id="listKeys")
def list_keys(core: Core, _caller: Admin) -> JSONResponse:
    """All keys, without their secrets."""
    now = core.clock.now()
    return JSONResponse({"items": [key_view(key, now) for key in core.keys.list()]})


@router.post("/keys", status_code=201, response_model=MadeKey, operation_id="createKey", responses=documented(409))
def create_key(body: NewKey, core: Core, caller: Admin) -> JSONResponse:
    """Make a key. Its secret is told in this answer and never again."""
    if body.expires is not None and body.expires.tzinfo is None:
        raise InvalidParameters("expires must name its zone, as in 2027-01-01T00:00:00Z.", field="expires")
    key, secret = core.access.keys.create(body.name, body.role, caller.actor, body.expires)
    return JSONResponse({"key": key_view(key, core.clock.now()), "secret": secret}, 201)


@router.post("/keys/{keyId}/revoke", status_code=204, operation_id="revokeKey", responses=documented(404))
def revoke_key(key_id: KeyId, request: Request, core: Core, caller: Admin) -> Response:
    """End a key for good, here at once and in other processes within five seconds."""
    core.access.keys.revoke(key_id, caller.actor)
    request.app.state.keys.forget()
    return Response(status_code=204)


@router.get("/users", response_model=Users, operation_id="listUsers")
def list_users(core: Core, _caller: Admin) -> JSONResponse:
    """All users."""
    return JSONResponse({"items": [user_view(user) for user in core.access.users.all()]})


@router.post("/users", status_code=201, response_model=MadeLink, operation_id="createUser", responses=documented(409))
def create_user(body: NewUser, core: Core, caller: Admin) -> JSONResponse:
    """Make a user, and a link by which the user logs in for the first time."""
    user = core.access.users.create(body.name, body.role, None, caller.actor)
    return _linked(core.access.users.link(user.name, caller.actor), user.name, 201)


@router.post("/users/{name}/link", response_model=MadeLink, operation_id="linkUser", responses=documented(404))
def link_user(name: UserName, core: Core, caller: Admin) -> JSONResponse:
    """Make a link that logs the user in once: for a first or a forgotten password."""
    return _linked(core.access.users.link(name, caller.actor), name, 200)


@router.post("/users/{name}/role", response_model=User, operation_id="setUserRole", responses=documented(404))
def set_role(name: UserName, body: UserRole, request: Request, core: Core, caller: Admin) -> JSONResponse:
    """Give the user another role; all sessions of the user end."""
    core.access.users.set_role(name, body.role, caller.actor)
    return _changed(request, core, name)


@router.post("/users/{name}/disable", response_model=User, operation_id="disableUser", responses=documented(404))
def disable_user(name: UserName, request: Request, core: Core, caller: Admin) -> JSONResponse:
    """Let the user in no more; all sessions of the user end."""
    core.access.users.disable(name, caller.actor)
    return _changed(request, core, name)


@router.post("/users/{name}/enable", response_model=User, operation_id="enableUser", responses=documented(404))
def enable_user(name: UserName, request: Request, core: Core, caller: Admin) -> JSONResponse:
    """Let a disabled user in again."""
    core.access.users.enable(name, caller.actor)
    return _changed(request, core, name)


def _linked(token: str, name: str, status: int) -> JSONResponse:
    return JSONResponse({"name": name, "path": f"/batch#login={token}"}, status)


def _changed(request: Request, core: Core, name: str) -> JSONResponse:
    request.app.state.sessions.forget()
    return JSONResponse(user_view(core.access.users.named(name)))
