import { createPinia, setActivePinia } from 'pinia'
import { flushPromises } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Me } from '@/api/login'
import { takeKeyFromFragment, takeLoginFromFragment, useSessionStore } from './session'

const MINJI: Me = {
  name: 'minji',
  role: 'operator',
  entry: 'page',
  passwordSet: true,
  expiresAt: null,
  csrfToken: 'token-1',
}

function answer(status: number, body: unknown = {}) {
  return vi.fn(async () => new Response(JSON.stringify(body), { status }))
}

beforeEach(() => {
  localStorage.clear()
  sessionStorage.clear()
  setActivePinia(createPinia())
  vi.stubGlobal('fetch', answer(503))
})

describe('the key in the address', () => {
  it('is taken and removed at once, the rest of the address stays', () => {
    history.replaceState(null, '', '/batch/jobs?status=FAILED#key=dart_abc')
    expect(takeKeyFromFragment()).toBe('dart_abc')
    expect(location.hash).toBe('')
    expect(location.pathname + location.search).toBe('/batch/jobs?status=FAILED')
  })

  it('leaves an address without a key alone', () => {
    history.replaceState(null, '', '/batch/jobs#content')
    expect(takeKeyFromFragment()).toBeNull()
    expect(location.hash).toBe('#content')
  })
})

describe('the session', () => {
  it('survives a reload in this browser when the key is kept', () => {
    useSessionStore().accept('k1', true)
    setActivePinia(createPinia())
    expect(useSessionStore().key).toBe('k1')
    expect(localStorage.length).toBe(1)
  })

  it('writes nothing that outlives the tab when the key is not kept', () => {
    useSessionStore().accept('k1', false)
    expect(localStorage.length).toBe(0)
    expect(useSessionStore().signedIn).toBe(true)
  })

  it('drops a refused key and says why', () => {
    const session = useSessionStore()
    session.accept('k1', true)
    session.refuse()
    expect(session.signedIn).toBe(false)
    expect(session.reason).toBe('refused')
    expect(localStorage.length).toBe(0)
  })

  it('gives no reason after leaving by choice', () => {
    const session = useSessionStore()
    session.accept('k1', true)
    session.forget()
    expect(session.reason).toBeNull()
  })
})

describe('a login', () => {
  it('begins by a link that leaves the address at once', async () => {
    history.replaceState(null, '', '/batch#login=abc')
    const send = answer(200, { ...MINJI, passwordSet: false })
    vi.stubGlobal('fetch', send)
    const session = useSessionStore()
    await session.begin(takeLoginFromFragment())
    expect(send.mock.calls[0]?.slice(0, 1)).toEqual(['/api/auth/link'])
    expect(location.hash).toBe('')
    expect(session.signedIn && session.needsPassword).toBe(true)
  })

  it('says that a link was used, and stays outside', async () => {
    vi.stubGlobal('fetch', answer(401, { detail: 'This link was used already.' }))
    const session = useSessionStore()
    await session.begin('abc')
    expect([session.signedIn, session.reason]).toEqual([false, 'link'])
  })

  it('goes on with the session of the cookie, or asks to log in without a complaint', async () => {
    vi.stubGlobal('fetch', answer(200, MINJI))
    const session = useSessionStore()
    await session.begin(null)
    expect(session.me?.name).toBe('minji')
    session.forget()
    vi.stubGlobal('fetch', answer(401))
    await session.begin(null)
    expect([session.signedIn, session.reason]).toEqual([false, null])
  })

  it('signs what changes something with the CSRF token, and nothing else', () => {
    const session = useSessionStore()
    session.enter(MINJI)
    const signed = (method: string) => {
      const headers = new Headers()
      session.sign(headers, method)
      return [...headers.entries()]
    }
    expect(signed('GET')).toEqual([])
    expect(signed('POST')).toEqual([['X-CSRF-Token', 'token-1']])
    session.accept('k1', false)
    expect(signed('POST')).toEqual([['Authorization', 'Bearer k1']])
  })

  it('is over when the server says so', () => {
    const session = useSessionStore()
    session.enter(MINJI)
    session.refuse()
    expect([session.signedIn, session.reason]).toEqual([false, 'ended'])
  })

  it('ends on the server too when its user leaves', async () => {
    const send = answer(200)
    vi.stubGlobal('fetch', send)
    const session = useSessionStore()
    session.enter(MINJI)
    await session.leave()
    expect(send.mock.calls[0]?.slice(0, 1)).toEqual(['/api/auth/logout'])
    expect([session.signedIn, session.reason]).toEqual([false, null])
  })

  it('refuses a kept key that the server does not know', async () => {
    vi.stubGlobal('fetch', answer(401))
    const session = useSessionStore()
    session.accept('wrong', true)
    await flushPromises()
    expect([session.signedIn, session.reason]).toEqual([false, 'refused'])
  })

  it('knows whose jobs may be controlled', () => {
    const session = useSessionStore()
    session.enter(MINJI)
    expect([session.mayControl('minji'), session.mayControl('ann')]).toEqual([true, false])
    session.enter({ ...MINJI, role: 'viewer' })
    expect(session.mayControl('minji')).toBe(false)
    session.enter({ ...MINJI, role: 'admin' })
    expect(session.mayControl('ann')).toBe(true)
  })
})
