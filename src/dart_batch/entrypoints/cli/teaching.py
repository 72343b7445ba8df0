"""How --help looks: commands under headings, examples that can be copied. Plain text, because Rich costs 0.2 s."""

from typing import Any

import typer
from typer.core import TyperGroup

RUN = "Run"
JOBS = "Jobs"
DATA = "Data and index"
CHECK = "Set up and check"

_WHOLE = 200


def examples(*commands: str, note: str = "") -> str:
    """An epilog with one example per line, kept as they are, and a closing sentence."""
    lines = "\n".join(["\b", "Examples:" if len(commands) > 1 else "Example:", *(f"  {line}" for line in commands)])
    return f"{lines}\n\n{note}" if note else lines


class PanelGroup(TyperGroup):
    """Lists the commands under the headings they were registered with (rich_help_panel)."""

    def format_commands(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override]
        """Write one section per heading, in the order of registration."""
        panels: dict[str, list[tuple[str, str]]] = {}
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is not None and not command.hidden:
                heading = getattr(command, "rich_help_panel", None)
                row = (name, command.get_short_help_str(limit=_WHOLE))
                panels.setdefault(heading if isinstance(heading, str) else "Commands", []).append(row)
        for heading in sorted(panels, key=_place):
            with formatter.section(heading):
                formatter.write_dl(panels[heading])


def _place(heading: str) -> int:
    order = [RUN, JOBS, DATA, CHECK]
    return order.index(heading) if heading in order else len(order)
