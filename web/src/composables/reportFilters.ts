import type { LocationQuery, LocationQueryRaw } from 'vue-router'
import type { ReportQuery } from '@/api/contract'
import { FORMATS, LANGUAGES } from './jobDraft'
import { one } from './jobFilters'

export const REPORT_ORDERS = ['-createdAt', 'createdAt', '-period', 'period', '-size', 'size'] as const
export type ReportOrder = (typeof REPORT_ORDERS)[number]
type Format = (typeof FORMATS)[number]
type Language = (typeof LANGUAGES)[number]

export interface ReportFilters {
  market: string | null
  definition: string | null
  format: Format | null
  language: Language | null
  /** The one job whose files are shown. */
  job: string | null
  text: string
  order: ReportOrder
  cursor: string | null
}

export const REPORT_PAGE = 50

export const ALL_REPORTS = { market: null, definition: null, format: null, language: null, job: null, text: '' } as const

/** Filters as the address bar states them; a word it does not know counts as not given. */
export function readReportFilters(query: LocationQuery): ReportFilters {
  return {
    market: one(query.market),
    definition: one(query.definition),
    format: FORMATS.find((known) => known === one(query.format)) ?? null,
    language: LANGUAGES.find((known) => known === one(query.language)) ?? null,
    job: one(query.job),
    text: one(query.q) ?? '',
    order: REPORT_ORDERS.find((known) => known === one(query.sort)) ?? REPORT_ORDERS[0],
    cursor: one(query.cursor),
  }
}

function wanted({ market, definition, format, language, job, text }: ReportFilters) {
  const all = { market, definition, format, language, job, q: text }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null && value !== '')) as {
    [name in keyof typeof all]?: string
  }
}

/** The shortest query that `readReportFilters` turns back into the same filters. */
export function writeReportFilters(filters: ReportFilters): LocationQueryRaw {
  const sort = filters.order === REPORT_ORDERS[0] ? {} : { sort: filters.order }
  return { ...wanted(filters), ...sort, ...(filters.cursor ? { cursor: filters.cursor } : {}) }
}

export function toReportQuery(filters: ReportFilters): ReportQuery {
  const { job, format: _format, language: _language, ...plain } = wanted(filters)
  return {
    ...plain,
    jobId: job,
    format: filters.format ? [filters.format] : undefined,
    language: filters.language ?? undefined,
    sort: filters.order,
    limit: REPORT_PAGE,
    cursor: filters.cursor ?? undefined,
  }
}

export const reportsNarrowed = (filters: ReportFilters): boolean => Object.keys(wanted(filters)).length > 0
