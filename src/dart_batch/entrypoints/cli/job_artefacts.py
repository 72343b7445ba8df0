"""`dart-batch jobs artefacts`: list and fetch the files of a job."""

from collections.abc import Sequence
from pathlib import Path

from dart_batch.adapters.reporting.output_file import FileNotWritable, whole_file
from dart_batch.application.views import moment
from dart_batch.bootstrap import App
from dart_batch.domain.job.artefact import Artefact
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.entrypoints.cli.console import err, out, print_json

SHOWN = 40


def show_artefacts(app: App, job: BatchJob, *, download: Path | None, zipped: Path | None, as_json: bool) -> None:
    """List the files, and copy them where it was asked for. Raises FileNotWritable or ArtefactDamaged."""
    found = app.artefacts.of(job.id)
    if download:
        copied(app, job, download, found)
    if zipped:
        with whole_file(zipped) as stream:
            stream.writelines(app.artefacts.zipped(found))
        err().print(f"{len(found):,} files are in {zipped}.", soft_wrap=True)
    if as_json:
        print_json({"items": [one.to_dict() | {"createdAt": moment(one.created_at)} for one in found]})
    elif not found:
        err().print(f"Job {job.id} has no files. Reports are written by `dart-batch report`.")
    elif not (download or zipped):
        _list(app, job, found)


def copied(app: App, job: BatchJob, folder: Path, found: Sequence[Artefact]) -> None:
    """Copy the files into a folder, each whole or not at all, with what is on record checked."""
    target = folder.expanduser()
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileNotWritable(f"The folder {folder} cannot be made: {error.strerror}.") from error
    for one in found:
        content = app.artefacts.content(one)
        with whole_file(target / one.name) as stream:
            stream.write(content)
    err().print(f"{len(found):,} files of job {job.id} are in {target}.", soft_wrap=True)


def _list(app: App, job: BatchJob, found: Sequence[Artefact]) -> None:
    from rich.table import Table

    size = sum(one.size for one in found) / 1e6
    table = Table(title=f"{len(found):,} files, {size:,.1f} MB", title_justify="left")
    for heading in ("name", "format"):
        table.add_column(heading, overflow="fold")
    table.add_column("kB", justify="right")
    table.add_column("sha256")
    for one in found[:SHOWN]:
        table.add_row(one.name, one.format, f"{one.size / 1000:,.1f}", one.sha256[:12])
    out().print(table)
    if found[SHOWN:]:
        out().print(f"and {len(found) - SHOWN:,} more (see --json)")
    out().print(f"In {app.settings.artefact_dir / job.id}", soft_wrap=True, markup=False)
