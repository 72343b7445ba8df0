import type { LocationQuery, LocationQueryRaw } from 'vue-router'
import type { BulkOrder, JobQuery, JobStatus, JobType } from '@/api/contract'
import { JOB_STATUS } from '@/components/jobs/jobStatus'
import { JOB_TYPE } from '@/components/jobs/jobType'

export const ORDERS = ['-createdAt', 'createdAt', '-finishedAt', 'priority'] as const
export type Order = (typeof ORDERS)[number]

export interface JobFilters {
  status: JobStatus | null
  type: JobType | null
  market: string | null
  text: string
  tag: string
  /** First and last day on which the jobs were created, by the reader's clock; empty: open. */
  from: string
  until: string
  order: Order
}

export const PAGE_SIZE = 50

export const UNFILTERED = { status: null, type: null, market: null, text: '', tag: '', from: '', until: '' } as const

export const one = (value: LocationQuery[string] | undefined): string | null =>
  (Array.isArray(value) ? value[0] : value) || null

const isStatus = (value: string | null): value is JobStatus => value !== null && value in JOB_STATUS

const isType = (value: string | null): value is JobType => value !== null && value in JOB_TYPE

const dayOr = (value: string | null): string => (value !== null && /^\d{4}-\d\d-\d\d$/.test(value) ? value : '')

/** The moment at which a day of the reader's clock begins, `later` days after `day`. */
function midnight(day: string, later = 0): string | undefined {
  const moment = new Date(`${day}T00:00:00`)
  moment.setDate(moment.getDate() + later)
  return day === '' || Number.isNaN(moment.getTime()) ? undefined : moment.toISOString()
}

/** Filters as the address bar states them; a word it does not know counts as not given. */
export function readFilters(query: LocationQuery): JobFilters {
  const status = one(query.status)
  const type = one(query.type)
  return {
    status: isStatus(status) ? status : null,
    type: isType(type) ? type : null,
    market: one(query.market),
    text: one(query.q) ?? '',
    tag: one(query.tag) ?? '',
    from: dayOr(one(query.from)),
    until: dayOr(one(query.until)),
    order: ORDERS.find((known) => known === one(query.sort)) ?? ORDERS[0],
  }
}

/** The shortest query that `readFilters` turns back into the same filters. */
export function writeFilters(filters: JobFilters): LocationQueryRaw {
  const sort = filters.order === ORDERS[0] ? undefined : filters.order
  const all = { ...wanted(filters), sort }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

function wanted(filters: JobFilters) {
  return {
    status: filters.status ?? undefined,
    type: filters.type ?? undefined,
    market: filters.market ?? undefined,
    q: filters.text || undefined,
    tag: filters.tag || undefined,
    from: filters.from || undefined,
    until: filters.until || undefined,
  }
}

const ofDays = ({ tag, from, until }: JobFilters) => ({
  tag: tag ? [tag] : undefined,
  createdFrom: midnight(from),
  createdBefore: midnight(until, 1),
})

/** What the page asks for, from the beginning or from behind `cursor`. */
export function toJobQuery(filters: JobFilters, cursor: string | null = null): JobQuery {
  const { status, type, market, text, order } = filters
  return {
    ...ofDays(filters),
    status: status ? [status] : undefined,
    type: type ?? undefined,
    market: market ?? undefined,
    q: text || undefined,
    sort: order,
    limit: PAGE_SIZE,
    cursor: cursor ?? undefined,
  }
}

export const isNarrowed = (filters: JobFilters): boolean =>
  Object.values(wanted(filters)).some((value) => value !== undefined)

/** The jobs of all pages that match, as a bulk verb names them. */
export function toJobsWanted(filters: JobFilters): NonNullable<BulkOrder['filter']> {
  const { status, type, market, text } = filters
  return { ...ofDays(filters), status: status ? [status] : undefined, type, market, q: text || undefined }
}
