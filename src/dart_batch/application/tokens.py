"""Secrets that are told once and kept as hashes."""

import hashlib
import secrets

KEY_PREFIX = "dart_"


def new_token() -> str:
    """256 random bits as text."""
    return secrets.token_urlsafe(32)


def new_key() -> str:
    """The same, so marked that it is recognised as a key of this API wherever it turns up."""
    return KEY_PREFIX + new_token()


def digest(token: str) -> str:
    """What is stored of it. A fast hash is enough for random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


def csrf_token(session_token: str) -> str:
    """What a page must send beside the session's cookie with everything that changes something. It follows from the
    session and does not lead back to it.
    """
    return digest(f"csrf {session_token}")
