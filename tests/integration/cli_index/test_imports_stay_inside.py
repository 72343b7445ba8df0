"""An import reads plain files and writes into the observation store only, whatever names it is given."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
EVIL = ["../../outside", "/tmp/outside", "..", "a/../../outside", "a\\..\\outside"]


def outside(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if "home" not in path.parts}


@pytest.mark.parametrize("option", ["--market", "--name", "--source"])
@pytest.mark.parametrize("text", EVIL)
def test_no_name_leads_out_of_the_store(run: Run, tmp_path: Path, option: str, text: str) -> None:
    path = tmp_path / "series.csv"
    path.write_text("date,alpha\n2024-01-02,1\n2024-01-03,2\n")
    before = outside(tmp_path)
    given = {"--market": "KOSPI", "--as": "series"} | {option: text}

    run("data", "import", str(path), "--yes", *[word for pair in given.items() for word in pair])

    assert outside(tmp_path) == before
    assert not list(Path("/tmp").glob("outside*"))


def test_an_archive_is_refused_and_not_unpacked(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "series.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../outside.csv", "date,alpha\n2024-01-02,1\n")
    before = outside(tmp_path)

    done = run("data", "import", str(path), "--market", "KOSPI", "--as", "series", "--yes")

    assert done.code != 0 and "neither CSV nor Parquet" in done.err
    assert outside(tmp_path) == before
