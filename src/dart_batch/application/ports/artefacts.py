"""Where the files of jobs are, and where they are written down."""

from collections.abc import Collection, Sequence
from typing import Protocol

from dart_batch.domain.job.artefact import Artefact


class Artefacts(Protocol):
    """The record of files, in the transaction of the chunk that wrote them."""

    def replace(self, job_id: str, chunk: int, artefacts: Sequence[Artefact]) -> None:
        """Make these the files of the chunk."""
        ...

    def of(self, job_id: str) -> list[Artefact]:
        """Files of a job, by name."""
        ...

    def abandoned(self, job_ids: Collection[str]) -> set[str]:
        """Those whose files nobody needs: the job is gone, or it ended and has no file on record."""
        ...


class ArtefactQueries(Protocol):
    """Reads of the record outside of any transaction."""

    def of(self, job_id: str) -> list[Artefact]:
        """Files of a job, by name."""
        ...


class ArtefactFiles(Protocol):
    """The files themselves. A reader sees a file whole or not at all."""

    def write(self, job_id: str, name: str, content: bytes) -> None:
        """Keep the file, in place of one of the same name. Raises StoreNotWritable."""
        ...

    def read(self, job_id: str, name: str) -> bytes | None:
        """The file; null when there is none."""
        ...

    def jobs(self) -> list[str]:
        """Jobs that have files."""
        ...

    def drop(self, job_id: str) -> None:
        """Delete all files of the job."""
        ...
