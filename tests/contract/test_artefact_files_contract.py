"""What any place for files of jobs has to do; the fake is trusted because it runs here too."""

from pathlib import Path

import pytest

from dart_batch.adapters.reporting.artefact_folder import ArtefactFolder, ArtefactsNotWritable, UnsafeName
from dart_batch.application.ports.artefacts import ArtefactFiles
from fakes.artefacts import FakeArtefactFiles


@pytest.fixture(params=["folder", "fake"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> ArtefactFiles:
    return ArtefactFolder(tmp_path / "artefacts") if request.param == "folder" else FakeArtefactFiles()


def test_a_file_is_read_as_it_was_written_and_the_last_one_counts(files: ArtefactFiles) -> None:
    files.write("job-1", "a.pdf", b"old")
    files.write("job-1", "a.pdf", b"new")

    assert files.read("job-1", "a.pdf") == b"new"


def test_what_is_not_there_is_null(files: ArtefactFiles) -> None:
    files.write("job-1", "a.pdf", b"old")

    assert files.read("job-1", "b.pdf") is None
    assert files.read("job-2", "a.pdf") is None


def test_jobs_with_files_are_known_until_their_files_are_dropped(files: ArtefactFiles) -> None:
    assert files.jobs() == []
    files.write("job-2", "a.pdf", b"1")
    files.write("job-1", "a.pdf", b"1")
    assert files.jobs() == ["job-1", "job-2"]

    files.drop("job-2")
    files.drop("job-3")

    assert files.jobs() == ["job-1"]
    assert files.read("job-2", "a.pdf") is None


@pytest.mark.parametrize(("job_id", "name"), [("..", "a"), ("a/b", "a"), ("a", "../b"), ("a", "/etc/b"), ("a", "")])
def test_no_name_leads_out_of_a_jobs_folder(tmp_path: Path, job_id: str, name: str) -> None:
    with pytest.raises(UnsafeName):
        ArtefactFolder(tmp_path / "artefacts").write(job_id, name, b"x")

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_takes_nothing_is_told_as_something_that_may_pass(tmp_path: Path) -> None:
    (tmp_path / "artefacts").write_bytes(b"a file where the folder should be")

    with pytest.raises(ArtefactsNotWritable):
        ArtefactFolder(tmp_path / "artefacts").write("job-1", "a.pdf", b"x")


def test_a_write_that_fails_leaves_what_was_there_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = ArtefactFolder(tmp_path)
    folder.write("job-1", "a.pdf", b"old")
    monkeypatch.setattr("os.fsync", _no_room)

    with pytest.raises(ArtefactsNotWritable, match="No space"):
        folder.write("job-1", "a.pdf", b"new")

    assert [(path.name, path.read_bytes()) for path in (tmp_path / "job-1").iterdir()] == [("a.pdf", b"old")]


def _no_room(_descriptor: int) -> None:
    raise OSError(28, "No space left on device")
