import type { LocationQuery } from 'vue-router'
import type { JobType, JobWish, Priority, Publish, Strategy, ValidationLevel } from '@/api/contract'
import { toWire, type Weights } from '@/components/newjob/weights'

export const NEW_JOB_TYPES = ['HISTORICAL_BACKFILL', 'INDEX_RECALCULATION'] as const satisfies JobType[]
export type NewJobType = (typeof NEW_JOB_TYPES)[number]

/** Which sessions of the range a backfill computes. */
export const WHICH = ['missing', 'all', 'corrected'] as const
export type Which = (typeof WHICH)[number]

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

const word = <T extends string>(known: readonly T[], given: string): T => known.find((item) => item === given) ?? known[0]!

/** The form as a deep link asks for it; what the link does not say, or says in unknown words, is left at its default. */
export function readDraft(query: LocationQuery): JobDraft {
  const type = word(NEW_JOB_TYPES, one(query, 'type'))
  return {
    ...PLAIN,
    type,
    markets: one(query, 'market').split(',').filter(Boolean),
    definition: one(query, 'definition'),
    from: one(query, 'from'),
    to: one(query, 'to'),
    which: word(WHICH, one(query, 'which')),
    reason: one(query, 'reason'),
    description: one(query, 'description'),
    priority: word(['NORMAL', 'HIGH', 'LOW'], one(query, 'priority')),
    strategy: word(['CHUNKED', 'STREAM', 'PARALLEL'], one(query, 'strategy')),
    publish: defaultPublish(type),
    tags: [],
    weights: {},
  }
}

/** The server's default; it is no optional field of this request. */
const RECALCULATION_CHUNK = 1000

/** Recalculations wait to be reviewed; backfills go live with their end. */
export const defaultPublish = (type: NewJobType): Publish => (type === 'INDEX_RECALCULATION' ? 'MANUAL' : 'AUTO')

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

const given = <T>(value: T | ''): T | undefined => (value === '' ? undefined : value)

/** The request a draft stands for. The server takes no recalculation without a reason; a plan is asked for before one
 * is typed, so `unsaid` stands in for it there. */
export function wishOf(draft: JobDraft, planHash: string | null, unsaid = ''): JobWish {
  const shared = {
    dateRange: { startDate: draft.from, endDate: draft.to },
    definition: draft.definition || undefined,
    publish: draft.publish,
    validationLevel: draft.validationLevel,
    priority: draft.priority,
    start: draft.start,
    planHash: planHash ?? undefined,
    metadata: { description: draft.description.trim(), tags: [...draft.tags] },
  }
  return draft.type === 'INDEX_RECALCULATION'
    ? { path: '/api/batch/recalculate-index', body: { ...shared, ...recalculation(draft, unsaid) } }
    : { path: '/api/batch/historical-backfill', body: { ...shared, ...backfill(draft) } }
}

function recalculation(draft: JobDraft, unsaid: string) {
  const byWeights = draft.way === 'weights'
  return {
    market: draft.markets[0] ?? '',
    index: draft.index || undefined,
    newWeights: byWeights ? toWire(draft.weights) : {},
    recalculationReason: draft.reason.trim() || unsaid,
    chunkSize: typeof draft.chunkSize === 'number' ? draft.chunkSize : RECALCULATION_CHUNK,
  }
}

function backfill(draft: JobDraft) {
  const { wallSeconds, memorySoftMb, memoryHardMb, cpuPercent } = draft
  return {
    targetMarkets: [...draft.markets],
    overwriteExisting: draft.which === 'all',
    affectedByCorrections: draft.which === 'corrected',
    strategy: draft.strategy,
    chunkSize: given(draft.chunkSize),
    skipLimit: given(draft.skipLimit),
    limits: {
      wallSeconds: given(wallSeconds),
      memorySoftMb: given(memorySoftMb),
      memoryHardMb: given(memoryHardMb),
      cpuPercent: given(cpuPercent),
    },
  }
}
