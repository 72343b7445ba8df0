"""Who calls: keys that were found good, and what is known about a caller."""

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.requests import HTTPConnection

from dart_batch.adapters.persistence.api_keys import Principal
from dart_batch.domain.access.actor import Actor, Entry
from dart_batch.domain.errors import Refused

CACHE_SECONDS = 5.0
CACHE_SIZE = 1024


class NotAuthenticated(Refused):
    """No key was sent, or one that nobody holds (any more)."""

    code = "not-authenticated"
    hint = "Send `Authorization: Bearer KEY`; `dart-batch keys create --role viewer` makes a key."


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

    actor: Actor
    secret: str = field(repr=False)

    @property
    def name(self) -> str:
        return self.actor.name


def identified(connection: HTTPConnection, key: str | None) -> Caller:
    """Who calls with this key. Raises NotAuthenticated."""
    if not key:
        raise NotAuthenticated("This needs an API key.")
    ring: KeyRing = connection.app.state.keys
    principal = ring.holder(key)
    return Caller(Actor(principal.name, principal.role, Entry.API, address_of(connection)), key)


def address_of(connection: HTTPConnection) -> str:
    """The network address of the other side; empty when the server does not know it."""
    return connection.client.host if connection.client else ""
