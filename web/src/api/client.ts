import createClient from 'openapi-fetch'
import { inject, type InjectionKey } from 'vue'
import { accessCalls } from './accessCalls'
import { indexCalls } from './indexCalls'
import { jobCalls } from './jobCalls'
import { ApiProblem } from './problem'
import type { paths } from './schema'
import { submitCalls } from './submitCalls'

interface Access {
  sign(headers: Headers, method: string): void
  refuse(): void
}

/** Every call of the page to the server. Each one rejects with ApiProblem; a 401 also tells `access`. */
export function createApi(access: Access, send: typeof fetch = (...request) => fetch(...request)) {
  const client = createClient<paths>({ baseUrl: location.origin, fetch: (request) => send(request) })
  client.use({
    onRequest({ request }) {
      access.sign(request.headers, request.method)
      request.headers.set('Accept', 'application/json')
    },
    onResponse({ response }) {
      if (response.status === 401) access.refuse()
    },
  })

  async function openLive(lastEventId: string | null, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const headers = new Headers({ Accept: 'text/event-stream' })
    access.sign(headers, 'GET')
    if (lastEventId !== null) headers.set('Last-Event-ID', lastEventId)
    const response = await send('/api/batch/live', { headers, signal, cache: 'no-store' })
    if (response.status === 401) access.refuse()
    if (!response.ok || response.body === null) throw ApiProblem.fromDocument(response.status, null)
    return response.body
  }

  return { openLive, ...jobCalls(client), ...submitCalls(client), ...indexCalls(client), ...accessCalls(client) }
}

export type Api = ReturnType<typeof createApi>

export const apiKey: InjectionKey<Api> = Symbol('api')

export function useApi(): Api {
  const api = inject(apiKey)
  if (!api) throw new Error('No API was provided to this application.')
  return api
}
