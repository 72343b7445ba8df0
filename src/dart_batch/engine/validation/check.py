"""What a check is, and how several of them look at the same thing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import polars as pl

from dart_batch.domain.index.validation import Severity

FOUND = pl.Schema({"session": pl.Date(), "subject": pl.String(), "found": pl.String(), "expected": pl.String()})
FINDINGS = pl.Schema({"code": pl.String(), **FOUND})
TALLY = pl.Schema({"code": pl.String(), "checked": pl.Int64(), "objections": pl.Int64()})
MOST_AT_ONCE = 5_000
Looked = TypeVar("Looked")
Other = TypeVar("Other")


@dataclass(frozen=True, slots=True)
class Check(Generic[Looked]):
    """`find` answers a row of FOUND per objection: the session, what of it (`subject`, empty: all of it), and what is
    there against what should be. `thorough` checks run at the level COMPREHENSIVE only.
    """

    code: str
    severity: Severity
    explanation: str
    mend: str
    find: Callable[[Looked], pl.DataFrame]
    thorough: bool = False

    def over(self, find: Callable[[Other], pl.DataFrame]) -> "Check[Other]":
        """The same check of something else."""
        return Check(self.code, self.severity, self.explanation, self.mend, find, self.thorough)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Findings with FINDINGS, at most MOST_AT_ONCE of each check, and the TALLY of all of them."""

    findings: pl.DataFrame
    tally: pl.DataFrame


def look(checks: Sequence[Check[Looked]], at: Looked, checked: int, *, thorough: bool) -> Outcome:
    """Run the checks over something that holds `checked` rows."""
    wanted = [check for check in checks if thorough or not check.thorough]
    return together([outcome(check.code, check.find(at), checked) for check in wanted])


def outcome(code: str, found: pl.DataFrame, checked: int) -> Outcome:
    """One check's objections with FOUND, of so many rows looked at."""
    kept = found.select(pl.lit(code).alias("code"), *FOUND).head(MOST_AT_ONCE)
    return Outcome(kept, pl.DataFrame([(code, checked, found.height)], schema=TALLY, orient="row"))


def together(outcomes: Sequence[Outcome]) -> Outcome:
    """One outcome of several, by session; what a check said in several of them is added up."""
    findings = pl.concat([pl.DataFrame(schema=FINDINGS), *(one.findings for one in outcomes)])
    tallies = pl.concat([pl.DataFrame(schema=TALLY), *(one.tally for one in outcomes)])
    added = tallies.group_by("code", maintain_order=True).agg(pl.col("checked", "objections").sum())
    return Outcome(
        findings.unique(["code", "session", "subject"], keep="first").sort("session", "code", "subject"), added
    )


def objections(
    frame: pl.DataFrame,
    wrong: pl.Expr,
    found: pl.Expr | None = None,
    expected: pl.Expr | None = None,
    subject: pl.Expr | None = None,
) -> pl.DataFrame:
    """Rows of a frame with `session` for which `wrong` holds, with FOUND; figures become their shortest text."""
    nothing = pl.lit(None, dtype=pl.String)
    return frame.filter(wrong).select(
        "session",
        (pl.lit("") if subject is None else subject).cast(pl.String).alias("subject"),
        (nothing if found is None else found.cast(pl.String)).alias("found"),
        (nothing if expected is None else expected.cast(pl.String)).alias("expected"),
    )


def every(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Objections of several looks as one frame."""
    return pl.concat([pl.DataFrame(schema=FOUND), *parts])
