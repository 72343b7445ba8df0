"""The shared files go in by the commands that scripts rely on, without --accept-warnings."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).parents[4] / "shared" / "data"
Run = Callable[..., Any]

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data folder is not here"),
]


@pytest.mark.parametrize("options", [(), ("--market", "KOSPI", "--as", "quotes")])
def test_raw_krx_quotes_and_the_index_go_in_together(run: Run, options: tuple[str, ...]) -> None:
    files = [str(SHARED / "kospi" / name) for name in ("index_kospi.parquet", "kospi_2008.parquet")]

    done = run("data", "import", *files, *options, "--yes", "--json")

    assert done.code == 0
    assert [(file["shape"], file["newRows"]) for file in done.json["files"]] == [("series", 14862), ("quotes", 228351)]
    assert {finding["severity"] for file in done.json["files"] for finding in file["findings"]} == {"info"}


@pytest.mark.parametrize("market", ["US", "CNN"])
def test_the_components_go_in_as_series(run: Run, market: str) -> None:
    done = run("data", "import", str(SHARED / "cnn" / "components.csv"), "--market", market, "--as", "series", "--yes")

    assert done.code == 0
    assert "Imported 7,868 new observations" in done.out
