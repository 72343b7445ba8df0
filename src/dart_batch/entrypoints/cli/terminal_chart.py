"""Charts made of characters: a braille curve over level bands, and strips of blocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

BLOCKS = " ▁▂▃▄▅▆▇█"
_DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
_BRAILLE = 0x2800

Numbers = NDArray[np.float64]
Columns = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Extremes:
    """Lowest, highest and last value per column of a chart; NaN where a column shows none."""

    low: Numbers
    high: Numbers
    last: Numbers


def columns_of(days: NDArray[np.datetime64], width: int) -> tuple[Columns, Columns]:
    """Which rows each of `width` equal spans of time shows, as starts and stops.

    A span without a row of its own shows the row before it, so that week-ends are no holes.
    """
    numbers = days.astype(np.int64)
    edges = np.linspace(numbers[0], numbers[-1] + 1, width + 1)
    starts = np.searchsorted(numbers, edges[:-1], side="left")
    stops = np.searchsorted(numbers, edges[1:], side="left")
    starts = np.where(starts == stops, np.maximum(starts - 1, 0), starts)
    return starts, np.maximum(stops, starts + 1)


def extremes(values: Numbers, columns: tuple[Columns, Columns]) -> Extremes:
    """What each column of a chart shows of the values; NaN only where all of its values are."""
    parts = [values[start:stop] for start, stop in zip(*columns, strict=True)]
    seen = [part[np.isfinite(part)] for part in parts]
    low = [part.min() if part.size else np.nan for part in seen]
    high = [part.max() if part.size else np.nan for part in seen]
    last = [part[-1] for part in parts]
    return Extremes(np.array(low), np.array(high), np.array(last))


def braille(columns: Extremes, height: int, top: float = 100.0) -> list[str]:
    """A curve over 0 to `top` as `height` lines, the highest first; two columns and four dots high per character.

    Neighbouring columns are joined unless one of them ends or begins in a gap.
    """
    low, high = _joined(columns)
    scale = (height * 4 - 1) / top
    rows = np.arange(height * 4)[:, None]
    with np.errstate(invalid="ignore"):
        drawn = (rows >= np.rint(low * scale)) & (rows <= np.rint(high * scale))
    cells = np.flipud(drawn).reshape(height, 4, -1, 2)
    codes = np.einsum("hdwk,dk->hw", cells, _DOTS)
    return ["".join(chr(_BRAILLE + code) for code in line) for line in codes.tolist()]


def blocks(shares: Sequence[float], empty: str = " ") -> str:
    """One block per share of 0 to 1; a share above 0 is never shown as nothing, NaN shows as `empty`."""
    return "".join(empty if np.isnan(share) else BLOCKS[_eighths(share)] for share in shares)


def date_axis(first: date, last: date, width: int) -> str:
    """Labels under a chart of `width` characters: years for long spans, else dates; they never touch."""
    days = (last - first).days + 1
    labels = _year_labels(first, last) if days > 900 else _date_labels(first, days, width)
    line = [" "] * width
    free = 0
    for day, label in labels:
        at = (day - first).days * width // days
        if at >= free and at + len(label) <= width:
            line[at : at + len(label)] = label
            free = at + len(label) + 2
    return "".join(line).rstrip()


def _eighths(share: float) -> int:
    return min(8, max(int(share > 0), int(share * 8 + 1e-9)))


def _joined(columns: Extremes) -> tuple[Numbers, Numbers]:
    before = np.concatenate([[np.nan], columns.last[:-1]])
    return np.fmin(columns.low, np.where(np.isnan(columns.low), np.nan, before)), np.fmax(
        columns.high, np.where(np.isnan(columns.high), np.nan, before)
    )


def _year_labels(first: date, last: date) -> list[tuple[date, str]]:
    return [(max(date(year, 1, 1), first), str(year)) for year in range(first.year, last.year + 1)]


def _date_labels(first: date, days: int, width: int) -> list[tuple[date, str]]:
    count = max(1, min(width // 16, days))
    ordinals = [first.toordinal() + days * number // count for number in range(count)]
    return [(day, day.isoformat()) for day in map(date.fromordinal, ordinals)]
