"""Keys, users and audit entries as people and programs see them (camelCase), without any secret."""

import json
from datetime import datetime
from typing import Any

from dart_batch.application.views import moment
from dart_batch.domain.access.accounts import ApiKey, User
from dart_batch.domain.access.audit import AuditEntry


def key_view(key: ApiKey, now: datetime) -> dict[str, Any]:
    """A key; `state` is in-force, expired or revoked."""
    ended = "revoked" if key.revoked_at else "expired"
    return {
        "id": key.id,
        "name": key.name,
        "role": key.role.value,
        "state": "in-force" if key.in_force(now) else ended,
        "createdAt": moment(key.created_at),
        "expiresAt": moment(key.expires_at),
        "lastUsedAt": moment(key.last_used_at),
        "revokedAt": moment(key.revoked_at),
    }


def user_view(user: User) -> dict[str, Any]:
    """A user; `passwordSet` is false while only a one-time link lets the user in."""
    return {
        "name": user.name,
        "role": user.role.value,
        "createdAt": moment(user.created_at),
        "disabledAt": moment(user.disabled_at),
        "passwordSet": not user.lacks_password,
    }


def audit_view(entry: AuditEntry) -> dict[str, Any]:
    """An entry of the audit trail."""
    return {
        "number": entry.number,
        "at": f"{entry.at.replace(' ', 'T')}Z",
        "actor": entry.actor,
        "role": entry.role,
        "entry": entry.entry,
        "address": entry.address,
        "act": entry.act,
        "subject": entry.subject,
        "before": json.loads(entry.before) if entry.before else None,
        "after": json.loads(entry.after) if entry.after else None,
        "hash": entry.hash,
    }
