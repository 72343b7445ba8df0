import type { Client } from 'openapi-fetch'
import { settled } from './settled'
import type { paths } from './schema'

/** Everything the page asks about published indexes. */
export function indexCalls(client: Client<paths>) {
  return {
    indices: (signal?: AbortSignal) => settled(client.GET('/api/index', { signal })),
    definitions: async (signal?: AbortSignal) => (await settled(client.GET('/api/index/definitions', { signal }))).items,
    history: (market: string, definition: string, signal?: AbortSignal) =>
      settled(client.GET('/api/index/{market}', { params: { path: { market }, query: { definition } }, signal })),
    reading: (market: string, date: string, definition: string, signal?: AbortSignal) =>
      settled(
        client.GET('/api/index/{market}/{date}', { params: { path: { market, date }, query: { definition } }, signal }),
      ),
  }
}
