import { describe, expect, it, vi } from 'vitest'
import { createApi } from './client'
import { ApiProblem } from './problem'

const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })

function apiThatGets(...answers: (Response | Error)[]) {
  const asked: Request[] = []
  const refuse = vi.fn()
  const send = (async (input: RequestInfo | URL, init?: RequestInit) => {
    asked.push(input instanceof Request ? input : new Request(new URL(String(input), location.origin), init))
    const answer = answers[asked.length - 1]!
    if (answer instanceof Error) throw answer
    return answer
  }) as typeof fetch
  return { api: createApi({ sign: (headers) => headers.set('Authorization', 'Bearer secret'), refuse }, send), asked, refuse }
}

const problemOf = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => error as ApiProblem,
  )

describe('the API client', () => {
  it('sends the key as bearer and the query in the address', async () => {
    const { api, asked } = apiThatGets(json({ items: [], nextCursor: null, total: 0 }))
    await api.jobs({ market: 'US', limit: 20 })
    expect(asked[0]!.headers.get('Authorization')).toBe('Bearer secret')
    expect(new URL(asked[0]!.url).search).toBe('?market=US&limit=20')
  })

  it('rejects with what the problem document says', async () => {
    const { api, refuse } = apiThatGets(
      json({ title: 'Conflict', code: 'verb-refused', detail: 'No.', hint: 'Wait.' }, 409),
    )
    const problem = await problemOf(api.order('J1', { verb: 'start' }))
    expect(problem).toBeInstanceOf(ApiProblem)
    expect(problem).toMatchObject({ status: 409, code: 'verb-refused', detail: 'No.', hint: 'Wait.' })
    expect(refuse).not.toHaveBeenCalled()
  })

  it('gives each order at its own address', async () => {
    const { api, asked } = apiThatGets(json({}), json({}), json({}))
    await api.order('J1', { verb: 'pause' })
    await api.order('J1', { verb: 'cancel', mode: 'rollback' })
    await api.order('J1', { verb: 'prioritise', priority: 'HIGH' })
    expect(asked.map(({ url }) => url.split('/J1/')[1])).toEqual(['pause', 'cancel?mode=rollback', 'priority'])
    expect(await asked[2]!.json()).toEqual({ priority: 'HIGH' })
  })

  it('reports a refused key', async () => {
    const { api, refuse } = apiThatGets(json({ code: 'not-authenticated' }, 401))
    await problemOf(api.metrics())
    expect(refuse).toHaveBeenCalledOnce()
  })

  it('reports a refused key of the live channel too', async () => {
    const { api, refuse } = apiThatGets(json({}, 401))
    await problemOf(api.openLive(null, new AbortController().signal))
    expect(refuse).toHaveBeenCalledOnce()
  })

  it('says OFFLINE when no answer came', async () => {
    const { api } = apiThatGets(new TypeError('Failed to fetch'))
    expect(await problemOf(api.metrics())).toMatchObject({ code: 'OFFLINE', status: 0 })
  })

  it('survives an error page that is no problem document', async () => {
    const { api } = apiThatGets(new Response('<h1>Bad gateway</h1>', { status: 502 }))
    expect(await problemOf(api.metrics())).toMatchObject({ code: 'HTTP_502' })
  })

  it('resumes the live channel after the last event', async () => {
    const { api, asked } = apiThatGets(new Response('data: 1\n\n'))
    await api.openLive('41', new AbortController().signal)
    expect(asked[0]!.headers.get('Last-Event-ID')).toBe('41')
  })
})
