import type { Client } from 'openapi-fetch'
import type {
  BulkOrder,
  Difference,
  DifferenceQuery,
  FindingPage,
  FindingQuery,
  Job,
  JobQuery,
  LogQuery,
  ReportQuery,
} from './contract'
import type { JobOrder } from './orders'
import { settled } from './settled'
import type { paths } from './schema'

const jobPath = (jobId: string) => ({ path: { jobId } })

/** Everything the page asks about jobs, and the orders it gives them. */
export function jobCalls(client: Client<paths>) {
  function order(jobId: string, wanted: JobOrder): Promise<Job> {
    if (wanted.verb === 'cancel') {
      const params = { ...jobPath(jobId), query: { mode: wanted.mode } }
      return settled(client.POST('/api/batch/jobs/{jobId}/cancel', { params }))
    }
    const params = jobPath(jobId)
    if (wanted.verb === 'prioritise') {
      const body = { priority: wanted.priority }
      return settled(client.POST('/api/batch/jobs/{jobId}/priority', { params, body }))
    }
    return settled(client.POST(`/api/batch/jobs/{jobId}/${wanted.verb}`, { params }))
  }

  return {
    order,
    jobs: (query: JobQuery, signal?: AbortSignal) =>
      settled(client.GET('/api/batch/jobs', { params: { query }, signal })),
    job: (jobId: string, signal?: AbortSignal) =>
      settled(client.GET('/api/batch/jobs/{jobId}', { params: jobPath(jobId), signal })),
    chunks: (jobId: string, signal?: AbortSignal) =>
      settled(client.GET('/api/batch/jobs/{jobId}/chunks', { params: jobPath(jobId), signal })),
    skips: (jobId: string, signal?: AbortSignal) =>
      settled(client.GET('/api/batch/jobs/{jobId}/skips', { params: jobPath(jobId), signal })),
    attempts: (jobId: string, signal?: AbortSignal) =>
      settled(client.GET('/api/batch/jobs/{jobId}/attempts', { params: jobPath(jobId), signal })),
    difference: (jobId: string, query: DifferenceQuery, signal?: AbortSignal) =>
      settled(
        client.GET('/api/batch/jobs/{jobId}/diff', { params: { ...jobPath(jobId), query }, signal }),
      ) as Promise<Difference>,
    logs: (jobId: string, query: LogQuery, signal?: AbortSignal) =>
      settled(client.GET('/api/batch/jobs/{jobId}/logs', { params: { ...jobPath(jobId), query }, signal })),
    findings: (jobId: string, query: FindingQuery, signal?: AbortSignal) =>
      settled(
        client.GET('/api/batch/jobs/{jobId}/findings', { params: { ...jobPath(jobId), query }, signal }),
      ) as Promise<FindingPage>,
    artefacts: (jobId: string, signal?: AbortSignal) =>
      settled(client.GET('/api/batch/jobs/{jobId}/artefacts', { params: jobPath(jobId), signal })),
    reports: (query: ReportQuery, signal?: AbortSignal) =>
      settled(client.GET('/api/batch/artefacts', { params: { query }, signal })),
    artefact: (jobId: string, name: string): Promise<Blob> => {
      const params = { path: { jobId, name } }
      return settled(client.GET('/api/batch/jobs/{jobId}/artefacts/{name}', { params, parseAs: 'blob' }))
    },
    artefactsZip: (jobId: string): Promise<Blob> =>
      settled(client.GET('/api/batch/jobs/{jobId}/artefacts.zip', { params: jobPath(jobId), parseAs: 'blob' })),
    bulk: (order: BulkOrder, signal?: AbortSignal) =>
      settled(client.POST('/api/batch/jobs/bulk', { body: order, signal })),
    workers: async (signal?: AbortSignal) => (await settled(client.GET('/api/batch/workers', { signal }))).items,
    metrics: (signal?: AbortSignal) => settled(client.GET('/api/batch/metrics', { signal })),
  }
}
