"""Take a publication back."""

from collections.abc import Callable
from dataclasses import dataclass

from dart_batch.application.ports.clock import Clock
from dart_batch.application.ports.unit_of_work import INFO, LogEntry, Undone, UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class RollBack:
    """Callable use case; one transaction."""

    uow: UnitOfWorkFactory
    clock: Clock
    new_id: Callable[[], str]

    def __call__(self, publication_id: str, by: str) -> Undone:
        """Make the index show exactly what it showed before; the act joins the history of publications.

        Raises PublicationNotFound, or NotRolledBack for a rollback, for what was rolled back before, and for what
        later publications lie on (those go first).
        """
        now = self.clock.now()
        with self.uow() as uow:
            undone = uow.publications.undo(publication_id, self.new_id(), now, by)
            said = f"Rolled back publication {publication_id}, {undone.sessions} sessions of {undone.market}, by {by}."
            uow.logs.add(undone.job_id, LogEntry(now, INFO, "rolled-back", said))
            uow.commit("rollback")
        return undone
