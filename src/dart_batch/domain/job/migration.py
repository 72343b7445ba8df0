"""What is special about migrations: which there are, and what each is told."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dart_batch.domain.job.errors import InvalidParameters
from dart_batch.domain.redaction import redact

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
LEGACY_TABLES = ("fear_greed_index", "fear_greed_batch_history")


@dataclass(frozen=True, slots=True)
class Migration:
    """A migration the product ships. `version` grows when it would do something else than before."""

    name: str
    version: int
    title: str
    reversal: str

    @property
    def identifier(self) -> str:
        """As jobs name it: store@1."""
        return f"{self.name}@{self.version}"


STORE = Migration(
    "store",
    1,
    "Move the whole installation to another database; this one stays readable and whole.",
    "Empties a target that has not arrived and lets the queue go on here.",
)
LEGACY = Migration(
    "legacy",
    1,
    "Import the tables of the TypeScript system as an index of its own, bad rows rejected with their reasons.",
    "Rolls the publication back, or discards what waits for a decision.",
)
RENAME = Migration(
    "rename-definition",
    1,
    "Key the history of an index by the new name of its definition.",
    "Shows the old name's history again exactly as it was, and takes the new name's back.",
)
MIGRATIONS = (STORE, LEGACY, RENAME)


@dataclass(frozen=True, slots=True)
class StoreMove:
    """`target` is the URL of the other database without its password. Raises InvalidParameters when it carries one."""

    target: str

    def __post_init__(self) -> None:
        refuse_secret(self.target, "moveTo")

    @property
    def migration(self) -> Migration:
        return STORE

    def to_dict(self) -> dict[str, Any]:
        """The wire form, which is also the stored form."""
        return {"moveTo": self.target}

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> "StoreMove":
        """Inverse of to_dict."""
        return cls(raw["moveTo"])


@dataclass(frozen=True, slots=True)
class LegacyImport:
    """`source` is a database URL without its password, or a CSV or Parquet file; `table` one of LEGACY_TABLES, and
    `legacy_job` the job_id whose rows of the batch history are meant (empty: the only one there is). The values become
    readings of `index`. Raises InvalidParameters.
    """

    source: str
    table: str = LEGACY_TABLES[0]
    legacy_job: str = ""
    index: str = "legacy"

    def __post_init__(self) -> None:
        refuse_secret(self.source, "legacySource")
        if self.table not in LEGACY_TABLES:
            raise InvalidParameters(f"legacyTable must be one of {', '.join(LEGACY_TABLES)}.", field="legacyTable")
        check_name(self.index, "legacyIndex")

    @property
    def migration(self) -> Migration:
        return LEGACY

    def to_dict(self) -> dict[str, Any]:
        """The wire form, which is also the stored form."""
        return {
            "legacySource": self.source,
            "legacyTable": self.table,
            "legacyJob": self.legacy_job,
            "legacyIndex": self.index,
        }

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> "LegacyImport":
        """Inverse of to_dict."""
        return cls(raw["legacySource"], raw["legacyTable"], raw["legacyJob"], raw["legacyIndex"])


@dataclass(frozen=True, slots=True)
class DefinitionRename:
    """The old and the new name of a definition. Raises InvalidParameters."""

    old: str
    new: str

    def __post_init__(self) -> None:
        check_name(self.old, "renameFrom")
        check_name(self.new, "renameTo")
        if self.old == self.new:
            raise InvalidParameters("renameTo is the name it has already.", field="renameTo")

    @property
    def migration(self) -> Migration:
        return RENAME

    def to_dict(self) -> dict[str, Any]:
        """The wire form, which is also the stored form."""
        return {"renameFrom": self.old, "renameTo": self.new}

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> "DefinitionRename":
        """Inverse of to_dict."""
        return cls(raw["renameFrom"], raw["renameTo"])


def check_name(text: str, field: str) -> None:
    """Raises InvalidParameters for what cannot name an index."""
    if not _NAME.fullmatch(text):
        raise InvalidParameters(
            f"{field} must be 1 to 60 of a-z, 0-9, _ and -, beginning with a letter or digit.", field=field
        )


def refuse_secret(address: str, field: str) -> None:
    """Raises InvalidParameters for an empty address, and, without repeating it, for one that carries a secret."""
    if not address.strip() or len(address) > 1000:
        raise InvalidParameters(f"{field} must be given, in 1 to 1000 characters.", field=field)
    scheme, _, rest = address.rpartition("://")
    user, _, place = rest.rpartition("@")
    bare = f"{scheme}://{place}" if scheme else place
    if ":" in user or redact(bare) != bare:
        raise InvalidParameters(
            f"{field} carries a password, which is never stored.",
            hint="Leave it out of the address and set DART_MIGRATION_PASSWORD where the job runs.",
            field=field,
        )
