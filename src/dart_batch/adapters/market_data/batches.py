"""The batch files of one market: `series/000001.parquet`, `quotes/000002.parquet`, never changed after writing.

One sequence of numbers runs over both shapes, so the highest number is the market's revision.
"""

import fcntl
import io
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import polars as pl

from dart_batch.adapters.market_data.columns import compact, listed
from dart_batch.application.ports.market_data import BatchUnreadable, Shape, StoreNotWritable

SHAPES: tuple[Shape, ...] = ("series", "quotes")
BATCH_NAME = re.compile(r"(\d{6,})\.parquet")
FACTS_KEY = "dart_batch"
TICKERS_KEY = "dart_batch.tickers"
ROWS_PER_GROUP = 131_072


@dataclass(frozen=True, slots=True)
class BatchFacts:
    """What a batch says about itself: rows, how many correct earlier rows, its sessions, and its origin."""

    rows: int
    corrections: int
    first: str
    last: str
    file: str
    sha256: str
    recorded_at: str


@dataclass(frozen=True, slots=True)
class Batch:
    """One stored batch file. `tickers` is what the column of that name has places in; empty where it has texts."""

    number: int
    shape: Shape
    path: Path
    facts: BatchFacts
    tickers: tuple[str, ...] = ()

    @property
    def first(self) -> date:
        """First session in the batch."""
        return date.fromisoformat(self.facts.first)

    @property
    def last(self) -> date:
        """Last session in the batch."""
        return date.fromisoformat(self.facts.last)


class BatchFolder:
    """Lists and publishes the batches under one market's folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: dict[Path, Batch] = {}

    def revision(self) -> int:
        """The highest batch number; 0 without batches."""
        return max((number for number, _, _ in self._files()), default=0)

    def batches(self, shape: Shape, revision: int) -> list[Batch]:
        """Batches of a shape up to a revision, oldest first. Raises BatchUnreadable."""
        found = sorted(file for file in self._files() if file[1] == shape and file[0] <= revision)
        return [self._batch(number, shape, path) for number, shape, path in found]

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Holds the market's write lock, so numbers are given and become visible in order. Raises StoreNotWritable."""
        with _translated(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = os.open(self._folder / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def publish(self, shape: Shape, content: memoryview) -> int:
        """Writes what `encode` made as the next batch; returns its number. Call it inside `writing`.

        Raises StoreNotWritable.

        The file is complete and on disk before it gets its name, and a name is never given twice.
        """
        with _translated(self._folder):
            for left_by_a_crash in self._folder.glob(".writing-*"):
                left_by_a_crash.unlink()
            unnamed = self._folder / f".writing-{os.getpid()}"
            _write_synced(unnamed, content)
            number = self.revision() + 1
            target = self._folder / shape / f"{number:06d}.parquet"
            target.parent.mkdir(exist_ok=True)
            os.link(unnamed, target)
            unnamed.unlink()
            _sync(target.parent)
        return number

    def _files(self) -> Iterator[tuple[int, Shape, Path]]:
        for shape in SHAPES:
            for path in (self._folder / shape).glob("*.parquet"):
                if match := BATCH_NAME.fullmatch(path.name):
                    yield int(match[1]), shape, path

    def _batch(self, number: int, shape: Shape, path: Path) -> Batch:
        if path not in self._seen:
            self._seen[path] = Batch(number, shape, path, *_read_facts(path))
        return self._seen[path]


def encode(rows: pl.DataFrame, facts: BatchFacts) -> memoryview:
    """Content of a batch file; `rows` have the columns of their shape and `corrects`."""
    content = io.BytesIO()
    compact(rows).write_parquet(
        content,
        compression="uncompressed",
        row_group_size=ROWS_PER_GROUP,
        metadata={FACTS_KEY: json.dumps(asdict(facts)), TICKERS_KEY: json.dumps(listed(rows))},
    )
    return content.getbuffer()


def _read_facts(path: Path) -> tuple[BatchFacts, tuple[str, ...]]:
    try:
        found = pl.read_parquet_metadata(path)
        return BatchFacts(**json.loads(found[FACTS_KEY])), tuple(json.loads(found.get(TICKERS_KEY, "[]")))
    except (OSError, pl.exceptions.PolarsError, KeyError, ValueError, TypeError) as error:
        raise BatchUnreadable(f"The batch {path} cannot be read: {error}", path=path) from error


def _write_synced(path: Path, content: memoryview) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreNotWritable(f"The observation store cannot write to {folder}: {reason}.", folder=folder) from error
