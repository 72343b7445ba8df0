"""Turns a job's ranges into sessions: which to compute, which to leave alone and why."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import polars as pl

from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.plan import Skip


@dataclass(frozen=True, slots=True)
class MarketPlan:
    """The sessions of one market: runs to compute, skips with reasons, and how many are new or replaced."""

    market: str
    runs: tuple[tuple[date, ...], ...]
    skips: tuple[Skip, ...]
    added: int
    changed: int

    @property
    def spans(self) -> list[list[str]]:
        """First and last session of each run, as ISO dates."""
        return [[run[0].isoformat(), run[-1].isoformat()] for run in self.runs]


def plan_market(
    market: str, sessions: list[date], reason: Callable[[date], str | None], live: pl.DataFrame
) -> MarketPlan:
    """Split `sessions` by `reason` (null: compute it). `live` has the column `session` of what is published."""
    verdicts = [(session, reason(session)) for session in sessions]
    runs: list[tuple[date, ...]] = []
    skips: list[Skip] = []
    for why, group in groupby(verdicts, key=lambda verdict: verdict[1]):
        days = tuple(day for day, _ in group)
        if why is None:
            runs.append(days)
        else:
            skips.append(Skip(market, days[0], days[-1], len(days), why))
    present = set(live["session"].to_list())
    todo = [day for run in runs for day in run]
    changed = sum(day in present for day in todo)
    return MarketPlan(market, tuple(runs), tuple(skips), len(todo) - changed, changed)


def cut_chunks(plans: Iterable[MarketPlan], size: int) -> tuple[Chunk, ...]:
    """Chunks of at most `size` sessions, numbered from 1, never across a skip or a market."""
    return tuple(
        Chunk(number, market, days[0], days[-1], len(days))
        for number, (market, days) in enumerate(_slices(plans, size), start=1)
    )


def _slices(plans: Iterable[MarketPlan], size: int) -> Iterator[tuple[str, tuple[date, ...]]]:
    for plan in plans:
        for run in plan.runs:
            for start in range(0, len(run), size):
                yield plan.market, run[start : start + size]
