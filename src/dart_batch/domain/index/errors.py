"""What can be refused about an index definition."""

from collections.abc import Sequence
from dataclasses import dataclass

from dart_batch.domain.errors import Conflict, NotFound, Refused


@dataclass(frozen=True, slots=True)
class DefinitionProblem:
    """One thing wrong in a definition file: where (1-based line, key path), what, and what would be right."""

    line: int
    path: str
    message: str
    allowed: str = ""

    def __str__(self) -> str:
        where = f"line {self.line}" + (f", {self.path}" if self.path else "")
        return f"{where}: {self.message}" + (f" (allowed: {self.allowed})" if self.allowed else "")


class DefinitionError(Refused):
    """A definition file was refused; `problems` holds everything found in it, in the order of its lines."""

    code = "definition-invalid"
    hint = "mend the named lines and validate again; docs/index-method.md describes the format"

    def __init__(self, filename: str, problems: Sequence[DefinitionProblem]) -> None:
        self.filename = filename
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.line, problem.path)))
        lines = [f"{filename}: {problem}" for problem in self.problems]
        super().__init__("\n".join(lines), filename=filename, problems=self.problems)


class UnknownComponent(Refused):
    """A selection named a component that the definition does not have."""

    code = "unknown-component"
    hint = "Name components by code or by name, as in PRICE_MOMENTUM or priceMomentum."

    def __init__(self, unknown: Sequence[str], allowed: Sequence[str]) -> None:
        super().__init__(
            f"Unknown component {', '.join(unknown) or '(none named)'}; the definition has {', '.join(allowed)}.",
            unknown=tuple(unknown),
            allowed=tuple(allowed),
        )


class UnknownSession(NotFound):
    """A session was asked for that does not lie on the given axis."""

    code = "unknown-session"
    hint = "ask for a session of the market's calendar inside the loaded range"


class PublicationNotFound(NotFound):
    """No publication has this id."""

    code = "publication-not-found"
    hint = "See `dart-batch index publications --market MARKET` for the ids."


class NotRolledBack(Conflict):
    """The publication cannot be taken back: it is a rollback itself, was taken back before, or lies below others."""

    code = "not-rolled-back"


class LiveIndexMoved(Conflict):
    """What the live index shows is no longer what the job was planned, and its difference made, against."""

    code = "live-index-moved"
    hint = "Discard the job and submit it again: it is then planned against the present index."


class NotStaged(Conflict):
    """The job holds no generation that waits for a decision."""

    code = "not-staged"
