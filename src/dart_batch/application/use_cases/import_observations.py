"""Brings files into the observation store: all are checked before the first is written."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

import polars as pl

from dart_batch.application.ports.market_data import (
    EncodedBatch,
    FileChanged,
    ImportBlocked,
    ImportOrder,
    ImportPlan,
    ObservationImporter,
    ObservationStore,
)

KEPT_BYTES = 256_000_000
FILES_AT_ONCE = 2
A = TypeVar("A")
B = TypeVar("B")


@dataclass(frozen=True, slots=True)
class Imported:
    """What one file brought, and the market's revision after it. The plan no longer holds the rows themselves."""

    plan: ImportPlan
    revision: int


class ImportObservations:
    """Callable use case in two steps: `plan` to look at, then the call that stores what was planned."""

    def __init__(self, store: ObservationStore, importer: ObservationImporter, kept_bytes: int = KEPT_BYTES) -> None:
        self._store = store
        self._kept_bytes = kept_bytes
        self._importer = importer

    def plan(self, orders: Sequence[ImportOrder]) -> list[ImportPlan]:
        """A plan per file, in the order of the files; see `planned`."""
        return list(self.planned(orders))

    def planned(self, orders: Iterable[ImportOrder]) -> Iterator[ImportPlan]:
        """A plan per file, in their order, each as soon as it is made; the next files are read meanwhile.

        Rows are kept up to `kept_bytes`, so that many years of quotes do not fill the memory.
        Raises FileNotUsable, MarketNotNamed, UnknownMarket.
        """
        room = self._kept_bytes
        for plan in _ahead(self._importer.plan, orders):
            room -= int(plan.observations.estimated_size())
            yield plan if room >= 0 else _light(plan)

    def __call__(self, plans: Sequence[ImportPlan], *, accept_warnings: bool) -> list[Imported]:
        """Stores the planned files one after the other; each file is one batch or none.

        Raises ImportBlocked when findings are not accepted (nothing was stored, unless a file disagrees with one
        stored just before it), FileChanged, StoreNotWritable.
        """
        return list(self.stored(plans, accept_warnings=accept_warnings))

    def stored(self, plans: Sequence[ImportPlan], *, accept_warnings: bool) -> Iterator[Imported]:
        """As the call, but each file when it is stored; the next ones are made ready meanwhile."""
        _refuse_blocked(plans, accept_warnings=accept_warnings)
        for full, encoded in _ahead(self._ready, plans):
            latest = self._importer.again(full)
            _refuse_blocked([latest], accept_warnings=accept_warnings)
            yield Imported(_light(latest), self._store.append(latest, encoded))

    def _ready(self, plan: ImportPlan) -> tuple[ImportPlan, EncodedBatch]:
        held = plan.observations.height == plan.new_rows + plan.corrected_rows
        full = plan if held else self._importer.plan(plan.order)
        if full.digest != plan.digest:
            raise FileChanged(f"{plan.path} changed after it was checked.", path=plan.path)
        return full, self._store.encoded(full)


def _ahead(work: Callable[[A], B], items: Iterable[A]) -> Iterator[B]:
    """Results in the order of the items, while FILES_AT_ONCE of them are worked on."""
    with ThreadPoolExecutor(FILES_AT_ONCE) as pool:
        begun: deque[Future[B]] = deque()
        for item in items:
            begun.append(pool.submit(work, item))
            if len(begun) > FILES_AT_ONCE:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()


def _light(plan: ImportPlan) -> ImportPlan:
    return replace(plan, observations=pl.DataFrame())


def _refuse_blocked(plans: Sequence[ImportPlan], *, accept_warnings: bool) -> None:
    blocked = [plan for plan in plans if plan.blocking]
    if blocked and not accept_warnings:
        names = ", ".join(plan.path.name for plan in blocked)
        raise ImportBlocked(f"The schema check found trouble in {names}; nothing of it was imported.", plans=blocked)
