import type { LocationQuery, LocationQueryRaw } from 'vue-router'
import type { JobQuery, JobStatus } from '@/api/contract'
import { JOB_STATUS } from '@/components/jobs/jobStatus'

export const SORT_FIELDS = ['createdAt', 'status', 'type', 'owner'] as const
export type SortField = (typeof SORT_FIELDS)[number]

export interface JobFilters {
  status: JobStatus | null
  type: string | null
  market: string | null
  text: string
  sort: SortField
  descending: boolean
  cursor: string | null
}

export const PAGE_SIZE = 20

const one = (value: LocationQuery[string] | undefined): string | null => (Array.isArray(value) ? value[0] : value) || null

const isStatus = (value: string | null): value is JobStatus => value !== null && value in JOB_STATUS

/** Filters as the address bar states them; a word it does not know counts as not given. */
export function readFilters(query: LocationQuery): JobFilters {
  const status = one(query.status)
  const sort = one(query.sort) ?? '-createdAt'
  const field = SORT_FIELDS.find((known) => known === sort.replace(/^-/, ''))
  return {
    status: isStatus(status) ? status : null,
    type: one(query.type),
    market: one(query.market),
    text: one(query.q) ?? '',
    sort: field ?? 'createdAt',
    descending: field ? sort.startsWith('-') : true,
    cursor: one(query.cursor),
  }
}

const sortWord = (filters: JobFilters) => `${filters.descending ? '-' : ''}${filters.sort}`

/** The shortest query that `readFilters` turns back into the same filters. */
export function writeFilters(filters: JobFilters): LocationQueryRaw {
  const sort = sortWord(filters)
  const all = { ...wanted(filters), sort: sort === '-createdAt' ? undefined : sort, cursor: filters.cursor ?? undefined }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

function wanted(filters: JobFilters) {
  return {
    status: filters.status ?? undefined,
    type: filters.type ?? undefined,
    market: filters.market ?? undefined,
    q: filters.text || undefined,
  }
}

export function toJobQuery(filters: JobFilters): JobQuery {
  const query = { ...wanted(filters), sort: sortWord(filters), limit: PAGE_SIZE, cursor: filters.cursor ?? undefined }
  return query as JobQuery
}

export const isNarrowed = (filters: JobFilters): boolean =>
  Object.values(wanted(filters)).some((value) => value !== undefined)
