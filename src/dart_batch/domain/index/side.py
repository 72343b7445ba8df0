"""Which readings of an index are meant: those that are live, those that were, or those that one job wrote."""

from dataclasses import dataclass
from datetime import datetime

from dart_batch.domain.errors import Refused


class AmbiguousSide(Refused):
    """A moment and a job were named together."""

    code = "ambiguous-side"
    hint = "Name a moment (asOf), or the job of a generation, not both: a generation never changes."


@dataclass(frozen=True, slots=True)
class Side:
    """The index published under `definition`: live now, as it was published at `as_of`, or what `job_id` wrote for it.

    Raises AmbiguousSide when both are given.
    """

    definition: str
    as_of: datetime | None = None
    job_id: str | None = None

    def __post_init__(self) -> None:
        if self.as_of is not None and self.job_id is not None:
            raise AmbiguousSide(f"Readings of job {self.job_id} were asked for as of {self.as_of}.", field="generation")
