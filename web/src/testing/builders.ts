import type { Chunk, Comparison, DefinitionSummary, Difference, Generation, Job, LogEntry, Plan, Publication, Reading } from '@/api/contract'

export const aJob = (change: Partial<Job> = {}): Job => ({
  jobId: '01JOB',
  type: 'HISTORICAL_BACKFILL',
  status: 'RUNNING',
  reason: null,
  waiting: null,
  allowedVerbs: ['pause', 'cancel'],
  priority: 'NORMAL',
  owner: 'local',
  description: '',
  tags: [],
  createdAt: '2026-01-05T09:00:00.000Z',
  startedAt: '2026-01-05T09:00:01.000Z',
  finishedAt: null,
  parameters: {
    dateRange: { startDate: '1996-01-03', endDate: '2025-12-31' },
    targetMarkets: ['US'],
    definition: 'us@1',
    components: [],
    overwriteExisting: false,
    validationLevel: 'BASIC',
    chunkSize: 100,
    strategy: 'CHUNKED',
    maxRetries: 3,
    retryDelay: 1000,
    skipLimit: 0,
    limits: { wallSeconds: 0, memorySoftMb: 0, memoryHardMb: 0, cpuPercent: 0 },
    publish: 'AUTO',
    index: '',
  },
  plan: {
    added: 200,
    changed: 0,
    skipped: 0,
    chunks: 2,
    skips: [],
    runs: {},
    dataRevisions: { US: 1 },
    definition: 'us@1',
    index: 'us',
    counts: {},
    definitionHash: 'd',
  },
  progress: {
    totalItems: 200,
    processedItems: 100,
    failedItems: 0,
    skippedItems: 0,
    progressPercentage: 50,
    itemsPerSecond: 20,
    estimatedTimeRemaining: 5,
  },
  execution: {
    attempt: 1,
    worker: 'w1',
    startedAt: '2026-01-05T09:00:01.000Z',
    finishedAt: null,
    durationMs: 5000,
    chunks: { total: 2, done: 1, failed: 0 },
    chunkSize: 100,
  },
  verification: null,
  verdict: null,
  errors: [],
  ...change,
})

export const aChunk = (change: Partial<Chunk> = {}): Chunk => ({
  number: 1,
  market: 'US',
  firstSession: '1996-01-03',
  lastSession: '1996-05-24',
  items: 100,
  status: 'DONE',
  tries: 0,
  written: 100,
  withheld: 0,
  skipped: 0,
  durationMs: 12,
  memoryBytes: null,
  finishedAt: '2026-01-05T09:00:02.000Z',
  worker: 'w1',
  error: null,
  ...change,
})

export const aLogEntry = (id: number, change: Partial<LogEntry> = {}): LogEntry => ({
  id,
  at: '2026-01-05T09:00:02.000Z',
  level: 'INFO',
  event: 'chunk-committed',
  message: `Chunk ${id} committed`,
  chunk: id,
  attempt: 1,
  ...change,
})

export const aReading = (date: string, value: number | null): Reading => ({
  date,
  value,
  level: value === null ? null : 'NEUTRAL',
  coverage: value === null ? 0.3 : 1,
  jobId: '01JOB',
  inputHash: 'i',
  withheldReason: value === null ? 'coverage below the minimum' : null,
})

export const aPlan = (change: Partial<Plan> = {}): Plan => ({
  ...aJob().plan,
  runs: { US: [['1996-01-03', '1996-10-16']] },
  planHash: 'p1',
  totalItems: 200,
  ...change,
})

export const aDefinition = (name: string, weights: Record<string, number>): DefinitionSummary => ({
  identifier: `${name}@1`,
  name,
  version: 1,
  title: `The ${name} index`,
  description: '',
  contentHash: 'd',
  levels: [25, 45, 55, 75],
  minimumCoverage: 0.5,
  components: Object.entries(weights).map(([part, weight]) => ({ name: part, code: part.toUpperCase(), weight })),
})

export const aDifference = (change: Partial<Difference> = {}): Difference => ({
  jobId: '01JOB',
  market: 'US',
  index: 'us',
  definition: 'us@1+9bf293dd',
  recalculationReason: 'More volatility',
  newWeights: { momentum: 0.2, volatility: 0.8 },
  decision: 'STAGED',
  stale: false,
  summary: {
    sessions: 60,
    compared: 60,
    changed: 50,
    appeared: 0,
    withheld: 0,
    flipped: 7,
    meanDelta: -1.25,
    meanSize: 7.5,
    largestDelta: 32.9,
    largestSession: '2008-05-30',
    rankCorrelation: 0.917,
  },
  levelFlips: [{ old: 'FEAR', new: 'EXTREME_GREED', sessions: 7 }],
  components: [{ name: 'volatility', mean: -1, meanSize: 5.5, largest: 19 }],
  items: [
    {
      date: '2008-05-30',
      old: 43,
      new: 75.9,
      delta: 32.9,
      oldLevel: 'FEAR',
      newLevel: 'EXTREME_GREED',
      oldCoverage: 1,
      newCoverage: 1,
      attribution: { momentum: 12.9, volatility: 20 },
    },
  ],
  total: 60,
  ...change,
})

export const aComparison = (change: Partial<Comparison> = {}): Comparison => {
  const { market, summary, levelFlips, components, items, total } = aDifference()
  const old = { definition: 'us', asOf: null, jobId: null }
  const sides = { old, new: { ...old, jobId: '01STAGED' }, bounds: [25, 45, 55, 75], onlyOld: 12, onlyNew: 0 }
  return { market, ...sides, summary, levelFlips, components, items, total, ...change }
}

export const aGeneration = (change: Partial<Generation> = {}): Generation => ({
  jobId: '01STAGED',
  jobType: 'INDEX_RECALCULATION',
  state: 'STAGED',
  owner: 'local',
  finishedAt: '2026-01-05T09:00:00.000000Z',
  first: '2020-01-02',
  last: '2020-01-06',
  sessions: 3,
  definition: 'us@1',
  reason: 'More volatility',
  ...change,
})

export const aPublication = (change: Partial<Publication> = {}): Publication => ({
  publicationId: '01PUB',
  kind: 'PUBLISH',
  undoes: null,
  undoneBy: null,
  market: 'US',
  index: 'us',
  jobId: '01JOB',
  publishedAt: '2026-01-05T09:00:00Z',
  publishedBy: 'local',
  sessions: 200,
  first: '1996-01-03',
  last: '1996-10-16',
  contentHash: '407fa9e1ad55f1f6b8b36c21',
  reason: '',
  ...change,
})
