"""Other engines and dart-batch side by side: overhead per chunk, 10,000 jobs, and a worker killed in the middle.

Run: .venv/bin/python -m bench.peers [a|b|c] [--rounds N]
"""

import argparse
import time
from collections.abc import Iterator, Sequence

from bench.peers import measures, sides
from bench.peers.places import Missing
from bench.peers.processes import SideFailed
from bench.peers.table import Figures, markdown

PARTS = {"a": "overhead per chunk", "b": "10,000 jobs", "c": "worker killed at chunk 50 of 100"}
ROUNDS = {"a": 5, "b": 1, "c": 1}
SLOTS = (1, 50)


def main(arguments: Sequence[str] = ()) -> None:
    """Measure the parts that are named, all by default, the sides in turn; then print the table."""
    asked = _arguments(arguments)
    parts = asked.part or "abc"
    figures = {side: Figures() for side in _present(sides.SIDES, asked.only)}
    for part in parts:
        for number in range(asked.rounds or ROUNDS[part]):
            print(f"{PARTS[part]}, round {number + 1}", flush=True)
            for side, found in figures.items():
                _announced(side, found, part)
    rows = {(side.name, sides.version(side)): found for side, found in figures.items()}
    print(f"\n{sides.machine()}, {time.strftime('%Y-%m-%d')}\n\n{markdown(rows, parts)}")


def _arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.peers", description=__doc__)
    parser.add_argument("part", nargs="?", choices=[*PARTS], help="; ".join(f"{key}: {PARTS[key]}" for key in PARTS))
    parser.add_argument("--rounds", type=int, help="rounds of each part [a 5, b 1, c 1]")
    parser.add_argument("--only", default="", help="only sides with this in their name")
    return parser.parse_args(arguments)


def _present(wanted: Sequence[sides.Side], only: str) -> Iterator[sides.Side]:
    for side in wanted:
        if only.lower() not in side.name.lower():
            continue
        try:
            sides.check(side)
            yield side
        except Missing as missing:
            print(f"{side.name} is left out: {missing}", flush=True)


def _announced(side: sides.Side, figures: Figures, part: str) -> None:
    try:
        for line in _measured(side, figures, part):
            print(f"  {side.name}: {line}", flush=True)
    except (SideFailed, Missing) as failure:
        print(f"  {side.name} failed: {failure}", flush=True)


def _measured(side: sides.Side, figures: Figures, part: str) -> Iterator[str]:
    if part == "a":
        found = measures.backfill(side)
        figures.backfills.append(found)
        yield f"bare loop {found.bare * 1000:.0f} ms, through the engine {found.whole * 1000:.0f} ms"
    elif part == "b":
        yield from (_drained(side, figures, slots) for slots in SLOTS)
    else:
        yield from (_restarted(side, figures, moment) for moment in measures.MOMENTS)


def _drained(side: sides.Side, figures: Figures, slots: int) -> str:
    found = measures.drain(side, slots)
    figures.drains.setdefault(slots, []).append(found)
    unfinished = "" if found.done == measures.JOBS else f", {found.done} when the time was over"
    return f"{found.submitted:,.0f}/s in, {found.drained:,.0f}/s out at {slots}, {found.memory:.0f} MB{unfinished}"


def _restarted(side: sides.Side, figures: Figures, moment: str) -> str:
    found = measures.restart(side, moment)
    figures.restarts.setdefault(moment, []).append(found)
    first = "never" if found.first is None else f"{found.first:.2f} s"
    return f"killed {moment} the commit: first chunk {first}, {found.missing} missing, {found.twice} twice"
