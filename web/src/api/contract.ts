import type { paths } from './schema'

type Reply<P extends keyof paths, M extends 'get' | 'post'> = paths[P][M] extends {
  responses: { 200: { content: { 'application/json': infer Body } } }
}
  ? Body
  : never

type Query<P extends keyof paths> = paths[P] extends { get: { parameters: { query?: infer Q } } }
  ? NonNullable<Q>
  : never

/** What a POST takes in its query. */
type Asked<P extends keyof paths> = paths[P] extends { post: { parameters: { query?: infer Q } } } ? NonNullable<Q> : never

export type JobPage = Reply<'/api/batch/jobs', 'get'>
export type JobQuery = Query<'/api/batch/jobs'>
export type Job = JobPage['items'][number]
export type JobStatus = Job['status']
export type JobType = Job['type']
export type Priority = Job['priority']
export type CancelMode = NonNullable<Asked<'/api/batch/jobs/{jobId}/cancel'>['mode']>
export type Check = NonNullable<Job['verification']>[number]
export type SkippedRun = Job['plan']['skips'][number]
export type LeftOut = Reply<'/api/batch/jobs/{jobId}/skips', 'get'>['items'][number]
export type JobError = Job['errors'][number]
export type Chunk = Reply<'/api/batch/jobs/{jobId}/chunks', 'get'>['items'][number]
export type ChunkStatus = Chunk['status']
export type Attempt = Reply<'/api/batch/jobs/{jobId}/attempts', 'get'>['items'][number]
export type FindingPage = Exclude<Reply<'/api/batch/jobs/{jobId}/findings', 'get'>, string>
export type FindingQuery = Query<'/api/batch/jobs/{jobId}/findings'>
export type Severity = FindingPage['items'][number]['severity']
export type Artefacts = Reply<'/api/batch/jobs/{jobId}/artefacts', 'get'>
export type ReportQuery = Query<'/api/batch/artefacts'>
export type ReportPage = Reply<'/api/batch/artefacts', 'get'>
export type ReportFile = ReportPage['items'][number]
export type BulkOrder = Sent<'/api/batch/jobs/bulk'>
export type BulkVerb = BulkOrder['verb']
export type BulkAnswers = Reply<'/api/batch/jobs/bulk', 'post'>
export type Worker = Reply<'/api/batch/workers', 'get'>['items'][number]
export type LogPage = Reply<'/api/batch/jobs/{jobId}/logs', 'get'>
export type LogQuery = Query<'/api/batch/jobs/{jobId}/logs'>
export type LogEntry = LogPage['items'][number]
export type LogLevel = LogEntry['level']
export type Metrics = Reply<'/api/batch/metrics', 'get'>
export type HealthStatus = Metrics['health']['status']
export type IndexSummary = Reply<'/api/index', 'get'>['items'][number]
export type IndexHistory = Reply<'/api/index/{market}', 'get'>
export type Reading = IndexHistory['items'][number]
export type Level = NonNullable<Reading['level']>
export type ReadingDetail = Reply<'/api/index/{market}/{date}', 'get'>
export type ComponentReading = NonNullable<ReadingDetail['components']>[string]
type Sent<P extends keyof paths> = paths[P] extends {
  post: { requestBody: { content: { 'application/json': infer Body } } }
}
  ? Body
  : never

/** The diff as JSON; as CSV or Parquet it is text. */
export type Difference = Exclude<Reply<'/api/batch/jobs/{jobId}/diff', 'get'>, string>
export type DifferenceQuery = Query<'/api/batch/jobs/{jobId}/diff'>
export type SessionDifference = Difference['items'][number]
export type Comparison = Reply<'/api/index/{market}/comparison', 'get'>
export type ComparisonQuery = Query<'/api/index/{market}/comparison'>
export type Generation = Reply<'/api/index/{market}/generations', 'get'>['items'][number]
export type IndexCalendar = Reply<'/api/index/{market}/calendar', 'get'>
export type LevelFlips = Difference['levelFlips'][number]
export type Publication = Reply<'/api/index/{market}/publications', 'get'>['items'][number]
export type SessionLife = Reply<'/api/index/{market}/{date}/history', 'get'>['items'][number]
export type Plan = Reply<'/api/batch/historical-backfill', 'post'>
export type Strategy = Job['parameters']['strategy']
export type ValidationLevel = Job['parameters']['validationLevel']
export type Publish = Job['parameters']['publish']
export type ValidationScope = Sent<'/api/batch/data-validation'>['scope']
export type ReportPeriod = NonNullable<Sent<'/api/batch/bulk-report'>['period']>
export type ReportFormat = NonNullable<Sent<'/api/batch/bulk-report'>['formats']>[number]
export type ReportLanguage = Sent<'/api/batch/bulk-report'>['language']
export type Migration = Sent<'/api/batch/data-migration'>['migration']
export type DefinitionSummary = Reply<'/api/index/definitions', 'get'>['items'][number]

/** A wish for a job with the address that takes it. */
export type JobWish =
  | { path: '/api/batch/historical-backfill'; body: Sent<'/api/batch/historical-backfill'> }
  | { path: '/api/batch/recalculate-index'; body: Sent<'/api/batch/recalculate-index'> }
  | { path: '/api/batch/data-validation'; body: Sent<'/api/batch/data-validation'> }
  | { path: '/api/batch/bulk-report'; body: Sent<'/api/batch/bulk-report'> }
  | { path: '/api/batch/data-migration'; body: Partial<Sent<'/api/batch/data-migration'>> }
