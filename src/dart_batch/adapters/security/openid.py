"""OpenID Connect: authorization code with PKCE, as in OpenID Connect Core 1.0 and RFC 7636."""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus, urlencode

import httpx
import jwt

from dart_batch.application.ports.identity_provider import Departure
from dart_batch.domain.access.errors import IdentityProviderAway, IdentityRefused
from dart_batch.domain.access.identity import Identity

SIGNATURES = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
ANSWER_SECONDS = 10.0
LEEWAY_SECONDS = 60
REQUIRED = ["exp", "iat", "sub", "iss", "aud"]


@dataclass(slots=True)
class OpenId:
    """Implements IdentityProvider. The provider's description and keys are read when first needed, and again when a
    token is signed with a key that is not known yet. `name_claim` and `groups_claim` may lead inward with dots.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    label: str
    scopes: str
    name_claim: str
    groups_claim: str
    _known: dict[str, Any] = field(default_factory=dict, repr=False)
    _keys: dict[str, jwt.PyJWK] = field(default_factory=dict, repr=False)

    def departure(self, back_to: str) -> Departure:
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": back_to,
            "scope": self.scopes,
            "state": state,
            "nonce": nonce,
            "code_challenge": _challenge(verifier),
            "code_challenge_method": "S256",
        }
        page = self._described("authorization_endpoint")
        return Departure(f"{page}{'&' if '?' in page else '?'}{urlencode(asked)}", state, nonce, verifier)

    def identity(self, code: str, back_to: str, departure: Departure) -> Identity:
        claims = self._claims(self._token(code, back_to, departure.verifier))
        if not secrets.compare_digest(str(claims.get("nonce", "")).encode(), departure.nonce.encode()):
            raise IdentityRefused("The identity was made for another login.")
        name, groups = _inner(claims, self.name_claim), _inner(claims, self.groups_claim) or []
        if not isinstance(name, str):
            raise IdentityRefused(f"The provider does not tell {self.name_claim}.", hint="Set DART_OIDC_NAME_CLAIM.")
        key = hashlib.sha256(f"{self.issuer}\n{claims['sub']}".encode()).hexdigest()
        return Identity(key, name, frozenset(map(str, [groups] if isinstance(groups, str) else groups)))

    def _token(self, code: str, back_to: str, verifier: str) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back_to,
            "code_verifier": verifier,
            "client_id": self.client_id,
        }
        address, who = self._described("token_endpoint"), (quote_plus(self.client_id), quote_plus(self.client_secret))
        login = httpx.BasicAuth(*who) if self.client_secret else None
        try:
            answer = httpx.post(address, data=form, auth=login, timeout=ANSWER_SECONDS)
        except httpx.HTTPError as error:
            raise IdentityProviderAway("The identity provider does not answer.") from error
        if answer.status_code >= 500:
            raise IdentityProviderAway(f"The identity provider answers with {answer.status_code}.")
        token = _object(answer).get("id_token")
        if answer.is_error or not isinstance(token, str):
            raise IdentityRefused("The identity provider does not accept this login.")
        return token

    def _claims(self, token: str) -> dict[str, Any]:
        try:
            key = self._key(str(jwt.get_unverified_header(token).get("kid", "")))
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=SIGNATURES,
                audience=self.client_id,
                issuer=self.issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": REQUIRED},
            )
        except jwt.PyJWTError as error:
            raise IdentityRefused(f"The identity cannot be believed: {error}.") from error
        if claims.get("azp", self.client_id) != self.client_id:
            raise IdentityRefused("The identity was made for another client.")
        return claims

    def _key(self, name: str) -> jwt.PyJWK:
        if name not in self._keys:
            found = jwt.PyJWKSet.from_dict(self._read(self._described("jwks_uri")))
            self._keys = {key.key_id or "": key for key in found.keys}
        if name not in self._keys:
            raise IdentityRefused("The identity is signed with a key that the provider does not publish.")
        return self._keys[name]

    def _described(self, name: str) -> str:
        if not self._known:
            told = self._read(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            if told.get("issuer") != self.issuer:
                raise IdentityProviderAway(f"The provider calls itself {told.get('issuer')}, not {self.issuer}.")
            self._known = told
        if name not in self._known:
            raise IdentityProviderAway(f"The provider does not describe its {name}.")
        return str(self._known[name])

    def _read(self, address: str) -> dict[str, Any]:
        try:
            return _object(httpx.get(address, timeout=ANSWER_SECONDS).raise_for_status())
        except httpx.HTTPError as error:
            raise IdentityProviderAway("The identity provider does not answer.") from error


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _inner(claims: dict[str, Any], path: str) -> Any:
    found: Any = claims
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _object(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError as error:
        raise IdentityProviderAway("The identity provider does not answer in JSON.") from error
    if not isinstance(found, dict):
        raise IdentityProviderAway("The identity provider does not answer with an object.")
    return found
