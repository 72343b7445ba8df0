"""Files that appear whole or not at all."""

from pathlib import Path

import pytest

from dart_batch.adapters.reporting.output_file import FileNotWritable, whole_file


def test_a_block_that_ends_well_replaces_the_file(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("old")

    with whole_file(target) as stream:
        stream.write(b"new")
        assert target.read_text() == "old"

    assert target.read_text() == "new"
    assert list(tmp_path.iterdir()) == [target]


def test_a_block_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("old")

    with pytest.raises(RuntimeError), whole_file(target) as stream:
        stream.write(b"half")
        raise RuntimeError

    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_link_goes_on_pointing_to_the_file(tmp_path: Path) -> None:
    target, link = tmp_path / "out.csv", tmp_path / "latest.csv"
    target.write_text("old")
    link.symlink_to(target)

    with whole_file(link) as stream:
        stream.write(b"new")

    assert link.is_symlink()
    assert target.read_text() == "new"


def test_a_folder_that_is_absent_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotWritable, match="No such file"), whole_file(tmp_path / "absent" / "out.csv"):
        pass


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotWritable, match="it is a folder"), whole_file(tmp_path):
        pass
