"""The figures of all sides as one table in Markdown."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from bench.peers.measures import MOMENTS, RESTART_SECONDS, Backfill, Drain, Restart
from bench.peers.work import CHUNKS

ABSENT = "-"


@dataclass
class Figures:
    """What was measured of one side, a value per round; `drains` by slots, `restarts` by the moment of the kill."""

    backfills: list[Backfill] = field(default_factory=list)
    drains: dict[int, list[Drain]] = field(default_factory=dict)
    restarts: dict[str, list[Restart]] = field(default_factory=dict)


def _overhead(figures: Figures) -> str:
    if not figures.backfills:
        return ABSENT
    whole, bare = (median(one) for one in zip(*((one.whole, one.bare) for one in figures.backfills), strict=True))
    return f"{(whole - bare) / CHUNKS * 1000:.2f}"


def _submitted(figures: Figures) -> str:
    rates = [one.submitted for drains in figures.drains.values() for one in drains]
    return f"{median(rates):,.0f}" if rates else ABSENT


def _drained(slots: int) -> Callable[[Figures], str]:
    def cell(figures: Figures) -> str:
        rates = [one.drained for one in figures.drains.get(slots, [])]
        return f"{median(rates):,.0f}" if rates else ABSENT

    return cell


def _memory(figures: Figures) -> str:
    peaks = [one.memory for drains in figures.drains.values() for one in drains]
    return f"{max(peaks):.0f}" if peaks else ABSENT


def _first(figures: Figures) -> str:
    return _seconds([one.first for one in _restarts(figures)])


def _finished(figures: Figures) -> str:
    return _seconds([one.finished for one in _restarts(figures)])


def _missing(figures: Figures) -> str:
    return _by_moment(figures, lambda one: one.missing)


def _twice(figures: Figures) -> str:
    return _by_moment(figures, lambda one: one.twice)


def _seconds(moments: Sequence[float | None]) -> str:
    """The longest; what never came is longer than the time that was waited for it."""
    if not moments:
        return ABSENT
    came = [one for one in moments if one is not None]
    return f"{max(came):.1f}" if len(came) == len(moments) else f"> {RESTART_SECONDS:.0f}"


def _by_moment(figures: Figures, count: Callable[[Restart], int]) -> str:
    if not figures.restarts:
        return ABSENT
    return " / ".join(str(max(map(count, figures.restarts[moment]))) for moment in MOMENTS)


def _restarts(figures: Figures) -> list[Restart]:
    return [one for restarts in figures.restarts.values() for one in restarts]


COLUMNS: dict[str, tuple[str, Callable[[Figures], str]]] = {
    "overhead per chunk, ms": ("a", _overhead),
    "submitted/s": ("b", _submitted),
    "drained/s at 1": ("b", _drained(1)),
    "drained/s at 50": ("b", _drained(50)),
    "RSS, MB": ("b", _memory),
    "restart to first chunk, s": ("c", _first),
    "restart to the end, s": ("c", _finished),
    "missing": ("c", _missing),
    "twice": ("c", _twice),
}


def markdown(figures: Mapping[tuple[str, str], Figures], measured: str) -> str:
    """A row for every (name, version), and the columns of the `measured` parts ("abc")."""
    columns = {title: cell for title, (part, cell) in COLUMNS.items() if part in measured}
    lines = [["", "version", *columns], ["---", "---", *("---:" for _ in columns)]]
    lines += [[*name, *(cell(one) for cell in columns.values())] for name, one in figures.items()]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
