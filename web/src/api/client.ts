import createClient from 'openapi-fetch'
import { inject, type InjectionKey } from 'vue'
import type { JobQuery, LogQuery } from './contract'
import { ApiProblem, asProblem, isAbort } from './problem'
import type { paths } from './schema'

interface Access {
  readonly key: string | null
  refuse(): void
}

type Answer<T> = Promise<{ data?: T; error?: unknown; response: Response }>

async function body<T>(answer: Answer<T>): Promise<T> {
  try {
    const { data, error, response } = await answer
    if (data !== undefined && response.ok) return data
    throw ApiProblem.fromDocument(response.status, error)
  } catch (failure) {
    throw isAbort(failure) ? failure : asProblem(failure)
  }
}

/** Every call of the page to the server. Each one rejects with ApiProblem; a 401 also tells `access`. */
export function createApi(access: Access, send: typeof fetch = (...request) => fetch(...request)) {
  const client = createClient<paths>({ baseUrl: location.origin, fetch: (request) => send(request) })
  client.use({
    onRequest({ request }) {
      request.headers.set('Authorization', `Bearer ${access.key ?? ''}`)
      request.headers.set('Accept', 'application/json')
    },
    onResponse({ response }) {
      if (response.status === 401) access.refuse()
    },
  })

  async function openLive(lastEventId: string | null, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const headers = new Headers({ Authorization: `Bearer ${access.key ?? ''}`, Accept: 'text/event-stream' })
    if (lastEventId !== null) headers.set('Last-Event-ID', lastEventId)
    const response = await send('/api/batch/live', { headers, signal, cache: 'no-store' })
    if (response.status === 401) access.refuse()
    if (!response.ok || response.body === null) throw ApiProblem.fromDocument(response.status, null)
    return response.body
  }

  const jobPath = (jobId: string) => ({ path: { jobId } })

  return {
    openLive,
    jobs: (query: JobQuery, signal?: AbortSignal) => body(client.GET('/api/batch/jobs', { params: { query }, signal })),
    job: (jobId: string, signal?: AbortSignal) =>
      body(client.GET('/api/batch/jobs/{jobId}', { params: jobPath(jobId), signal })),
    chunks: (jobId: string, signal?: AbortSignal) =>
      body(client.GET('/api/batch/jobs/{jobId}/chunks', { params: jobPath(jobId), signal })),
    skips: (jobId: string, signal?: AbortSignal) =>
      body(client.GET('/api/batch/jobs/{jobId}/skips', { params: jobPath(jobId), signal })),
    logs: (jobId: string, query: LogQuery, signal?: AbortSignal) =>
      body(client.GET('/api/batch/jobs/{jobId}/logs', { params: { ...jobPath(jobId), query }, signal })),
    start: (jobId: string) => body(client.POST('/api/batch/jobs/{jobId}/start', { params: jobPath(jobId) })),
    metrics: (signal?: AbortSignal) => body(client.GET('/api/batch/metrics', { signal })),
    indices: (signal?: AbortSignal) => body(client.GET('/api/index', { signal })),
    history: (market: string, definition: string, signal?: AbortSignal) =>
      body(client.GET('/api/index/{market}', { params: { path: { market }, query: { definition } }, signal })),
    reading: (market: string, date: string, definition: string, signal?: AbortSignal) =>
      body(
        client.GET('/api/index/{market}/{date}', { params: { path: { market, date }, query: { definition } }, signal }),
      ),
  }
}

export type Api = ReturnType<typeof createApi>

export const apiKey: InjectionKey<Api> = Symbol('api')

export function useApi(): Api {
  const api = inject(apiKey)
  if (!api) throw new Error('No API was provided to this application.')
  return api
}
