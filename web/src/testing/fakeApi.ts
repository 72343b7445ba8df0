import type { Api } from '@/api/client'
import type {
  Artefacts,
  Attempt,
  BulkAnswers,
  BulkOrder,
  Chunk,
  Comparison,
  ComparisonQuery,
  DefinitionSummary,
  Difference,
  DifferenceQuery,
  FindingPage,
  FindingQuery,
  Generation,
  IndexCalendar,
  IndexSummary,
  Job,
  JobQuery,
  JobStatus,
  JobWish,
  LeftOut,
  LogEntry,
  LogQuery,
  Metrics,
  Plan,
  Publication,
  Reading,
  ReportFile,
  ReportQuery,
  SessionLife,
  Worker,
} from '@/api/contract'
import type { Side } from '@/api/indexCalls'
import type { JobOrder, JobVerb } from '@/api/orders'
import { ApiProblem } from '@/api/problem'
import { aCalendar, aComparison, aDifference, aJob, aPlan } from './builders'
import { FakeAccess } from './fakeAccess'

const AFTER: Record<JobVerb, JobStatus> = {
  start: 'QUEUED',
  resume: 'QUEUED',
  retry: 'QUEUED',
  pause: 'PAUSED',
  cancel: 'CANCELLED',
  prioritise: 'QUEUED',
  promote: 'COMPLETED',
  discard: 'COMPLETED',
}

const notFound = (what: string) => new ApiProblem(404, 'not-found', 'Not Found', what, null)

/** A server in memory with the client's face. `asked` records what it was asked. */
export class FakeApi extends FakeAccess implements Api {
  jobList: Job[] = []
  chunkList: Chunk[] = []
  leftOut: LeftOut[] = []
  log: LogEntry[] = []
  published: IndexSummary[] = []
  readings: Reading[] = []
  /** Those of every past moment. */
  readingsThen: Reading[] = []
  generationList: Generation[] = []
  dayStates: IndexCalendar = aCalendar()
  besides: Comparison = aComparison()
  attemptList: Attempt[] = []
  workerList: Worker[] = []
  found: FindingPage = { checks: [], items: [], groups: [], total: 0 }
  reportList: ReportFile[] = []
  files: Artefacts = { items: [], total: 0, size: 0 }
  bulkAnswers: BulkAnswers = { verb: 'cancel', dryRun: true, done: 0, refused: 0, items: [] }
  definitionList: DefinitionSummary[] = []
  compared: Difference = aDifference()
  acts: Publication[] = []
  lifeList: SessionLife[] = []
  planned: Plan | ApiProblem = aPlan()
  /** Fails every reading. */
  failure: ApiProblem | null = null
  /** Fails every order and submit. */
  refusal: ApiProblem | null = null
  readonly asked = {
    jobs: [] as JobQuery[],
    logs: [] as LogQuery[],
    readings: [] as string[],
    findings: [] as FindingQuery[],
    reports: [] as ReportQuery[],
    bulk: [] as BulkOrder[],
    orders: [] as JobOrder[],
    differences: [] as DifferenceQuery[],
    rollbacks: [] as string[],
    comparisons: [] as (ComparisonQuery & { market: string })[],
    plans: [] as JobWish[],
    submits: [] as JobWish[],
  }

  private answer<T>(value: T): Promise<T> {
    return this.failure ? Promise.reject(this.failure) : Promise.resolve(value)
  }

  openLive = () => Promise.resolve(new ReadableStream<Uint8Array>())

  jobs = (query: JobQuery) => {
    this.asked.jobs.push(query)
    const from = Number(query.cursor ?? 0)
    const to = from + (query.limit ?? 20)
    const nextCursor = to < this.jobList.length ? String(to) : null
    return this.answer({ items: this.jobList.slice(from, to), nextCursor, total: this.jobList.length })
  }

  job = (jobId: string) => {
    const job = this.jobList.find((known) => known.jobId === jobId)
    return job ? this.answer(job) : Promise.reject(notFound(jobId))
  }

  chunks = () => this.answer({ items: this.chunkList })

  skips = () => this.answer({ items: this.leftOut })

  logs = (_jobId: string, query: LogQuery) => {
    this.asked.logs.push(query)
    const items = this.log.filter(({ id }) => id > (query.after ?? 0)).slice(0, query.limit)
    const [first, last] = [items.at(0), items.at(-1)]
    return this.answer({ items, nextAfter: last?.id ?? null, nextBefore: query.after ? (first?.id ?? null) : null })
  }

