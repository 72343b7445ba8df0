"""What each strategy costs in time and memory: the bundled US history, 8,313 sessions in chunks of 100.

Each strategy runs in a process of its own, in turn; the peak resident memory is that of its whole process tree.
Run: .venv/bin/python -m bench.strategies
"""

import json
import sys
import tempfile
from statistics import median, quantiles
from typing import Any

from bench.kospi import Measure, measured
from dart_batch.domain.job.strategy import Strategy

ROUNDS = 3
PROMISED_MS = 50


def side(strategy: Strategy) -> tuple[dict[str, Any], Measure]:
    """What bench.strategy_sides says of a strategy, and its process tree."""
    with tempfile.TemporaryDirectory() as home:
        tree, output = measured([sys.executable, "-m", "bench.strategy_sides", strategy.value], home)
    return json.loads(output), tree


def line(strategy: Strategy, told: list[dict[str, Any]], peak: float) -> str:
    figures = [median(one[run][what] for one in told) for run in ("warm", "cold") for what in ("first", "whole")]
    return f"{strategy.value:10}" + "".join(f"{seconds:14.2f} s" for seconds in figures) + f"{peak:10.0f} MB"


def latency(told: list[dict[str, Any]], what: str) -> str:
    times = [time for one in told for time in one[what]]
    return (
        f"STREAM, from computed to {what}: median {median(times):.0f} ms, "
        f"{sum(time <= PROMISED_MS for time in times) / len(times):.1%} within {PROMISED_MS} ms, "
        f"99 % within {quantiles(times, n=100)[98]:.0f} ms, all within {max(times):.0f} ms"
    )


def main() -> None:
    rounds = [{strategy: side(strategy) for strategy in Strategy} for _ in range(ROUNDS)]
    headings = ("first reading", "whole job", "first, cold", "whole, cold")
    print(f"{'':10}" + "".join(f"{heading:>16}" for heading in headings) + f"{'peak':>13}")
    for strategy in Strategy:
        told = [one[strategy][0] for one in rounds]
        print(line(strategy, told, max(one[strategy][1].peak_mb for one in rounds)))
    for what in ("committed", "announced"):
        print(latency([one[Strategy.STREAM][0] for one in rounds], what))
    print(f"(medians of {ROUNDS} rounds in turn, highest peak; cold: the worker's first job)")


if __name__ == "__main__":
    main()
