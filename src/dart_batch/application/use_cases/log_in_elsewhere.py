"""Log in with an account that an identity provider vouches for."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace

from dart_batch.application.ports.identity_provider import Departure, IdentityProvider
from dart_batch.application.ports.unit_of_work import UnitOfWork
from dart_batch.application.use_cases.log_in import LogIn, Session
from dart_batch.application.use_cases.manage_users import check_name
from dart_batch.domain.access.accounts import User
from dart_batch.domain.access.actor import Actor, Entry
from dart_batch.domain.access.audit import Act
from dart_batch.domain.access.errors import IdentityRefused, LoginRefused, NameTaken, NoIdentityProvider
from dart_batch.domain.access.identity import GroupRoles, Identity
from dart_batch.domain.access.role import Role
from dart_batch.domain.errors import Refused


@dataclass(frozen=True, slots=True)
class LogInElsewhere:
    """The first login makes the user; each one gives the role that the groups have now. An identity is never joined to
    a user who was made here: names can be chosen elsewhere.
    """

    log_in: LogIn
    new_id: Callable[[], str]
    roles: GroupRoles
    provider: IdentityProvider | None

    def depart(self, back_to: str) -> Departure:
        """A login that begins. Raises NoIdentityProvider or IdentityProviderAway."""
        return self._provider().departure(back_to)

    def arrive(self, departure: Departure, state: str, code: str, back_to: str, address: str) -> Session:
        """A new session for whoever comes back from the provider.

        Raises NoIdentityProvider, IdentityRefused, IdentityProviderAway, NoRoleHere, NameTaken, InvalidParameters for
        a name that cannot be one here, and LoginRefused for a user who is disabled.
        """
        provider = self._provider()
        if not departure.state or not hmac.compare_digest(departure.state.encode(), state.encode()):
            raise IdentityRefused("This login was not begun in this browser, or too long ago.")
        identity = provider.identity(code, back_to, departure)
        try:
            return self._entered(identity, address)
        except Refused:
            self.log_in.failed(None, address)
            raise

    def _entered(self, identity: Identity, address: str) -> Session:
        role = self.roles.of(identity.groups)
        with self.log_in.uow() as uow:
            user = self._known(uow, identity, role, address) or self._made(uow, identity, role, address)
            session = self.log_in.opened(uow, user, address, "login.elsewhere")
            uow.commit("login")
        return session

    def _provider(self) -> IdentityProvider:
        if self.provider is None:
            raise NoIdentityProvider("There is no identity provider.")
        return self.provider

    def _known(self, uow: UnitOfWork, identity: Identity, role: Role, address: str) -> User | None:
        user = _admitted(uow.accounts.user_of_identity(identity.key))
        if user is None or user.role is role:
            return user
        uow.accounts.set_role(user.id, role)
        uow.logins.close_all(user.id)
        self._record(uow, "user.role", replace(user, role=role), address, {"role": user.role.value})
        return replace(user, role=role)

    def _made(self, uow: UnitOfWork, identity: Identity, role: Role, address: str) -> User:
        now, name = self.log_in.clock.now(), check_name(identity.name)
        if uow.accounts.name_taken(name, now):
            raise NameTaken(f"The name {name} is taken by somebody else here.", hint="Ask an admin to free the name.")
        user = User(self.new_id(), name, role, now, identity=identity.key)
        uow.accounts.add_user(user)
        self._record(uow, "user.create", user, address)
        return user

    def _record(
        self, uow: UnitOfWork, act: str, user: User, address: str, before: dict[str, object] | None = None
    ) -> None:
        by = Actor(user.name, user.role, Entry.PAGE, address)
        uow.audit.record(Act(self.log_in.clock.now(), by, act, user.name, before, {"role": user.role.value}))


def _admitted(user: User | None) -> User | None:
    if user is not None and user.disabled_at is not None:
        raise LoginRefused("This user is disabled here.", hint="Ask an admin.")
    return user