  attempts = () => this.answer({ items: this.attemptList })

  order = async (jobId: string, order: JobOrder): Promise<Job> => {
    this.asked.orders.push(order)
    if (this.refusal) throw this.refusal
    const generation = order.verb === 'promote' ? 'PUBLISHED' : order.verb === 'discard' ? 'DISCARDED' : null
    return { ...(await this.job(jobId)), status: AFTER[order.verb], allowedVerbs: ['cancel'], generation }
  }

  plan = (wish: JobWish) => {
    this.asked.plans.push(wish)
    return this.planned instanceof ApiProblem ? Promise.reject(this.planned) : Promise.resolve(this.planned)
  }

  submit = (wish: JobWish): Promise<Job> => {
    this.asked.submits.push(wish)
    return this.refusal ? Promise.reject(this.refusal) : Promise.resolve(aJob({ jobId: '01NEW' }))
  }

  difference = (_jobId: string, query: DifferenceQuery) => {
    this.asked.differences.push(query)
    return this.answer(this.compared)
  }

  publications = () => this.answer({ items: this.acts, total: this.acts.length })

  lives = () => this.answer(this.lifeList)

  rollBack = (market: string, publicationId: string) => {
    this.asked.rollbacks.push(publicationId)
    const undone = { publicationId, market, index: 'us', jobId: '01JOB', sessions: 200 }
    return this.refusal ? Promise.reject(this.refusal) : Promise.resolve(undone)
  }

  definitions = () => this.answer(this.definitionList)

  findings = (_jobId: string, query: FindingQuery) => {
    this.asked.findings.push(query)
    return this.answer(this.found)
  }

  artefacts = () => this.answer(this.files)

  reports = (query: ReportQuery) => {
    this.asked.reports.push(query)
    const from = Number(query.cursor ?? 0)
    const to = from + (query.limit ?? 50)
    const nextCursor = to < this.reportList.length ? String(to) : null
    const total = this.reportList.length
    return this.answer({ items: this.reportList.slice(from, to), nextCursor, total, size: from === 0 ? total * 2048 : null })
  }

  artefact = () => this.answer(new Blob(['file']))

  artefactsZip = () => this.answer(new Blob(['zip']))

  bulk = (order: BulkOrder) => {
    this.asked.bulk.push(order)
    return this.refusal ? Promise.reject(this.refusal) : Promise.resolve({ ...this.bulkAnswers, dryRun: order.dryRun })
  }

  workers = () => this.answer(this.workerList)

  metrics = () =>
    this.answer<Metrics>({
      system: { activeJobs: 1, queuedJobs: 0, completedToday: 3, failedToday: 0, avgProcessingTime: 900 },
      performance: { itemsPerSecond: 800, memoryUsage: '245MB', cpuUsage: 40 },
      health: { status: 'HEALTHY', errorRate: 0 },
    })

  indices = () => this.answer({ items: this.published })

  generations = () => this.answer(this.generationList)

  calendar = () => this.answer(this.dayStates)

  comparison = (market: string, query: ComparisonQuery) => {
    this.asked.comparisons.push({ market, ...query })
    return this.answer(this.besides)
  }

  history = (market: string, { definition, asOf }: Side) =>
    this.answer({
      market,
      definition: `${definition}@1`,
      definitionHash: 'd',
      bounds: [25, 45, 55, 75],
      definitions: [],
      items: asOf ? this.readingsThen : this.readings,
    })

  reading = (market: string, date: string, { definition, asOf }: Side) => {
    this.asked.readings.push([market, definition, date, asOf].filter(Boolean).join('/'))
    const found = (asOf ? this.readingsThen : this.readings).find((reading) => reading.date === date)
    if (!found) return Promise.reject(notFound(date))
    const job = {
      jobId: '01JOB',
      status: 'COMPLETED',
      owner: 'local',
      createdAt: '2026-01-05T09:00:00Z',
      finishedAt: null,
    }
    const lineage = {
      definition,
      definitionHash: 'd',
      inputHash: 'i',
      job,
      dataRevision: 1,
      verified: true,
      inputs: [],
    }
    const bounds = [25, 45, 55, 75]
    return this.answer({ ...found, components: {}, market, definition, definitionHash: 'd', bounds, lineage })
  }
}
