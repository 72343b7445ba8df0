"""Files of jobs in a folder per job."""

import re
import shutil
from pathlib import Path

from dart_batch.adapters.reporting.output_file import FileNotWritable, whole_file
from dart_batch.domain.errors import Fatal, Transient

_PLAIN = re.compile(r"\w[\w.-]*", re.ASCII)


class ArtefactsNotWritable(Transient):
    """The folder of reports takes no file at the moment."""

    code = "artefacts-not-writable"
    hint = "See that DART_ARTEFACT_DIR exists, may be written and has room."


class UnsafeName(Fatal):
    """A name that would leave the folder of its job."""

    code = "unsafe-name"


class ArtefactFolder:
    """Implements ArtefactFiles. A file is written beside its name, flushed to disk and renamed."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def write(self, job_id: str, name: str, content: bytes) -> None:
        path = self._path(job_id, name)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with whole_file(path) as stream:
                stream.write(content)
        except (OSError, FileNotWritable) as error:
            raise ArtefactsNotWritable(f"The report {name} cannot be written: {error}") from error

    def read(self, job_id: str, name: str) -> bytes | None:
        try:
            return self._path(job_id, name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def jobs(self) -> list[str]:
        return sorted(path.name for path in self._root.iterdir() if path.is_dir()) if self._root.is_dir() else []

    def drop(self, job_id: str) -> None:
        shutil.rmtree(self._path(job_id, "any").parent, ignore_errors=True)

    def _path(self, job_id: str, name: str) -> Path:
        for part in (job_id, name):
            if not _PLAIN.fullmatch(part):
                raise UnsafeName(f"{part!r} is no name of a file in a job's folder.")
        return self._root / job_id / name
