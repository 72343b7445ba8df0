import type { LocationQuery } from 'vue-router'
import type {
  JobType,
  Priority,
  Publish,
  ReportFormat,
  ReportLanguage,
  ReportPeriod,
  Strategy,
  ValidationLevel,
  ValidationScope,
} from '@/api/contract'
import type { Weights } from '@/components/newjob/weights'

export const NEW_JOB_TYPES = [
  'HISTORICAL_BACKFILL',
  'INDEX_RECALCULATION',
  'DATA_VALIDATION',
  'BULK_REPORT',
  'DATA_MIGRATION',
] as const satisfies JobType[]
export type NewJobType = (typeof NEW_JOB_TYPES)[number]

/** Which sessions of the range a backfill computes. */
export const WHICH = ['missing', 'all', 'corrected'] as const
export type Which = (typeof WHICH)[number]

export const SCOPES = ['READINGS', 'GENERATION', 'OBSERVATIONS'] as const satisfies ValidationScope[]
export const LEVELS = ['BASIC', 'COMPREHENSIVE'] as const satisfies ValidationLevel[]
export const PERIODS = ['MONTH', 'QUARTER', 'YEAR'] as const satisfies ReportPeriod[]
export const FORMATS = ['PDF', 'XLSX', 'HTML', 'CSV', 'PARQUET'] as const satisfies ReportFormat[]
export const MIGRATIONS = ['rename-definition', 'store'] as const
export const LANGUAGES = ['ko', 'en'] as const satisfies ReportLanguage[]
const PRIORITIES = ['NORMAL', 'HIGH', 'LOW'] as const satisfies Priority[]
const STRATEGIES = ['CHUNKED', 'STREAM', 'PARALLEL'] as const satisfies Strategy[]

/** What the form holds. A number of '' is not given, and the server's default holds. */
export interface JobDraft {
  type: NewJobType
  markets: string[]
  definition: string
  index: string
  from: string
  to: string
  which: Which
  way: 'weights' | 'definition'
  weights: Weights
  reason: string
  scope: ValidationScope
  ofJob: string
  sample: number | 'all' | ''
  period: ReportPeriod
  formats: ReportFormat[]
  language: ReportLanguage
  migration: (typeof MIGRATIONS)[number]
  renameFrom: string
  renameTo: string
  publish: Publish
  validationLevel: ValidationLevel
  strategy: Strategy
  priority: Priority
  chunkSize: number | 'auto' | ''
  skipLimit: number | ''
  wallSeconds: number | ''
  memorySoftMb: number | ''
  memoryHardMb: number | ''
  cpuPercent: number | ''
  description: string
  tags: string[]
  start: boolean
}

const one = (query: LocationQuery, name: string): string => {
  const value = query[name]
  return (Array.isArray(value) ? value[0] : value) ?? ''
}

const many = (query: LocationQuery, name: string): string[] => one(query, name).split(',').filter(Boolean)

const word = <T extends string>(known: readonly T[], given: string, unsaid = known[0]!): T =>
  known.find((item) => item === given) ?? unsaid

/** The form as a deep link asks for it; what the link does not say, or says in unknown words, is left at its default.
 * Reports are written in `language` unless the link names another. */
export function readDraft(query: LocationQuery, language: string): JobDraft {
  const type = word(NEW_JOB_TYPES, one(query, 'type'))
  const formats = FORMATS.filter((format) => many(query, 'formats').includes(format))
  return {
    ...PLAIN,
    type,
    markets: many(query, 'market'),
    definition: one(query, 'definition'),
    from: one(query, 'from'),
    to: one(query, 'to'),
    which: word(WHICH, one(query, 'which')),
    reason: one(query, 'reason'),
    scope: word(SCOPES, one(query, 'scope')),
    ofJob: one(query, 'job'),
    sample: one(query, 'sample') === 'all' ? 'all' : '',
    validationLevel: word(LEVELS, one(query, 'level')),
    period: word(PERIODS, one(query, 'period')),
    formats: formats.length > 0 ? formats : ['PDF', 'XLSX'],
    language: word(LANGUAGES, one(query, 'language'), word(LANGUAGES, language)),
    migration: word(MIGRATIONS, one(query, 'migration')),
    renameFrom: one(query, 'renameFrom'),
    renameTo: one(query, 'renameTo'),
    description: one(query, 'description'),
    priority: word(PRIORITIES, one(query, 'priority')),
    strategy: word(STRATEGIES, one(query, 'strategy')),
    publish: defaultPublish(type),
    tags: [],
    weights: {},
  }
}

/** Recalculations wait to be reviewed; backfills go live with their end. */
export const defaultPublish = (type: NewJobType): Publish => (type === 'INDEX_RECALCULATION' ? 'MANUAL' : 'AUTO')

/** Whether jobs of the type compute an index, and so publish and verify what they wrote. */
export const computes = (type: NewJobType): boolean => type === 'HISTORICAL_BACKFILL' || type === 'INDEX_RECALCULATION'

const PLAIN: JobDraft = {
  type: 'HISTORICAL_BACKFILL',
  markets: [],
  definition: '',
  index: '',
  from: '',
  to: '',
  which: 'missing',
  way: 'weights',
  weights: {},
  reason: '',
  scope: 'READINGS',
  ofJob: '',
  sample: '',
  period: 'MONTH',
  formats: ['PDF', 'XLSX'],
  language: 'ko',
  migration: 'rename-definition',
  renameFrom: '',
  renameTo: '',
  publish: 'AUTO',
  validationLevel: 'BASIC',
  strategy: 'CHUNKED',
  priority: 'NORMAL',
  chunkSize: '',
  skipLimit: '',
  wallSeconds: '',
  memorySoftMb: '',
  memoryHardMb: '',
  cpuPercent: '',
  description: '',
  tags: [],
  start: true,
}
