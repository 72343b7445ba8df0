"""The web application on a real SQLite file, a real observation store and the real calendars."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from api_desk import Api, furnished


@pytest.fixture
def make_api(tmp_path: Path) -> Iterator[Callable[..., Api]]:
    made: list[Api] = []

    def make(**changes: Any) -> Api:
        made.append(furnished(tmp_path, **changes))
        return made[-1]

    yield make
    for api in made:
        api.core.engine.dispose()


@pytest.fixture
def api(make_api: Callable[..., Api]) -> Api:
    return make_api()
