"""People whom somebody else vouches for: an OpenID Connect provider."""

from collections.abc import Collection
from dataclasses import dataclass

from dart_batch.domain.access.errors import NoRoleHere
from dart_batch.domain.access.role import Role

EVERYBODY = "*"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the provider says it is. `key` never changes and is nobody else's; name and groups may change."""

    key: str
    name: str
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class GroupRoles:
    """Which groups of the provider have which role here; EVERYBODY stands for whoever has an account there."""

    groups: dict[Role, frozenset[str]]

    def of(self, groups: Collection[str]) -> Role:
        """The highest role that one of the groups has. Raises NoRoleHere."""
        held = {*groups, EVERYBODY}
        for role in (Role.ADMIN, Role.OPERATOR, Role.VIEWER):
            if held & self.groups.get(role, frozenset()):
                return role
        raise NoRoleHere("None of your groups has a role here.")
