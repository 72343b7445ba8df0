"""Passwords hashed with Argon2id (RFC 9106), within bounds of memory that a stranger cannot raise."""

from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MEMORY_KIB, PASSES, LANES = 19_456, 2, 1
AT_ONCE = 2


class ArgonPasswords:
    """Implements Passwords. At most AT_ONCE hashes are computed at the same time, each in MEMORY_KIB."""

    def __init__(self, memory_kib: int = MEMORY_KIB) -> None:
        self._hasher = PasswordHasher(time_cost=PASSES, memory_cost=memory_kib, parallelism=LANES)
        self._turn = BoundedSemaphore(AT_ONCE)
        self._nobody: str | None = None

    def hash(self, password: str) -> str:
        with self._turn:
            return self._hasher.hash(password)

    def verify(self, password_hash: str | None, password: str) -> bool:
        known = password_hash is not None
        compared = password_hash if password_hash is not None else self._nobodys_hash()
        try:
            with self._turn:
                return self._hasher.verify(compared, password) and known
        except (VerificationError, InvalidHashError):
            return False

    def _nobodys_hash(self) -> str:
        if self._nobody is None:
            self._nobody = self.hash("the password of nobody")
        return self._nobody
