"""Computes stored readings afresh, each from what its own job was pinned to."""

from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl

from dart_batch.application.job_types.computation import Computation
from dart_batch.engine.schema import READING_SCHEMA
from dart_batch.engine.validation.recomputation import Compared


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """An unbroken run of sessions that one job wrote with one definition from one revision of the observations."""

    first: date
    last: date
    job_id: str
    computation: Computation

    def holds(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows (session, job_id) that belong to it."""
        return frame.filter(pl.col("session").is_between(self.first, self.last), pl.col("job_id") == self.job_id)


@dataclass(slots=True)
class Recomputer:
    """Compares pieces with what is computed afresh: all of it, in blocks as large as the piece and `until` allow, or
    the sessions in `sample` alone. One block is kept for the calls that follow; `ahead` false keeps blocks to what is
    asked for.
    """

    sample: frozenset[date] | None
    until: date
    ahead: bool = True
    _block: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=READING_SCHEMA))
    _of: Piece | None = None
    _loaded: tuple[Piece, Computation] | None = None

    def compared(self, piece: Piece, rows: pl.DataFrame) -> Compared:
        """The rows (READING_SCHEMA) of a piece that are to be compared, beside the fresh ones."""
        chosen = rows if self.sample is None else rows.filter(pl.col("session").is_in(list(self.sample)))
        stored = chosen.select(*READING_SCHEMA)
        return Compared(stored, self._fresh(piece, stored), lambda differing: _foreseen(piece, differing))

    def _fresh(self, piece: Piece, stored: pl.DataFrame) -> pl.DataFrame:
        if stored.is_empty():
            return stored
        if self.sample is not None:
            return pl.concat([self._at_hand(piece).fresh(day, day) for day in stored["session"].unique()]).sort(
                "session"
            )
        first, last = stored["session"][0], stored["session"][-1]
        if self._of != piece or not _covers(self._block, first, last):
            end = max(last, min(piece.last, self.until)) if self.ahead else last
            self._block, self._of = piece.computation.fresh(first, end), piece
        begin = self._block["session"].search_sorted(first, "left")
        fresh = self._block.slice(begin, self._block["session"].search_sorted(last, "right") - begin)
        if fresh.height == stored.height:
            return fresh
        return fresh.filter(pl.col("session").is_in(stored["session"].implode()))

    def _at_hand(self, piece: Piece) -> Computation:
        """The piece's computation with what it reads kept, in place of that of another piece."""
        if self._loaded is None or self._loaded[0] != piece:
            self._loaded = (piece, replace(piece.computation).reading_at_hand(min(piece.last, self.until)))
        return self._loaded[1]


def _covers(block: pl.DataFrame, first: date, last: date) -> bool:
    days = block["session"]
    return len(days) > 0 and bool(days[0] <= first and last <= days[-1])


def _foreseen(piece: Piece, differing: pl.DataFrame) -> pl.DataFrame:
    return piece.computation.fresh(differing["session"][0], differing["session"][-1], foreseeing=True)
