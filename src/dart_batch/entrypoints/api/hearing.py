"""What of the live channel each listener hears: the same jobs, and of their verbs those that are the listener's."""

import json
from dataclasses import replace
from functools import lru_cache

from dart_batch.domain.access.actor import Actor
from dart_batch.domain.access.role import Role
from dart_batch.entrypoints.api.live_events import LiveEvent

NOBODY = ""


def heard(item: LiveEvent, actor: Actor) -> LiveEvent:
    """The event as it goes to this listener."""
    if actor.role is Role.ADMIN or item.name != "jobs":
        return item
    return _without_foreign_verbs(item, actor.name if actor.role is Role.OPERATOR else NOBODY)


@lru_cache(maxsize=16)
def _without_foreign_verbs(item: LiveEvent, owner: str) -> LiveEvent:
    jobs = [job if job["owner"] == owner else job | {"allowedVerbs": []} for job in json.loads(item.data)]
    return replace(item, data=json.dumps(jobs, ensure_ascii=False))
