"""How many lines of an attempt are kept, so that one that talks too much cannot fill the database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

DEFAULT_LINES = 10_000
REMEMBERED = 4096


class Share(NamedTuple):
    """What is counted together: lines of one attempt below WARNING, or (`grave`) from WARNING on."""

    job_id: str
    attempt: int
    grave: bool


@dataclass(slots=True)
class LogBudget:
    """At most `lines` lines below WARNING per attempt, and a tenth as many (at least ten) from WARNING on.

    Counts are of this process: an attempt is written by one process, save for the verbs of people.
    """

    lines: int = DEFAULT_LINES
    _counts: dict[Share, int] = field(default_factory=dict)

    def allowance(self, *, grave: bool) -> int:
        """Lines that are kept."""
        return max(self.lines // 10, 10) if grave else self.lines

    def excess(self, share: Share, more: int) -> int:
        """How far what was counted, and `more` lines, lie above the allowance; zero and less is within."""
        return self._counts.get(share, 0) + more - self.allowance(grave=share.grave)

    def keep(self, new: Mapping[Share, int]) -> None:
        """Count lines; of more than REMEMBERED shares the oldest are forgotten."""
        for share, count in new.items():
            self._counts[share] = self._counts.get(share, 0) + count
        while len(self._counts) > REMEMBERED:
            del self._counts[next(iter(self._counts))]

    def forget(self, job_id: str, attempt: int) -> None:
        """The attempt is over."""
        for grave in (False, True):
            self._counts.pop(Share(job_id, attempt, grave), None)


def left_out(lesser: int, grave: int) -> str | None:
    """How many lines were left out, in words; null when none was."""
    counts = {"lines below WARNING": lesser, "warnings and errors": grave}
    said = [f"{count:,} {kind}" for kind, count in counts.items() if count > 0]
    return f"{' and '.join(said)} were left out of this attempt's log." if said else None
