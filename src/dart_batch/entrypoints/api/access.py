"""Who may call what. Every route declares its right in its signature."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from dart_batch.bootstrap import App
from dart_batch.domain.access.actor import Actor
from dart_batch.domain.access.errors import NotAllowed
from dart_batch.domain.access.role import Role
from dart_batch.entrypoints.api.callers import Caller, identified

_BEARER = HTTPBearer(
    auto_error=False, scheme_name="apiKey", description="A key made by `dart-batch keys create --role ROLE`."
)
_Credentials = Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)]


def _job_of_path(_core: App, request: Request) -> str:
    return str(request.path_params["jobId"])


def _job_of_publication(core: App, request: Request) -> str | None:
    return core.publications.job_of(request.path_params["publicationId"])


@dataclass(frozen=True)
class require:  # noqa: N801  read as a word in signatures: Depends(require(Role.VIEWER))
    """Dependency that lets callers of at least this role pass; with `own`, which names a job from the path (null: the
    route itself will not find it), operators only when the job is theirs.

    Raises NotAuthenticated, NotAllowed, NotOwner or JobNotFound.
    """

    right: Role
    own: Callable[[App, Request], str | None] | None = None

    def __call__(self, request: Request, credentials: _Credentials) -> Caller:
        caller = identified(request, credentials.credentials if credentials else None)
        request.state.caller = caller.name
        request.app.state.callers.take(caller.name)
        if not caller.actor.role.includes(self.right):
            raise NotAllowed(f"This needs the role {self.right}; your role is {caller.actor.role}.")
        if self.own is not None and caller.actor.role is not Role.ADMIN:
            self._refuse_foreign(request, caller.actor)
        return caller

    def _refuse_foreign(self, request: Request, actor: Actor) -> None:
        core: App = request.app.state.core
        job_id = self.own(core, request) if self.own else None
        if job_id is not None:
            actor.refuse_foreign(job_id, core.queries.owner(job_id))


@dataclass(frozen=True)
class Everyone:
    """Dependency of routes that are open on purpose: health, the page and the description of the API."""

    right: None = None

    def __call__(self) -> None:
        return None


Viewer = Annotated[Caller, Depends(require(Role.VIEWER))]
Operator = Annotated[Caller, Depends(require(Role.OPERATOR))]
JobOwner = Annotated[Caller, Depends(require(Role.OPERATOR, own=_job_of_path))]
PublicationOwner = Annotated[Caller, Depends(require(Role.OPERATOR, own=_job_of_publication))]
Admin = Annotated[Caller, Depends(require(Role.ADMIN))]
OpenToAll = Annotated[None, Depends(Everyone())]
