"""A submit that its caller may repeat."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Receipt:
    """The caller's key for a request, and a hash of what the request says."""

    key: str
    request_hash: str
