"""Who vouches for people that log in with an account from elsewhere."""

from dataclasses import dataclass
from typing import Protocol

from dart_batch.domain.access.identity import Identity


@dataclass(frozen=True, slots=True)
class Departure:
    """A login that has left for the provider. The browser keeps the three secrets until it comes back, so that only
    the browser which left can arrive.
    """

    address: str
    state: str
    nonce: str
    verifier: str


class IdentityProvider(Protocol):
    """OpenID Connect by authorization code with PKCE."""

    label: str

    def departure(self, back_to: str) -> Departure:
        """Where to send a browser that is to come back to this address. Raises IdentityProviderAway."""
        ...

    def identity(self, code: str, back_to: str, departure: Departure) -> Identity:
        """Who came back with this code. Raises IdentityRefused or IdentityProviderAway."""
        ...
