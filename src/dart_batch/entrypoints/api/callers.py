"""Who calls: keys that were found good, and what is known about a caller."""

import hashlib
import hmac
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from starlette.requests import HTTPConnection

from dart_batch.adapters.persistence.api_keys import Principal
from dart_batch.application.tokens import csrf_token
from dart_batch.domain.access.actor import Actor, Entry
from dart_batch.domain.access.errors import NotAllowed
from dart_batch.domain.errors import Refused

CACHE_SECONDS = 5.0
CACHE_SIZE = 1024
COOKIE = "dart_session"
CSRF_HEADER = "X-CSRF-Token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class NotAuthenticated(Refused):
    """No key was sent, or one that nobody holds (any more)."""

    code = "not-authenticated"
    hint = (
        "Send `Authorization: Bearer KEY` (`dart-batch keys create --role viewer` makes a key), or log in on the page."
    )


class ForgedRequest(NotAllowed):
    """A request with the session's cookie that the page did not send."""

    code = "forged-request"
    hint = "Send the csrfToken of GET /api/auth/me as X-CSRF-Token, or use an API key."


@dataclass(slots=True)
class KeyRing:
    """Remembers keys that were found good for `seconds`, so a revoked one works at most that much longer.

    Only digests are kept in memory, and failures are never remembered.
    """

    authenticate: Callable[[str], Principal | None]
    seconds: float = CACHE_SECONDS
    monotonic: Callable[[], float] = time.monotonic
    _good: dict[bytes, tuple[Principal, float]] = field(default_factory=dict)
    _used: dict[str, datetime] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def holder(self, secret: str) -> Principal:
        """Who holds the key. Raises NotAuthenticated."""
        digest, now = hashlib.sha256(secret.encode()).digest(), self.monotonic()
        with self._lock:
            known = self._good.get(digest)
        if known is not None and now < known[1]:
            return known[0]
        return self._looked_up(secret, digest, now)

    def forget(self) -> None:
        """Look everything up again, at once."""
        with self._lock:
            self._good.clear()

    def used(self) -> dict[str, datetime]:
        """When keys were found good since the last call, by id."""
        with self._lock:
            found, self._used = self._used, {}
        return found

    def _looked_up(self, secret: str, digest: bytes, now: float) -> Principal:
        found = self.authenticate(secret)
        with self._lock:
            self._good.pop(digest, None)
            if found is None:
                raise NotAuthenticated("This key or login is not valid: it is unknown, has expired or was revoked.")
            if len(self._good) >= CACHE_SIZE:
                self._good.clear()
            self._good[digest] = (found, now + self.seconds)
            self._used[found.key_id] = datetime.now(UTC)
        return found


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and the secret with the ring it is on, for calls that last longer than one check. `until` is when the
    key or the session ends; null: never.
    """

    actor: Actor
    secret: str = field(repr=False)
    ring: KeyRing = field(repr=False)
    until: datetime | None = None

    @property
    def name(self) -> str:
        return self.actor.name

    def holds(self) -> bool:
        """Whether the secret still opens anything."""
        try:
            self.ring.holder(self.secret)
        except NotAuthenticated:
            return False
        return True


def identified(connection: HTTPConnection, key: str | None) -> Caller:
    """Who calls: with this key, or without one in the session of the cookie.

    Raises NotAuthenticated, ForgedRequest, or RateLimited for an address that was refused too often.
    """
    state, address = connection.app.state, address_of(connection)
    token = connection.cookies.get(COOKIE)
    try:
        if key:
            return _with(state.keys, key, Entry.API, address)
        if token:
            caller = _with(state.sessions, token, Entry.PAGE, address)
            _refuse_forged(connection, token)
            return caller
        raise NotAuthenticated("This needs an API key, or a login.")
    except NotAuthenticated:
        state.strangers.take(address)
        raise


def _with(ring: KeyRing, secret: str, entry: Entry, address: str) -> Caller:
    found = ring.holder(secret)
    return Caller(Actor(found.name, found.role, entry, address), secret, ring, found.until)


def _refuse_forged(connection: HTTPConnection, token: str) -> None:
    """What another site makes a browser send carries the cookie at most, never the header."""
    if connection.scope.get("method", "GET") in SAFE:
        return
    sent = connection.headers.get(CSRF_HEADER, "")
    if not hmac.compare_digest(sent.encode(), csrf_token(token).encode()):
        raise ForgedRequest(f"The header {CSRF_HEADER} is missing or is not this session's.")


def address_of(connection: HTTPConnection) -> str:
    """The network address of the other side; empty when the server does not know it."""
    return connection.client.host if connection.client else ""
