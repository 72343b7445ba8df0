"""From when to when something that was published was live."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Act:
    """A publication, or with `undoes` the rollback of one."""

    id: str
    at: datetime
    undoes: str | None = None


@dataclass(frozen=True, slots=True)
class Life:
    """The publication was shown from `since` until `until` (null: still)."""

    publication_id: str
    since: datetime
    until: datetime | None


def lives(acts: Iterable[Act]) -> list[Life]:
    """Who was shown when, of acts on the same session in their order; a rollback brings back what lay below.

    A publication that is covered and uncovered again has several lives.
    """
    stack: list[str] = []
    found: list[Life] = []
    top, since = "", datetime.min
    for act in acts:
        if act.undoes is None:
            stack.append(act.id)
        else:
            stack.remove(act.undoes)
        now = stack[-1] if stack else ""
        if now != top:
            found += [Life(top, since, act.at)] if top else []
            top, since = now, act.at
    return [*found, Life(top, since, None)] if top else found
