"""Files that appear whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from dart_batch.domain.errors import Refused


class FileNotWritable(Refused):
    """The file named for the output cannot be made."""

    code = "file-not-writable"
    hint = "Name a file in a folder that exists and that you may write."


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A stream that becomes `path` when the block ends well; otherwise nothing changes.

    It is written beside `path` under a temporary name, flushed to disk and renamed, so a reader never sees half of it.
    A device or pipe is written directly. Raises FileNotWritable.
    """
    target = path.expanduser().resolve()
    try:
        if target.exists() and not target.is_file() and not target.is_dir():
            with target.open("wb") as stream:
                yield stream
            return
        with _renamed(target) as stream:
            yield stream
    except OSError as error:
        raise FileNotWritable(f"The file {path} cannot be written: {error.strerror or error}.") from error


@contextmanager
def _renamed(target: Path) -> Iterator[BinaryIO]:
    if target.is_dir():
        raise IsADirectoryError(0, "it is a folder")
    temporary = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with temporary.open("wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
