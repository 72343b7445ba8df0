"""KOSPI 2008-2017 from Parquet files to published readings, beside a straightforward pandas implementation.

Each side runs in a process of its own; time and the peak resident memory of its whole process tree are measured.
Run: .venv/bin/python -m bench.kospi [folder with kospi_YYYY.parquet and index_kospi.parquet]
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data" / "kospi"
ROUNDS = 3
DART = str(Path(sys.executable).with_name("dart-batch"))


@dataclass(frozen=True)
class Measure:
    seconds: float
    peak_mb: float


def measured(command: list[str], home: str) -> Measure:
    """Wall time and peak RSS of the process and its children. Raises CalledProcessError when it fails."""
    environment = os.environ | {"DART_HOME": home, "PYTHONPATH": str(ROOT)}
    start = time.perf_counter()
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    peak, done = [0.0], threading.Event()
    watcher = threading.Thread(target=_watch, args=(process.pid, peak, done))
    watcher.start()
    _, errors = process.communicate()
    seconds = time.perf_counter() - start
    done.set()
    watcher.join()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, stderr=errors)
    return Measure(seconds, peak[0])


def _watch(pid: int, peak: list[float], done: threading.Event) -> None:
    while not done.wait(0.02):
        try:
            tree = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
            peak[0] = max(peak[0], sum(process.memory_info().rss for process in tree) / 1e6)
        except psutil.NoSuchProcess:
            continue


def pandas_side(folder: Path, home: str) -> Measure:
    code = f"from bench.kospi_pandas import readings; from pathlib import Path; readings(Path({str(folder)!r}))"
    return measured([sys.executable, "-c", code], home)


def dart_import(folder: Path, home: str) -> Measure:
    files = sorted(map(str, folder.glob("*.parquet")))
    return measured([DART, "data", "import", *files, "--market", "KOSPI", "--as", "quotes", "--yes"], home)


def dart_backfill(home: str) -> Measure:
    span = ["--from", "2008-01-01", "--to", "2017-12-31"]
    return measured([DART, "backfill", "--market", "KOSPI", "--definition", "kospi", *span, "--yes"], home)


def median(rounds: list[Measure]) -> Measure:
    return Measure(sorted(one.seconds for one in rounds)[len(rounds) // 2], max(one.peak_mb for one in rounds))


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED
    if not folder.is_dir():
        sys.exit(f"{folder} is not there; name the folder with the KOSPI Parquet files.")
    sides: dict[str, list[Measure]] = {"pandas": [], "import": [], "backfill": []}
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as home:
            sides["pandas"].append(pandas_side(folder, home))
            sides["import"].append(dart_import(folder, home))
            sides["backfill"].append(dart_backfill(home))
    slow, load, fast = (median(sides[name]) for name in ("pandas", "import", "backfill"))
    print(f"pandas, files to readings                  {slow.seconds:6.2f} s  peak {slow.peak_mb:5.0f} MB")
    print(f"dart-batch data import (once)              {load.seconds:6.2f} s  peak {load.peak_mb:5.0f} MB")
    print(f"dart-batch backfill, store to published    {fast.seconds:6.2f} s  peak {fast.peak_mb:5.0f} MB")
    print(f"ratio pandas / backfill                    {slow.seconds / fast.seconds:6.1f}")
    print(f"(median of {ROUNDS} rounds in turn, peak of all rounds; process start included)")


if __name__ == "__main__":
    main()
