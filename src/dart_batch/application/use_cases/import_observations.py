"""Brings files into the observation store: all are checked before the first is written."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from dart_batch.application.ports.market_data import (
    FileChanged,
    ImportBlocked,
    ImportOrder,
    ImportPlan,
    ObservationImporter,
    ObservationStore,
)

KEPT_BYTES = 128_000_000


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
        """A plan per file. Rows are kept up to `kept_bytes`, so that many years of quotes do not fill the memory.

        Raises FileNotUsable, MarketNotNamed, UnknownMarket.
        """
        plans, room = [], self._kept_bytes
        for order in orders:
            plan = self._importer.plan(order)
            room -= int(plan.observations.estimated_size())
            plans.append(plan if room >= 0 else _light(plan))
        return plans

    def __call__(self, plans: Sequence[ImportPlan], *, accept_warnings: bool) -> list[Imported]:
        """Stores the planned files one after the other; each file is one batch or none.

        Raises ImportBlocked when findings are not accepted (nothing was stored, unless a file disagrees with one
        stored just before it), FileChanged, StoreNotWritable.
        """
        _refuse_blocked(plans, accept_warnings=accept_warnings)
        return [self._store_one(plan, accept_warnings=accept_warnings) for plan in plans]

    def _store_one(self, plan: ImportPlan, *, accept_warnings: bool) -> Imported:
        held = plan.observations.height == plan.new_rows + plan.corrected_rows
        full = self._importer.again(plan) if held else self._importer.plan(plan.order)
        if full.digest != plan.digest:
            raise FileChanged(f"{plan.path} changed after it was checked.", path=plan.path)
        _refuse_blocked([full], accept_warnings=accept_warnings)
        return Imported(_light(full), self._store.append(full))


def _light(plan: ImportPlan) -> ImportPlan:
    return replace(plan, observations=pl.DataFrame())


def _refuse_blocked(plans: Sequence[ImportPlan], *, accept_warnings: bool) -> None:
    blocked = [plan for plan in plans if plan.blocking]
    if blocked and not accept_warnings:
        names = ", ".join(plan.path.name for plan in blocked)
        raise ImportBlocked(f"The schema check found trouble in {names}; nothing of it was imported.", plans=blocked)
