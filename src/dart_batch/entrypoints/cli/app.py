"""The root command. Sub-commands import what they need when they run, so that --help is quick."""

import sys

import typer

from dart_batch.adapters.host.collector import collect_rarely
from dart_batch.domain.errors import DartBatchError
from dart_batch.entrypoints.cli import (
    about,
    audit,
    backfill,
    data,
    database,
    doctor,
    index,
    jobs,
    keys,
    maintenance,
    migrate,
    recalculate,
    report,
    reports,
    serve,
    up,
    users,
    validate,
    worker,
    workers,
)
from dart_batch.entrypoints.cli.exit_codes import exit_code
from dart_batch.entrypoints.cli.teaching import CHECK, DATA, JOBS, RUN, PanelGroup, examples

app = typer.Typer(
    name="dart-batch",
    help="Batch system for a daily Fear & Greed index: backfill, follow, verify and publish decades of history.",
    epilog=examples("dart-batch up", "dart-batch backfill --help", note="Each command explains itself with --help."),
    cls=PanelGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.callback()(about.root)
app.command("up", rich_help_panel=RUN, epilog=up.UP_EXAMPLES)(up.up)
app.command("demo", rich_help_panel=RUN, epilog=up.DEMO_EXAMPLES)(up.demo)
app.command("serve", rich_help_panel=RUN, epilog=serve.EXAMPLES)(serve.serve)
app.command("worker", rich_help_panel=RUN, epilog=worker.EXAMPLES)(worker.worker)
app.command("backfill", rich_help_panel=JOBS, epilog=backfill.EXAMPLES)(backfill.backfill)
app.command("recalculate", rich_help_panel=JOBS, epilog=recalculate.EXAMPLES)(recalculate.recalculate)
app.command("report", rich_help_panel=JOBS, epilog=report.EXAMPLES)(report.report)
app.command("validate", rich_help_panel=JOBS, epilog=validate.EXAMPLES)(validate.validate)
app.add_typer(reports.reports_app, name="reports", rich_help_panel=JOBS)
app.add_typer(jobs.jobs_app, name="jobs", rich_help_panel=JOBS)
app.add_typer(workers.workers_app, name="workers", rich_help_panel=JOBS)
app.add_typer(data.data_app, name="data", rich_help_panel=DATA)
app.add_typer(index.index_app, name="index", rich_help_panel=DATA)
app.add_typer(database.db_app, name="db", rich_help_panel=CHECK)
app.add_typer(maintenance.maintenance_app, name="maintenance", rich_help_panel=CHECK)
app.add_typer(migrate.migrate_app, name="migrate", rich_help_panel=CHECK)
app.add_typer(users.users_app, name="users", rich_help_panel=CHECK)
app.add_typer(keys.keys_app, name="keys", rich_help_panel=CHECK)
app.add_typer(audit.audit_app, name="audit", rich_help_panel=CHECK)
app.command("doctor", rich_help_panel=CHECK, epilog=doctor.EXAMPLES)(doctor.doctor)
app.command("openapi", rich_help_panel=CHECK, epilog=about.OPENAPI_EXAMPLES)(about.openapi)
app.command("version", rich_help_panel=CHECK)(about.version)


def main() -> None:
    """Run the command line. A typed error becomes one sentence, its hint and the exit code of its kind."""
    collect_rarely()
    try:
        app()
    except DartBatchError as error:
        sys.stderr.write(f"{error.message}\n")
        if error.hint:
            sys.stderr.write(f"{error.hint}\n")
        sys.exit(exit_code(error))
