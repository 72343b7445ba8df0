"""Which sessions are spoken for, so that no two jobs write the same ones at once."""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable

from dart_batch.domain.job.batch_job import Target


class Territory:
    """Spans of sessions by index and market; spans of one index and market never overlap."""

    def __init__(self) -> None:
        self._spans: defaultdict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)

    def take(self, targets: Iterable[Target]) -> bool:
        """Speak for all of them; false, and nothing is taken, when a session is spoken for already."""
        wanted = list(targets)
        if not all(self._free(*target) for target in wanted):
            return False
        for index, market, first, last in wanted:
            insort(self._spans[index, market], (first, last))
        return True

    def _free(self, index: str, market: str, first: str, last: str) -> bool:
        spans = self._spans[index, market]
        before = bisect_right(spans, (last, "~"))
        return before == 0 or spans[before - 1][1] < first
