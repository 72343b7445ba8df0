"""What only jobs of one type are told."""

from collections.abc import Mapping
from typing import Any

from dart_batch.domain.job.corrections import AffectedByCorrections
from dart_batch.domain.job.migration import DefinitionRename, LegacyImport, StoreMove
from dart_batch.domain.job.recalculation import Recalculation
from dart_batch.domain.job.reporting import Reporting
from dart_batch.domain.job.validation import Validation

MigrationDetails = StoreMove | LegacyImport | DefinitionRename
JobDetails = AffectedByCorrections | Recalculation | Reporting | Validation | MigrationDetails
KINDS: dict[str, type[JobDetails]] = {
    "affectedByCorrections": AffectedByCorrections,
    "recalculationReason": Recalculation,
    "formats": Reporting,
    "scope": Validation,
    "moveTo": StoreMove,
    "legacySource": LegacyImport,
    "renameTo": DefinitionRename,
}


def details_from(raw: Mapping[str, Any]) -> JobDetails | None:
    """The details in stored parameters, known by a field that only their type has; null when there are none."""
    for field, kind in KINDS.items():
        if field in raw:
            return kind.from_dict(raw)
    return None
