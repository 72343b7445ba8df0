import type { JobWish } from '@/api/contract'
import { toWire } from '@/components/newjob/weights'
import type { JobDraft, NewJobType } from './jobDraft'

/** The server's default; it is no optional field of these requests. */
const CHUNK = 1000

const given = <T>(value: T | ''): T | undefined => (value === '' ? undefined : value)
const ownChunk = ({ chunkSize }: JobDraft) => (typeof chunkSize === 'number' ? chunkSize : CHUNK)

const rangeOf = ({ from, to }: JobDraft) => ({ startDate: from, endDate: to })

/** The request a draft stands for. The server takes no recalculation without a reason; a plan is asked for before one
 * is typed, so `unsaid` stands in for it there. */
export function wishOf(draft: JobDraft, planHash: string | null, unsaid = ''): JobWish {
  const how = {
    priority: draft.priority,
    start: draft.start,
    planHash: planHash ?? undefined,
    metadata: { description: draft.description.trim(), tags: [...draft.tags] },
  }
  return WISHES[draft.type](draft, how, unsaid)
}

type How = Required<Pick<JobWish['body'], 'priority' | 'start' | 'metadata'>> & { planHash?: string }

const WISHES: Record<NewJobType, (draft: JobDraft, how: How, unsaid: string) => JobWish> = {
  HISTORICAL_BACKFILL: (draft, how) => ({
    path: '/api/batch/historical-backfill',
    body: { ...how, ...computation(draft), ...backfill(draft) },
  }),
  INDEX_RECALCULATION: (draft, how, unsaid) => ({
    path: '/api/batch/recalculate-index',
    body: { ...how, ...computation(draft), ...recalculation(draft, unsaid) },
  }),
  DATA_VALIDATION: (draft, how) => ({
    path: '/api/batch/data-validation',
    body: { ...how, ...validation(draft) },
  }),
  BULK_REPORT: (draft, how) => ({
    path: '/api/batch/bulk-report',
    body: { ...how, ...reports(draft) },
  }),
  DATA_MIGRATION: (draft, how) => ({
    path: '/api/batch/data-migration',
    body: { ...how, ...rename(draft) },
  }),
}

const computation = (draft: JobDraft) => ({
  dateRange: rangeOf(draft),
  definition: draft.definition || undefined,
  publish: draft.publish,
  validationLevel: draft.validationLevel,
})

const recalculation = (draft: JobDraft, unsaid: string) => ({
  market: draft.markets[0] ?? '',
  index: draft.index || undefined,
  newWeights: draft.way === 'weights' ? toWire(draft.weights) : {},
  recalculationReason: draft.reason.trim() || unsaid,
  chunkSize: ownChunk(draft),
})

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

/** A generation brings its own market and index. */
function validation(draft: JobDraft) {
  const ofJob = draft.scope === 'GENERATION'
  return {
    scope: draft.scope,
    jobId: ofJob ? draft.ofJob.trim() : undefined,
    market: ofJob ? undefined : draft.markets[0],
    index: draft.scope === 'READINGS' ? given(draft.definition) : undefined,
    dateRange: draft.from && draft.to ? rangeOf(draft) : undefined,
    validationLevel: draft.validationLevel,
    sample: given(draft.sample),
    chunkSize: ownChunk(draft),
    strategy: oneOrSeveral(draft),
  }
}

/** How work is done that knows no stream. */
const oneOrSeveral = (draft: JobDraft) => (draft.strategy === 'PARALLEL' ? ('PARALLEL' as const) : ('CHUNKED' as const))

const reports = (draft: JobDraft) => ({
  dateRange: rangeOf(draft),
  targetMarkets: [...draft.markets],
  definitions: draft.definition ? [draft.definition] : [],
  period: draft.period,
  formats: [...draft.formats],
  language: draft.language,
  strategy: oneOrSeveral(draft),
  priceSeries: '',
})

const rename = (draft: JobDraft) => ({
  migration: 'rename-definition' as const,
  renameFrom: draft.renameFrom,
  renameTo: draft.renameTo.trim(),
})

const NEEDED: Record<NewJobType, (draft: JobDraft) => boolean> = {
  HISTORICAL_BACKFILL: (draft) => draft.markets.length > 0 && draft.definition !== '' && ranged(draft),
  INDEX_RECALCULATION: (draft) => draft.markets.length > 0 && draft.definition !== '' && ranged(draft),
  DATA_VALIDATION: (draft) => (draft.scope === 'GENERATION' ? draft.ofJob.trim() !== '' : draft.markets.length > 0),
  BULK_REPORT: (draft) => draft.markets.length > 0 && draft.formats.length > 0 && ranged(draft),
  DATA_MIGRATION: (draft) => draft.migration !== 'store' && draft.renameFrom !== '' && draft.renameTo.trim() !== '',
}

const ranged = ({ from, to }: JobDraft) => from !== '' && to !== ''

/** Whether the draft says enough for a plan to be asked for. */
export const plannable = (draft: JobDraft): boolean => NEEDED[draft.type](draft)
