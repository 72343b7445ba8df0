"""`dart-batch jobs logs`: the log of a job."""

from typing import Annotated, Literal

import typer

from dart_batch.entrypoints.cli.teaching import examples

EXAMPLES = examples(
    "dart-batch jobs logs 01k8 --level warning",
    "dart-batch jobs logs 01k8 --attempt 2 --chunk 17",
    "dart-batch jobs logs 01k8 --follow",
    note="With --follow the exit code tells how the job ended: 0 completed, 1 failed, 130 stopped before its end.",
)


def logs(
    job_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the job, or an unambiguous beginning of it.")],
    *,
    level: Annotated[
        Literal["debug", "info", "warning", "error"], typer.Option(help="Lines of this level and graver ones.")
    ] = "info",
    attempt: Annotated[int | None, typer.Option(help="Lines of this attempt; 0 for those of none.", min=0)] = None,
    chunk: Annotated[int | None, typer.Option(help="Lines about this chunk.", min=1)] = None,
    event: Annotated[str | None, typer.Option(help="Lines of this event, for example chunk-try-failed.")] = None,
    text: Annotated[str | None, typer.Option(help="Lines with this text in their message.")] = None,
    after: Annotated[int, typer.Option(help="Lines behind the one with this id (see --json).", min=0)] = 0,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Wait for more until the job is settled.")] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", help="Number of lines, the last ones.", min=1)] = 200,
    json: Annotated[bool, typer.Option("--json", help="Print JSON; with --follow one object per line.")] = False,
) -> None:
    """Print the log of a job."""
    from dart_batch.adapters.persistence.log_queries import LogFilter
    from dart_batch.application.log_views import LEVELS
    from dart_batch.bootstrap import build
    from dart_batch.entrypoints.cli.finding import find_job
    from dart_batch.entrypoints.cli.job_log import LogReader, follow_log, print_log

    app = build()
    wanted = LogFilter(LEVELS[level.upper()], attempt, chunk, event, text, after, limit=limit)
    reader = LogReader(app.logs, find_job(app, job_id).id, wanted)
    if follow:
        raise typer.Exit(follow_log(app, reader, as_json=json))
    print_log(reader, as_json=json)
