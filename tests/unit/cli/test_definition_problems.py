"""Problems of a definition file, shown at their place."""

from dart_batch.domain.index.errors import DefinitionProblem
from dart_batch.entrypoints.cli.index_define import at_its_place

TEXT = 'name = "x"\n\n[[component]]\nformula = "men(alpha, 5)"\n'


def shown(problem: DefinitionProblem) -> list[str]:
    return at_its_place("my.toml", TEXT, problem).splitlines()


def test_a_problem_of_a_key_points_at_the_key() -> None:
    lines = shown(DefinitionProblem(4, "component[1].formula", "is wrong", "this, that"))

    assert lines == [
        "my.toml:4: component[1].formula: is wrong (allowed: this, that)",
        '    4 | formula = "men(alpha, 5)"',
        "      | ^",
    ]


def test_a_problem_inside_a_formula_points_at_its_column() -> None:
    lines = shown(DefinitionProblem(4, "component[1].formula", "unknown operation (column 1 of the formula)"))

    assert lines[2].index("^") == lines[1].index("men")


def test_a_problem_of_a_table_points_at_its_header() -> None:
    lines = shown(DefinitionProblem(3, "component[1]", "is not complete"))

    assert lines[2].index("^") == lines[1].index("component")


def test_a_problem_behind_the_end_still_has_its_line() -> None:
    assert shown(DefinitionProblem(9, "", "not TOML"))[0] == "my.toml:9: not TOML"
