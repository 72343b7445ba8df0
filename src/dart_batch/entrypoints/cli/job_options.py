"""Options that commands which make jobs have in common."""

from typing import Annotated, Literal

import typer

Start = Annotated[
    str | None, typer.Option("--from", metavar="YYYY-MM-DD", help="First day [first day of the market's data].")
]
End = Annotated[
    str | None, typer.Option("--to", metavar="YYYY-MM-DD", help="Last day [last day of the market's data].")
]
Validation = Annotated[Literal["basic", "comprehensive"], typer.Option(help="Checks of the result before it counts.")]
Publishing = Annotated[
    Literal["auto", "manual"], typer.Option(help="Publish when it is verified, or wait for a decision.")
]
Urgency = Annotated[Literal["high", "normal", "low"], typer.Option(help="Order in the queue.")]
Description = Annotated[str, typer.Option(help="What the job is for.", show_default=False)]
Tags = Annotated[list[str] | None, typer.Option("--tag", help="Label for lists; may be repeated.")]
PlanHash = Annotated[
    str | None, typer.Option(metavar="HASH", help="Submit only if the plan is still the one with this hash.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the plan and change nothing.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")]
Detach = Annotated[bool, typer.Option("--detach", help="Leave the work to a worker and return at once.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]
