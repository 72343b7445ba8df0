"""Who acts, and what is theirs."""

from dataclasses import dataclass
from enum import StrEnum

from dart_batch.domain.access.errors import NotAllowed, NotOwner
from dart_batch.domain.access.role import Role


class Entry(StrEnum):
    """The way an act came in; `system` is what the product does by itself."""

    API = "api"
    PAGE = "page"
    CLI = "cli"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody with a role, who came in through `entry` from `address` (empty: from nowhere that could be named).

    `name` is what jobs have as their owner: of a user its name, of a key the key's name.
    """

    name: str
    role: Role
    entry: Entry
    address: str = ""

    def may_control(self, owner: str) -> bool:
        """Whether the verbs of a job with this owner are for this actor."""
        return self.role is Role.ADMIN or (self.role is Role.OPERATOR and self.name == owner)

    def refuse_less_than(self, role: Role) -> None:
        """Raises NotAllowed for an actor whose role does not include this one."""
        if not self.role.includes(role):
            raise NotAllowed(f"This needs the role {role}; your role is {self.role}.")

    def refuse_foreign(self, job_id: str, owner: str) -> None:
        """Raises NotOwner for a job that this actor may not control."""
        if not self.may_control(owner):
            raise NotOwner(
                f"Job {job_id} belongs to {owner}; {self.name} ({self.role}) may not control it.",
                job_id=job_id,
                owner=owner,
            )


def the_system(name: str = "system") -> Actor:
    """The product itself, which acts for nobody in particular."""
    return Actor(name, Role.ADMIN, Entry.SYSTEM)
