"""Finds index definitions: stored ones first, then those the product ships."""

from collections.abc import Sequence
from datetime import datetime, time
from functools import cache

from dart_batch.application.ports.unit_of_work import UnitOfWork
from dart_batch.domain.errors import Conflict, NotFound
from dart_batch.domain.index.definition import Definition, Rows, StockRules
from dart_batch.engine.definition_file import parse_definition, shipped, shipped_text

IMPORTED = " (imported)"


class UnknownDefinition(NotFound):
    """No definition has this name and version."""

    code = "unknown-definition"


class DefinitionVersionTaken(Conflict):
    """The name and version exist already with another content."""

    code = "definition-version-taken"
    hint = "A definition never changes: raise its version."


def resolve_definition(uow: UnitOfWork, reference: str) -> Definition:
    """The definition for "name" (newest version), "name@version" or "name@version+variant"; only the last one answers a
    variant. Raises UnknownDefinition listing the names.
    """
    name, _, number = reference.partition("@")
    version, _, variant = number.partition("+")
    wanted = int(version) if version.isdigit() else None
    if number and wanted is None:
        raise UnknownDefinition(f"'{reference}' is no definition: write name or name@version.", hint=_known(uow))
    same = [item for item in all_definitions(uow) if (item.name, item.variant) == (name, variant)]
    found = [item for item in same if wanted in (None, item.version)]
    if not found:
        raise UnknownDefinition(f"There is no index definition '{reference}'.", hint=_known(uow))
    return max(found, key=lambda item: item.version)


def current_definition(uow: UnitOfWork, reference: str, markets: Sequence[str]) -> Definition:
    """As resolve_definition, but a name alone means the variant of its newest version with which the index of all these
    markets ends, when one was promoted: what follows is computed as what is live.
    """
    newest = resolve_definition(uow, reference)
    hashes = {uow.publications.ends_with(market, newest.name) for market in markets}
    [content_hash] = hashes if len(hashes) == 1 else [None]
    live = definition_of(uow, content_hash) if content_hash and "@" not in reference else None
    varies = live is not None and live.varied and (live.name, live.version) == (newest.name, newest.version)
    return live if live is not None and varies else newest


def all_definitions(uow: UnitOfWork) -> list[Definition]:
    """Stored and shipped definitions, by name, version and variant; one per content."""
    stored = [_parsed(text) for text in uow.definitions.list()]
    known = {item.content_hash: item for item in [*stored, *shipped().values()]}
    return sorted(known.values(), key=lambda item: (item.name, item.version, item.variant))


def definition_of(uow: UnitOfWork, content_hash: str) -> Definition | None:
    """The stored definition with this content; null when none has it."""
    text = uow.definitions.by_hash(content_hash)
    return None if text is None else _parsed(text)


def definition_text(uow: UnitOfWork, definition: Definition) -> str:
    """The TOML text a definition was read from. Raises UnknownDefinition when it is neither stored nor shipped."""
    stored = uow.definitions.by_hash(definition.content_hash)
    if stored is not None:
        return stored
    for name, item in shipped().items():
        if item.content_hash == definition.content_hash:
            return shipped_text(name)
    raise UnknownDefinition(f"The text of {definition.identifier} is not stored.")


def store_definition(uow: UnitOfWork, definition: Definition, text: str, at: datetime, by: str) -> None:
    """Keep a definition for good. Raises DefinitionVersionTaken when its version means something else already."""
    for item in all_definitions(uow):
        if item.identifier == definition.identifier and item.content_hash != definition.content_hash:
            raise DefinitionVersionTaken(f"{definition.identifier} exists already with another content.")
    uow.definitions.add(definition, text, at, by)


def is_imported(identifier: str) -> bool:
    """Whether it stands for the definition of values that were computed elsewhere."""
    return identifier.endswith(IMPORTED)


def imported_definition(index: str) -> Definition:
    """What stands for the definition of an index that was imported: nothing computes it, and its bounds only colour."""
    return Definition(
        name=index,
        version=1,
        title="Imported",
        description="Values that were computed elsewhere.",
        rows=Rows.SESSIONS,
        as_of=time(),
        levels=(20.0, 40.0, 60.0, 80.0),
        minimum_coverage=0.0,
        min_fill=0.0,
        carry=0,
        stocks=StockRules(),
        components=(),
    )


def default_definition(market: str) -> str:
    """Name of the definition that a market is computed with when nobody names one."""
    name = market.upper()
    if name.startswith(("KOSPI", "KOSDAQ", "KRX")):
        return "kospi"
    return "cnn" if name == "CNN" else "us"


@cache
def _parsed(text: str) -> Definition:
    return parse_definition(text, "stored definition")


def _known(uow: UnitOfWork) -> str:
    return "Known: " + ", ".join(item.identifier for item in all_definitions(uow)) + "."
