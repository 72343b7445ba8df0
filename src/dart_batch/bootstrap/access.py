"""Wires what is done about keys, users and logins."""

from dataclasses import dataclass
from datetime import timedelta

from dart_batch.adapters.host.clock import new_id
from dart_batch.adapters.security.passwords import ArgonPasswords
from dart_batch.application.ports.clock import Clock
from dart_batch.application.ports.identity_provider import IdentityProvider
from dart_batch.application.ports.unit_of_work import UnitOfWorkFactory
from dart_batch.application.use_cases.log_in import LogIn
from dart_batch.application.use_cases.log_in_elsewhere import LogInElsewhere
from dart_batch.application.use_cases.manage_keys import ManageKeys
from dart_batch.application.use_cases.manage_users import ManageUsers
from dart_batch.bootstrap import extras
from dart_batch.domain.access.identity import GroupRoles
from dart_batch.domain.access.role import Role
from dart_batch.settings import Settings


@dataclass(frozen=True, slots=True)
class AccessActs:
    """What is done about keys, users and logins."""

    keys: ManageKeys
    users: ManageUsers
    login: LogIn
    elsewhere: LogInElsewhere


def access_acts(settings: Settings, uow: UnitOfWorkFactory, clock: Clock) -> AccessActs:
    """Raises InvalidSettings when an identity provider is named and the packages for it are not installed."""
    passwords = ArgonPasswords()
    log_in = LogIn(uow, clock, passwords, timedelta(hours=settings.dart_session_hours))
    roles = GroupRoles({Role(name): groups for name, groups in settings.oidc_groups.items()})
    return AccessActs(
        ManageKeys(uow, clock, new_id),
        ManageUsers(uow, clock, new_id, passwords),
        log_in,
        LogInElsewhere(log_in, new_id, roles, _provider(settings)),
    )


def _provider(settings: Settings) -> IdentityProvider | None:
    if not settings.dart_oidc_issuer:
        return None
    provider: IdentityProvider = extras.openid().OpenId(
        settings.dart_oidc_issuer,
        settings.dart_oidc_client_id,
        settings.dart_oidc_client_secret.get_secret_value(),
        settings.dart_oidc_label,
        settings.dart_oidc_scopes,
        settings.dart_oidc_name_claim,
        settings.dart_oidc_groups_claim,
    )
    return provider
