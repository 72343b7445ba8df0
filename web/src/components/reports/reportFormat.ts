import type { ReportFile } from '@/api/contract'

/** The picture of each format. */
export const REPORT_ICON: Record<string, string> = {
  PDF: 'i-lucide-file-text',
  HTML: 'i-lucide-file-code',
  XLSX: 'i-lucide-file-spreadsheet',
  CSV: 'i-lucide-table',
  PARQUET: 'i-lucide-database',
} satisfies Record<ReportFile['format'], string>
