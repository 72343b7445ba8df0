"""Where in a TOML file each key stands, which the parser of the standard library does not tell."""

import re

Path = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]")
_KEY = re.compile(r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")


class LineMap:
    """Lines of the keys of one text. Unknown paths fall back to the nearest enclosing table that has a line."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {}
        self._counts: dict[Path, int] = {}
        table: Path = ()
        quoted = ""
        for number, line in enumerate(text.splitlines(), start=1):
            if not quoted:
                table = self._read(number, line, table)
            quoted = _open_quote(line, quoted)

    def line(self, path: Path) -> int:
        """1-based line of a key path; array elements are counted from 0."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def _read(self, number: int, line: str, table: Path) -> Path:
        if header := _HEADER.match(line):
            table = self._enter(_split(header[2]), is_array=header[1] == "[[")
            self._lines.setdefault(table, number)
        elif key := _KEY.match(line):
            self._lines.setdefault((*table, *_split(key[1])), number)
        return table

    def _enter(self, names: list[str], *, is_array: bool) -> Path:
        path: Path = ()
        for depth, name in enumerate(names, start=1):
            path = (*path, name)
            if is_array and depth == len(names):
                self._counts[path] = self._counts.get(path, -1) + 1
            if path in self._counts:
                path = (*path, self._counts[path])
        return path


def readable(path: Path) -> str:
    """A path as a person writes it, array elements counted from 1: `component[2].weight`."""
    parts = [f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path]
    return "".join(parts).removeprefix(".")


def _split(dotted: str) -> list[str]:
    return [part.strip().strip("\"'") for part in dotted.split(".")]


def _open_quote(line: str, quoted: str) -> str:
    for mark in re.findall(r'"""|\'\'\'', line):
        quoted = "" if quoted == mark else quoted or mark
    return quoted
