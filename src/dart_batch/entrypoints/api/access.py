"""Who may call what. Every route declares its right in its signature."""

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from dart_batch.adapters.persistence.api_keys import Principal, Role
from dart_batch.domain.errors import Refused

CACHE_SECONDS = 5.0
CACHE_SIZE = 1024
_RANK = {Role.VIEWER: 0, Role.OPERATOR: 1, Role.ADMIN: 2}
_BEARER = HTTPBearer(
    auto_error=False, scheme_name="apiKey", description="A key made by `dart-batch keys create --role ROLE`."
)
_Credentials = Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)]


class NotAuthenticated(Refused):
    """No key was sent, or one that nobody holds (any more)."""

    code = "not-authenticated"
    hint = "Send `Authorization: Bearer KEY`; `dart-batch keys create --role viewer` makes a key."


class NotAllowed(Refused):
    """The key's role does not include the right."""

    code = "not-allowed"
    hint = "Use a key of the named role; `dart-batch keys create --role ROLE` makes one."


@dataclass(slots=True)
class KeyRing:
    """Remembers keys that were found good for `seconds`, so a revoked one works at most that much longer.

    Only digests are kept in memory, and failures are never remembered.
    """

    authenticate: Callable[[str], Principal | None]
    seconds: float = CACHE_SECONDS
    monotonic: Callable[[], float] = time.monotonic
    _good: dict[bytes, tuple[Principal, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def holder(self, secret: str) -> Principal:
        """Who holds the key. Raises NotAuthenticated."""
        digest, now = hashlib.sha256(secret.encode()).digest(), self.monotonic()
        with self._lock:
            known = self._good.get(digest)
        if known is not None and now < known[1]:
            return known[0]
        return self._looked_up(secret, digest, now)

    def _looked_up(self, secret: str, digest: bytes, now: float) -> Principal:
        found = self.authenticate(secret)
        with self._lock:
            self._good.pop(digest, None)
            if found is None:
                raise NotAuthenticated("This API key is not valid: it is unknown or was revoked.")
            if len(self._good) >= CACHE_SIZE:
                self._good.clear()
            self._good[digest] = (found, now + self.seconds)
        return found


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and the key itself for calls that last longer than one check."""

    principal: Principal
    secret: str = field(repr=False)

    @property
    def name(self) -> str:
        return self.principal.name


@dataclass(frozen=True)
class require:  # noqa: N801  read as a word in signatures: Depends(require(Role.VIEWER))
    """Dependency that lets callers of at least this role pass. Raises NotAuthenticated or NotAllowed."""

    right: Role

    def __call__(self, request: Request, credentials: _Credentials) -> Caller:
        if credentials is None:
            raise NotAuthenticated("This needs an API key.")
        ring: KeyRing = request.app.state.keys
        principal = ring.holder(credentials.credentials)
        request.state.caller = principal.name
        if _RANK[principal.role] < _RANK[self.right]:
            raise NotAllowed(f"This needs the role {self.right}; your key's role is {principal.role}.")
        return Caller(principal, credentials.credentials)


@dataclass(frozen=True)
class Everyone:
    """Dependency of routes that are open on purpose: health, the page and the description of the API."""

    right: None = None

    def __call__(self) -> None:
        return None


Viewer = Annotated[Caller, Depends(require(Role.VIEWER))]
Operator = Annotated[Caller, Depends(require(Role.OPERATOR))]
OpenToAll = Annotated[None, Depends(Everyone())]
