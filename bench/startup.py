"""How long `dart-batch --help` takes, beside a bare Python process.

Run: .venv/bin/python -m bench.startup
"""

import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 11
DART = str(Path(sys.executable).with_name("dart-batch"))


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    pairs = [(seconds([sys.executable, "-c", "pass"]), seconds([DART, "--help"])) for _ in range(ROUNDS)]
    bare, ours = (sorted(column)[ROUNDS // 2] for column in zip(*pairs, strict=True))
    print(f"bare Python {bare:.3f} s, dart-batch --help {ours:.3f} s (median of {ROUNDS})")


if __name__ == "__main__":
    main()
