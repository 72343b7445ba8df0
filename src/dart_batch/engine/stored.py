"""Readings as they were read back from where they are stored."""

import hashlib
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import nan
from typing import Any

import polars as pl

from dart_batch.engine.schema import READING_SCHEMA


@dataclass(frozen=True)
class StoredReadings:
    """Columns of READING_SCHEMA (with or without `components`) and texts, ascending by session; null as None, a session
    as YYYY-MM-DD.
    """

    columns: Mapping[str, tuple[Any, ...]]

    @property
    def height(self) -> int:
        """Number of readings."""
        return len(self.columns["session"])

    @cached_property
    def sessions(self) -> list[date]:
        """The sessions, ascending."""
        return list(map(date.fromisoformat, self.columns["session"]))

    @cached_property
    def frame(self) -> pl.DataFrame:
        """The same as a frame."""
        columns = {**self.columns, "session": self.sessions}
        return pl.DataFrame(
            [pl.Series(name, values, READING_SCHEMA.get(name, pl.String)) for name, values in columns.items()]
        )

    @property
    def content_hash(self) -> str:
        """SHA-256 over session, value, coverage and input hash, by session; equal only for equal bytes.

        Level and components are left out: definition and input hash determine them.
        """
        digest = hashlib.sha256("".join(self.columns["session"]).encode())
        for name in ("value", "coverage"):
            digest.update(array("d", [nan if number is None else number for number in self.columns[name]]).tobytes())
        digest.update("".join(self.columns["input_hash"]).encode())
        return digest.hexdigest()
