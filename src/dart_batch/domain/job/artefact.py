"""Files that jobs leave behind for people."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dart_batch.domain.errors import Fatal, NotFound

ABOUT = ("market", "definition", "period", "language")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


class ArtefactNotFound(NotFound):
    """The job has no file of this name."""

    code = "artefact-not-found"
    hint = "See the files of a job with `dart-batch jobs artefacts ID`."


class ArtefactDamaged(Fatal):
    """The file is gone or is not what the job wrote."""

    code = "artefact-damaged"
    hint = "Submit the same reports again; the database keeps what they are made from."


@dataclass(frozen=True, slots=True)
class Artefact:
    """A file of a job: which chunk wrote it, its size in bytes and the SHA-256 of its content (64 hex).

    What it is about - market, name of the index, label of the period, language - is empty where it was not recorded.
    """

    job_id: str
    chunk: int
    name: str
    format: str
    size: int
    sha256: str
    created_at: datetime
    market: str = ""
    definition: str = ""
    period: str = ""
    language: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The wire form without the moment."""
        return {
            "chunk": self.chunk,
            "name": self.name,
            "format": self.format,
            "size": self.size,
            "sha256": self.sha256,
            **{name: getattr(self, name) or None for name in ABOUT},
        }


def safe_name(*parts: str) -> str:
    """The parts as a file's name: anything but letters, digits, dot, dash and underscore becomes a dash."""
    return "-".join(_UNSAFE.sub("-", part).strip(".-") for part in parts)
