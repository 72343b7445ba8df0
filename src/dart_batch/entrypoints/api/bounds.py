"""Bounds of levels by definition."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from dart_batch.application.definitions import imported_definition, is_imported, resolve_definition
from dart_batch.application.ports.unit_of_work import UnitOfWork
from dart_batch.domain.index.definition import Definition


@dataclass(slots=True)
class LevelBounds:
    """Remembers the bounds of each version of a definition, which never change."""

    uow: Callable[[], UnitOfWork]
    _known: dict[str, list[float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, identifier: str) -> list[float]:
        """Four ascending upper bounds for `name@version`; a selection (`kospi[VOLATILITY]@1`) has those of the whole.

        Raises UnknownDefinition.
        """
        with self._lock:
            if identifier not in self._known:
                self._known[identifier] = list(self._definition(identifier).levels)
            return self._known[identifier]

    def _definition(self, identifier: str) -> Definition:
        name, _, version = identifier.rpartition("@")
        if is_imported(identifier):
            return imported_definition(name)
        with self.uow() as uow:
            return resolve_definition(uow, f"{name.partition('[')[0]}@{version}")
