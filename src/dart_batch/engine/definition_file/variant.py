"""Definition files whose weights were replaced: the text of the base, and a table [weights] at its end."""

from dart_batch.domain.index.definition import Definition

_TABLE = "\n[weights]\n"


def variant_text(base: str, definition: Definition) -> str:
    """The text of `definition`, made of the text of the definition that it varies (or of another variant of it)."""
    own, _, _ = base.partition(_TABLE)
    lines = [f"{component.name} = {float(component.weight)!r}\n" for component in definition.components]
    return own.rstrip("\n") + "\n" + _TABLE + "".join(lines)
