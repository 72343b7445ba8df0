"""KOSPI 2008-2017 from Parquet files to published readings, beside two pandas implementations of the same definition.

Each side runs in a process of its own, in turn, and ends with the readings in a SQLite file; the pandas sides check
nothing and keep no observations. The peak resident memory is the kernel's figure (no side starts another process). The
rows "in process" leave out what Python's imports take, on all sides; the commands are whole processes, with bytecode
that is kept from one to the next.
Run: .venv/bin/python -m bench.kospi [folder with kospi_YYYY.parquet and index_kospi.parquet]
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data" / "kospi"
ROUNDS = 5
PRECISION = 1e-9
Values = list[float | None]
DART = str(Path(sys.executable).with_name("dart-batch"))
SPAN = ["--from", "2008-01-01", "--to", "2017-12-31"]
RATIOS = (
    ("pandas long / our backfill, both in process", "pandas, long table", "ours: store to published"),
    ("pandas wide / our backfill, both in process", "pandas, wide frames", "ours: store to published"),
    ("pandas long / our import and backfill, both in process", "pandas, long table", "ours: files to published"),
    ("pandas wide / our import and backfill, both in process", "pandas, wide frames", "ours: files to published"),
)


@dataclass(frozen=True)
class Measure:
    seconds: float
    cpu: float
    peak_mb: float


def measured(command: list[str], home: str) -> tuple[Measure, bytes]:
    """Wall time, processor time and peak RSS of the process, and its output. Raises CalledProcessError."""
    environment = os.environ | {"DART_HOME": home, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")])}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=output, stderr=errors)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            errors.seek(0)
            raise subprocess.CalledProcessError(process.returncode, command, stderr=errors.read())
        output.seek(0)
        return Measure(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e6), output.read()


def in_process(side: str, folder: Path) -> tuple[dict[str, Measure], Values]:
    """What a side of bench.kospi_sides says of itself, by part, and the readings it found."""
    with tempfile.TemporaryDirectory() as home:
        whole, output = measured([sys.executable, "-m", "bench.kospi_sides", side, str(folder)], home)
    told = json.loads(output)
    return {part: Measure(*took, whole.peak_mb) for part, took in told["seconds"].items()}, told["values"]


def commands(folder: Path) -> dict[str, Measure]:
    """The two commands, as a user types them."""
    files = sorted(map(str, folder.glob("*.parquet")))
    with tempfile.TemporaryDirectory() as home:
        load, _ = measured([DART, "data", "import", *files, "--market", "KOSPI", "--as", "quotes", "--yes"], home)
        fast, _ = measured([DART, "backfill", "--market", "KOSPI", "--definition", "kospi", *SPAN, "--yes"], home)
    return {"command: dart-batch data import": load, "command: dart-batch backfill": fast}


def one_round(folder: Path) -> dict[str, Measure]:
    """Every side once. Raises SystemExit when the sides do not find the same readings."""
    (ours, readings), (long, same), (wide, again) = (in_process(side, folder) for side in ("ours", "long", "wide"))
    _must_agree(readings, same)
    _must_agree(readings, again)
    parts = ours["import"], ours["backfill"]
    both = Measure(sum(part.seconds for part in parts), sum(part.cpu for part in parts), parts[0].peak_mb)
    return {
        "pandas, long table": long["readings"],
        "pandas, wide frames": wide["readings"],
        "ours: files to store, once": ours["import"],
        "ours: store to published": ours["backfill"],
        "ours: files to published": both,
        **commands(folder),
    }


def _must_agree(ours: Values, theirs: Values) -> None:
    pairs = zip(ours, theirs, strict=True)
    if not all(a == b if a is None or b is None else abs(a - b) <= PRECISION for a, b in pairs):
        sys.exit("The sides do not find the same readings.")


def median(rounds: list[Measure]) -> Measure:
    seconds, cpu = (
        sorted(times)[len(rounds) // 2] for times in zip(*((one.seconds, one.cpu) for one in rounds), strict=True)
    )
    return Measure(seconds, cpu, max(one.peak_mb for one in rounds))


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED
    if not folder.is_dir():
        sys.exit(f"{folder} is not there; name the folder with the KOSPI Parquet files.")
    rounds = [one_round(folder) for _ in range(ROUNDS)]
    result = {name: median([one[name] for one in rounds]) for name in rounds[0]}
    for name, measure in result.items():
        print(f"{name:56} {measure.seconds:6.2f} s  {measure.cpu:6.2f} s of processors  peak {measure.peak_mb:4.0f} MB")
    for name, slow, fast in RATIOS:
        wall, cpu = result[slow].seconds / result[fast].seconds, result[slow].cpu / result[fast].cpu
        print(f"{name:56} {wall:6.1f} times, {cpu:.1f} in processor time")
    print(f"(median of {ROUNDS} rounds in turn, highest peak; the first five rows in process, the commands as a whole)")


if __name__ == "__main__":
    main()
