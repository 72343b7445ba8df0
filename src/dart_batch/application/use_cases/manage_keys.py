"""Create and revoke API keys."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from dart_batch.application.ports.clock import Clock
from dart_batch.application.ports.unit_of_work import UnitOfWorkFactory
from dart_batch.application.tokens import digest, new_key
from dart_batch.application.use_cases.manage_users import check_name
from dart_batch.domain.access.accounts import ApiKey
from dart_batch.domain.access.actor import Actor
from dart_batch.domain.access.audit import Act
from dart_batch.domain.access.errors import KeyNotFound, NameTaken
from dart_batch.domain.access.role import Role
from dart_batch.domain.job.errors import InvalidParameters


@dataclass(frozen=True, slots=True)
class ManageKeys:
    """One transaction per act, for admins only: both raise NotAllowed for anybody else."""

    uow: UnitOfWorkFactory
    clock: Clock
    new_id: Callable[[], str]

    def create(self, name: str, role: Role, by: Actor, expires_at: datetime | None = None) -> tuple[ApiKey, str]:
        """The new key, and its secret, which cannot be told again. Without a name it is named for its role and id.

        Raises NameTaken, and InvalidParameters for a name or an end that cannot be.
        """
        by.refuse_less_than(Role.ADMIN)
        now, key_id, secret = self.clock.now(), self.new_id(), new_key()
        if expires_at is not None and expires_at <= now:
            raise InvalidParameters("expires lies in the past.", field="expires")
        key = ApiKey(key_id, check_name(name or f"{role}-{key_id[-8:]}"), role, now, expires_at)
        with self.uow() as uow:
            if uow.accounts.name_taken(key.name, now):
                raise NameTaken(f"The name {key.name} is taken.", field="name")
            uow.accounts.add_key(key, digest(secret))
            until = expires_at.isoformat() if expires_at else None
            after = {"name": key.name, "role": role.value, "expires": until}
            uow.audit.record(Act(now, by, "key.create", key.id, after=after))
            uow.commit("keys")
        return key, secret

    def revoke(self, key_id: str, by: Actor) -> None:
        """End a key for good. Raises KeyNotFound when no key that is in force has this id."""
        by.refuse_less_than(Role.ADMIN)
        now = self.clock.now()
        with self.uow() as uow:
            key = uow.accounts.key(key_id)
            if key.revoked_at is not None:
                raise KeyNotFound(f"No key in force has the id {key_id}.", key_id=key_id)
            uow.accounts.revoke_key(key_id, now)
            before = {"name": key.name, "role": key.role.value}
            uow.audit.record(Act(now, by, "key.revoke", key_id, before=before))
            uow.commit("keys")
