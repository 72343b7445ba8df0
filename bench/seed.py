"""The three job types that the users gave figures for, as commands from start to end, beside those figures.

The bundled US history; each command is a process of its own, its peak resident memory that of its whole process tree.
Run: .venv/bin/python -m bench.seed
"""

import json
import resource
import tempfile
from dataclasses import dataclass

from bench.kospi import DART, measured
from dart_batch.engine.definition_file import shipped

ROUNDS = 3
NAMES = [component.name for component in shipped()["us"].components]
WEIGHTS = ",".join(f"{name}={1 / len(NAMES)!r}" for name in NAMES)


@dataclass(frozen=True)
class Wanted:
    """What is done to how many of what an hour, in how many MB."""

    name: str
    unit: str
    per_hour: int
    megabytes: int
    command: tuple[str, ...]


TABLE = (
    Wanted("backfill", "days", 1_000, 512, ("backfill", "--market", "US", "--overwrite")),
    Wanted("recalculation", "calculations", 5_000, 256, ("recalculate", "-m", "US", "-w", WEIGHTS, "-r", "bench")),
    Wanted("validation", "records", 10_000, 128, ("validate", "--market", "US", "--level", "comprehensive")),
)


@dataclass(frozen=True)
class Ran:
    """What one command did and took; `processor` counts its children as well."""

    items: int
    seconds: float
    processor: float
    peak_mb: float


def ran(command: tuple[str, ...], home: str) -> Ran:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    whole, output = measured([DART, *command, "--yes", "--json"], home)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Ran(json.loads(output)["progress"]["processedItems"], whole.seconds, used, whole.peak_mb)


def line(wanted: Wanted, rounds: list[Ran]) -> str:
    middle = sorted(rounds, key=lambda one: one.seconds)[ROUNDS // 2]
    rate, peak = middle.items / middle.seconds * 3600, max(one.peak_mb for one in rounds)
    return (
        f"{wanted.name:14}{middle.items:,} {wanted.unit} in {middle.seconds:.1f} s ({middle.processor:.1f} s of the "
        f"processor): {rate:,.0f} an hour, {rate / wanted.per_hour:,.0f} times {wanted.per_hour:,}; "
        f"peak {peak:.0f} MB (asked: {wanted.megabytes})"
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        measured([DART, "demo"], home)
        for wanted in TABLE:
            print(line(wanted, [ran(wanted.command, home) for _ in range(ROUNDS)]))
        planned, _ = measured([DART, "validate", "--market", "US", "--dry-run"], home)
    print(f"{'no job':14}a validation that is only planned: peak {planned.peak_mb:.0f} MB")
    print(f"(medians of {ROUNDS} rounds, highest peak; whole commands, with the start of Python and of the product)")


if __name__ == "__main__":
    main()
