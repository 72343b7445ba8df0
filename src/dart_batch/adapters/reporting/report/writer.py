"""Writes reports in every format."""

from io import BytesIO

from dart_batch.adapters.reporting.exports import write_table
from dart_batch.adapters.reporting.report.data_table import data_table
from dart_batch.adapters.reporting.report.html import write_html
from dart_batch.application.ports.reports import Report
from dart_batch.domain.job.reporting import ReportFormat


class FileReportWriter:
    """Implements ReportWriter. CSV and Parquet hold the readings; HTML, PDF and XLSX the whole report."""

    def write(self, report: Report, kind: ReportFormat) -> bytes:
        match kind:
            case ReportFormat.HTML:
                return write_html(report)
            case ReportFormat.PDF:
                from dart_batch.adapters.reporting.report.pdf import write_pdf  # noqa: PLC0415  slow to import

                return write_pdf(report)
            case ReportFormat.XLSX:
                from dart_batch.adapters.reporting.report.report_workbook import write_workbook  # noqa: PLC0415

                return write_workbook(report)
            case ReportFormat.CSV | ReportFormat.PARQUET:
                stream = BytesIO()
                write_table(data_table(report.study), kind.value.lower(), stream, {})
                return stream.getvalue()
