"""--help teaches: every command has a summary, every option an explanation, and there are examples."""

from collections.abc import Iterator

import pytest
import typer

from dart_batch.entrypoints.cli.app import app

ROOT = typer.main.get_command(app)


def commands(group, path=()) -> Iterator[tuple[str, object]]:
    for name, command in group.commands.items():
        yield " ".join((*path, name)), command
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))


ALL = dict(commands(ROOT))
WITHOUT_EXAMPLE = {"version"}


@pytest.mark.parametrize("name", ALL)
def test_a_command_says_in_one_sentence_what_it_does(name):
    summary = (ALL[name].help or "").split("\n\n")[0]

    assert summary.endswith(".")


@pytest.mark.parametrize("name", sorted(set(ALL) - WITHOUT_EXAMPLE))
def test_a_command_shows_an_example(name):
    if hasattr(ALL[name], "commands"):
        return
    assert "dart-batch" in (ALL[name].epilog or "")


@pytest.mark.parametrize("name", ALL)
def test_every_option_is_explained(name):
    silent = [parameter.name for parameter in ALL[name].params if not getattr(parameter, "help", None)]

    assert silent == []


def test_the_root_lists_its_commands_under_headings(run):
    shown = run("--help").out

    headings = [line for line in shown.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert headings == ["Options:", "Run:", "Jobs:", "Data and index:", "Set up and check:"]
