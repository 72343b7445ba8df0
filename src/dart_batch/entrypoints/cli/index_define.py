"""Validates and stores a definition; what is wrong is shown at its place in the file."""

import re
from pathlib import Path
from typing import Any

from dart_batch.application.definitions import store_definition
from dart_batch.domain.errors import Refused
from dart_batch.domain.index.definition import Definition
from dart_batch.domain.index.errors import DefinitionError, DefinitionProblem
from dart_batch.engine.definition_file import parse_definition
from dart_batch.entrypoints.cli.console import err, out, print_json
from dart_batch.entrypoints.cli.local_actor import OWNER

_COLUMN = re.compile(r"\(column (\d+) of the formula\)")


class DefinitionFileUnreadable(Refused):
    """The file is not there, or is not text in UTF-8."""

    code = "definition-file-unreadable"
    hint = "Name a TOML file in UTF-8; a first one: dart-batch index show kospi --toml > my.toml"


class DefinitionRefused(Refused):
    """The file has problems, which were shown one by one."""

    code = "definition-invalid"
    hint = "Mend the lines above; docs/index-method.md describes the format."


def define_index(file: Path, *, check_only: bool, as_json: bool) -> None:
    """Validate the file and, unless `check_only`, store it for good.

    Raises DefinitionFileUnreadable, DefinitionRefused after showing every problem, DefinitionVersionTaken.
    """
    text = _text(file)
    try:
        definition = parse_definition(text, str(file))
    except DefinitionError as error:
        if as_json:
            print_json(_document(None, [_problem(file, problem) for problem in error.problems], stored=False))
        for problem in error.problems:
            err().print(at_its_place(str(file), text, problem), markup=False, soft_wrap=True)
        count = len(error.problems)
        found = "1 problem" if count == 1 else f"{count} problems"
        raise DefinitionRefused(f"{file} has {found}; nothing was stored.") from error
    if not check_only:
        _store(definition, text)
    if as_json:
        print_json(_document(definition, [], stored=not check_only))
        return
    done = "is valid" if check_only else "is stored"
    out().print(f"{definition.identifier} {done} ({definition.content_hash[:12]}).", markup=False, soft_wrap=True)


def at_its_place(filename: str, text: str, problem: DefinitionProblem) -> str:
    """`FILE:LINE: key: message`, then the line of the file with a caret under the place, as far as it is known."""
    lines = text.splitlines()
    source = lines[problem.line - 1] if 0 < problem.line <= len(lines) else ""
    allowed = f" (allowed: {problem.allowed})" if problem.allowed else ""
    key = f" {problem.path}:" if problem.path else ""
    head = f"{filename}:{problem.line}:{key} {problem.message}{allowed}"
    gutter = f"{problem.line:>5} | "
    return f"{head}\n{gutter}{source}\n{'':{len(gutter) - 2}}| {'':{_caret(source, problem)}}^"


def _caret(source: str, problem: DefinitionProblem) -> int:
    """Column of the formula's trouble, else of the key or the header, else of the first character."""
    start = len(source) - len(source.lstrip())
    value = re.search(r"=\s*\"?", source)
    if (inside := _COLUMN.search(problem.message)) and value:
        return min(value.end() + int(inside[1]) - 1, len(source))
    key = re.escape(problem.path.rsplit(".", 1)[-1].partition("[")[0])
    found = re.search(rf"\b{key}\b", source) if key else None
    return found.start() if found else start


def _store(definition: Definition, text: str) -> None:
    from dart_batch.bootstrap import build

    app = build()
    with app.uow() as uow:
        store_definition(uow, definition, text, app.clock.now(), OWNER)
        uow.commit("define")


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise DefinitionFileUnreadable(f"The file {file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise DefinitionFileUnreadable(f"The file {file} is not UTF-8 text (byte {error.start}).") from error


def _document(definition: Definition | None, problems: list[dict[str, Any]], *, stored: bool) -> dict[str, Any]:
    return {
        "definition": definition and definition.identifier,
        "contentHash": definition and definition.content_hash,
        "valid": definition is not None,
        "stored": stored,
        "problems": problems,
    }


def _problem(file: Path, problem: DefinitionProblem) -> dict[str, Any]:
    return {
        "file": str(file),
        "line": problem.line,
        "path": problem.path,
        "message": problem.message,
        "allowed": problem.allowed,
    }
