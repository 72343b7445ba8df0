"""Take a publication back."""

from collections.abc import Callable
from dataclasses import dataclass

from dart_batch.application.ports.clock import Clock
from dart_batch.application.ports.unit_of_work import INFO, LogEntry, Undone, UnitOfWorkFactory
from dart_batch.domain.access.actor import Actor
from dart_batch.domain.access.audit import Act


@dataclass(frozen=True, slots=True)
class RollBack:
    """Callable use case; one transaction."""

    uow: UnitOfWorkFactory
    clock: Clock
    new_id: Callable[[], str]

    def __call__(self, publication_id: str, by: Actor) -> Undone:
        """Make the index show exactly what it showed before; the act joins the history of publications.

        Raises PublicationNotFound, NotOwner for what no job of the actor published, or NotRolledBack for a rollback,
        for what was rolled back before, and for what later publications lie on (those go first).
        """
        now = self.clock.now()
        with self.uow() as uow:
            undone = uow.publications.undo(publication_id, self.new_id(), now, by.name)
            by.refuse_foreign(undone.job_id, uow.jobs.get(undone.job_id).owner)
            what = f"{undone.sessions} sessions of {undone.market}"
            said = f"Rolled back publication {publication_id}, {what}, by {by.name}."
            uow.logs.add(undone.job_id, LogEntry(now, INFO, "rolled-back", said))
            after = {
                "job": undone.job_id,
                "market": undone.market,
                "index": undone.definition,
                "sessions": undone.sessions,
            }
            uow.audit.record(Act(now, by, "publication.rollback", publication_id, after=after))
            uow.commit("rollback")
        return undone
