"""Definition files: TOML in, a validated Definition out."""

import re
import tomllib
from functools import cache
from importlib.resources import files

from dart_batch.domain.index.definition import Definition
from dart_batch.domain.index.errors import DefinitionError, DefinitionProblem
from dart_batch.engine.definition_file.build import DefinitionBuilder
from dart_batch.engine.definition_file.lines import LineMap
from dart_batch.engine.definition_file.table import Problems

SHIPPED = ("cnn", "kospi", "us")

__all__ = ["SHIPPED", "parse_definition", "shipped", "shipped_text"]


def parse_definition(text: str, filename: str) -> Definition:
    """Definition of a TOML text. Raises DefinitionError with all problems, each with its line and what is allowed."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"\(at line (\d+)", str(error))
        line = int(at[1]) if at else len(text.splitlines())
        raise DefinitionError(filename, [DefinitionProblem(line, "", f"not TOML: {error}")]) from error
    problems = Problems(LineMap(text))
    definition = DefinitionBuilder(content, problems).build()
    if problems.found:
        raise DefinitionError(filename, list(dict.fromkeys(problems.found)))
    return definition


def shipped_text(name: str) -> str:
    """The file of a shipped definition; KeyError for any other name."""
    if name not in SHIPPED:
        raise KeyError(name)
    return (files("dart_batch.engine") / "definitions" / f"{name}.toml").read_text(encoding="utf-8")


@cache
def shipped() -> dict[str, Definition]:
    """The shipped definitions by name."""
    return {name: parse_definition(shipped_text(name), f"{name}.toml") for name in SHIPPED}
