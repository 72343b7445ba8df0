"""Typed reading of one TOML table: every wrong, missing or unknown key becomes a problem, and reading goes on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

from dart_batch.domain.index.errors import DefinitionProblem
from dart_batch.engine.definition_file.lines import LineMap, Path, readable

E = TypeVar("E", bound=StrEnum)


@dataclass
class Problems:
    """Problems found so far in one file."""

    lines: LineMap
    found: list[DefinitionProblem] = field(default_factory=list)

    def add(self, path: Path, message: str, allowed: str = "") -> None:
        """Record a problem at the line of the path."""
        self.found.append(DefinitionProblem(self.lines.line(path), readable(path), message, allowed))


class Table:
    """One table at `path`. Getters return the value, or a harmless one after recording a problem."""

    def __init__(self, content: object, path: Path, problems: Problems) -> None:
        self.path, self.problems = path, problems
        self.content: Mapping[str, object] = content if isinstance(content, Mapping) else {}
        if not isinstance(content, Mapping):
            problems.add(path, f"must be a table, got {shown(content)}")

    def refuse(self, key: str, message: str, allowed: str = "") -> None:
        """Record a problem of a key."""
        self.problems.add((*self.path, key), message, allowed)

    def only(self, keys: Iterable[str]) -> None:
        """Refuse keys that mean nothing here."""
        allowed = sorted(keys)
        for key in self.content.keys() - set(allowed):
            close = get_close_matches(key, allowed, n=1)
            guess = f"; did you mean `{close[0]}`?" if close else ""
            self.refuse(key, f"unknown key{guess}", ", ".join(allowed))

    def text(self, key: str, default: str | None = None) -> str:
        """A non-empty string."""
        value = self._get(key, default)
        if value is None or (isinstance(value, str) and value.strip()) or value is default:
            return str(value or "")
        self.refuse(key, f"must be a text, got {shown(value)}")
        return ""

    def number(self, key: str, least: float, most: float, default: float | None = None) -> float:
        """A number in [least, most]."""
        value = self._get(key, default)
        if isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most:
            return float(value)
        if value is not None:
            self.refuse(key, f"must be a number from {least:g} to {most:g}, got {shown(value)}")
        return least

    def whole(self, key: str, least: int, most: int, default: int | None = None) -> int:
        """A whole number in [least, most]."""
        value = self._get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        if value is not None:
            self.refuse(key, f"must be a whole number from {least} to {most}, got {shown(value)}")
        return least

    def choice(self, key: str, choices: type[E], default: E | None = None) -> E:
        """A member of an enumeration, written as its value."""
        value = self._get(key, default)
        if isinstance(value, str) and value in list(choices):
            return choices(value)
        if value is not None:
            self.refuse(key, f"{shown(value)} is not known", ", ".join(choices))
        return next(iter(choices))

    def table(self, key: str) -> "Table":
        """A sub-table; an empty one when it is not there."""
        return Table(self.content.get(key, {}), (*self.path, key), self.problems)

    def tables(self, key: str) -> list["Table"]:
        """An array of tables; empty when it is not there."""
        value = self.content.get(key, [])
        if not isinstance(value, list):
            self.refuse(key, f"must be an array of tables, got {shown(value)}", f"[[{readable((*self.path, key))}]]")
            return []
        return [Table(part, (*self.path, key, number), self.problems) for number, part in enumerate(value)]

    def _get(self, key: str, default: object) -> object:
        value = self.content.get(key, default)
        if value is None:
            self.problems.add((*self.path, key), "is missing")
        return value


def shown(value: object) -> str:
    """A value as it appears in a message."""
    return repr(value) if len(repr(value)) <= 60 else f"{repr(value)[:57]}..."
