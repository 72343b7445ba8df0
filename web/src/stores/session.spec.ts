import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import { takeKeyFromFragment, useSessionStore } from './session'

beforeEach(() => {
  localStorage.clear()
  sessionStorage.clear()
  setActivePinia(createPinia())
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
