import type { Client } from 'openapi-fetch'
import type { ComparisonQuery } from './contract'
import { settled } from './settled'
import type { paths } from './schema'

/** Live readings of an index, or with `asOf` those that were live then. */
export interface Side {
  definition: string
  asOf?: string
}

/** Everything the page asks about published indexes. */
export function indexCalls(client: Client<paths>) {
  return {
    indices: (signal?: AbortSignal) => settled(client.GET('/api/index', { signal })),
    definitions: async (signal?: AbortSignal) => (await settled(client.GET('/api/index/definitions', { signal }))).items,
    publications: (market: string, definition: string, page: { limit: number; offset: number }, signal?: AbortSignal) => {
      const params = { path: { market }, query: { definition, ...page } }
      return settled(client.GET('/api/index/{market}/publications', { params, signal }))
    },
    rollBack: (market: string, publicationId: string) =>
      settled(
        client.POST('/api/index/{market}/publications/{publicationId}/rollback', {
          params: { path: { market, publicationId } },
        }),
      ),
    lives: async (market: string, date: string, definition: string, signal?: AbortSignal) => {
      const params = { path: { market, date }, query: { definition } }
      return (await settled(client.GET('/api/index/{market}/{date}/history', { params, signal }))).items
    },
    generations: async (market: string, definition: string, signal?: AbortSignal) => {
      const params = { path: { market }, query: { definition } }
      return (await settled(client.GET('/api/index/{market}/generations', { params, signal }))).items
    },
    calendar: (market: string, definition: string, signal?: AbortSignal) =>
      settled(client.GET('/api/index/{market}/calendar', { params: { path: { market }, query: { definition } }, signal })),
    comparison: (market: string, query: ComparisonQuery, signal?: AbortSignal) =>
      settled(client.GET('/api/index/{market}/comparison', { params: { path: { market }, query }, signal })),
    history: (market: string, side: Side, signal?: AbortSignal) =>
      settled(client.GET('/api/index/{market}', { params: { path: { market }, query: side }, signal })),
    reading: (market: string, date: string, side: Side, signal?: AbortSignal) =>
      settled(client.GET('/api/index/{market}/{date}', { params: { path: { market, date }, query: side }, signal })),
  }
}
