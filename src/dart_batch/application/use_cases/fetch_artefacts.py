"""Read what jobs have left for people: one file, or all of them as a zip."""

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import RawIOBase
from typing import Any

from dart_batch.application.job_types.report_writing import intact
from dart_batch.application.ports.artefacts import ArtefactFiles, ArtefactQueries
from dart_batch.domain.job.artefact import Artefact, ArtefactDamaged, ArtefactNotFound

MOMENT = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class FetchArtefacts:
    """Nothing is handed out that is not, to the byte, what the job recorded."""

    queries: ArtefactQueries
    files: ArtefactFiles

    def of(self, job_id: str) -> list[Artefact]:
        """Files of a job, by name."""
        return self.queries.of(job_id)

    def named(self, job_id: str, name: str) -> Artefact:
        """One file's record. Raises ArtefactNotFound."""
        for one in self.queries.of(job_id):
            if one.name == name:
                return one
        raise ArtefactNotFound(f"Job {job_id} has no file '{name}'.", job_id=job_id)

    def content(self, artefact: Artefact) -> bytes:
        """The file. Raises ArtefactDamaged."""
        content = self.files.read(artefact.job_id, artefact.name)
        if content is None or not intact(artefact, content):
            raise ArtefactDamaged(f"{artefact.name} of job {artefact.job_id} is not what the job wrote.")
        return content

    def zipped(self, artefacts: Sequence[Artefact]) -> Iterator[bytes]:
        """The files as one zip, a file at a time, stored as they are; the same files, the same bytes.

        Raises ArtefactDamaged when it comes to a file that is not what the job wrote.
        """
        drain = _Drain()
        with zipfile.ZipFile(drain, "w") as archive:
            for one in artefacts:
                entry = zipfile.ZipInfo(one.name, MOMENT)
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, self.content(one))
                yield drain.taken()
        yield drain.taken()


class _Drain(RawIOBase):
    """Holds what was written until it is taken."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, chunk: Any) -> int:
        self._held += chunk
        return len(chunk)

    def taken(self) -> bytes:
        held, self._held = bytes(self._held), bytearray()
        return held
