import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { ApiProblem } from '@/api/problem'
import { aPublication } from '@/testing/builders'
import { buttonIn, dialog } from '@/testing/dialog'
import { FakeApi } from '@/testing/fakeApi'
import { mountPage } from '@/testing/mountPage'
import PublicationsView from './PublicationsView.vue'

afterEach(() => void (document.body.innerHTML = ''))

async function listOf(acts: ReturnType<typeof aPublication>[], api = new FakeApi()) {
  api.acts = acts
  return mountPage(PublicationsView, { api, props: { market: 'US' }, at: '/index/US/publications?definition=us' })
}

describe('the publications of an index', () => {
  it('name what was published when, by whom and why', async () => {
    const { wrapper } = await listOf([aPublication({ reason: 'More volatility' })])
    for (const text of ['Published', '200 sessions', 'local', 'More volatility', '407fa9e1ad55'])
      expect(wrapper.text()).toContain(text)
  })

  it('are rolled back once that is confirmed', async () => {
    const { api } = await listOf([aPublication()])
    buttonIn(document.body, 'Roll back').click()
    await flushPromises()
    expect(dialog().textContent).toContain('exactly what they showed before')
    expect(api.asked.rollbacks).toEqual([])
    buttonIn(dialog(), 'Roll back').click()
    await flushPromises()
    expect(api.asked.rollbacks).toEqual(['01PUB'])
  })

  it('offer no rollback of a rollback, or of what is taken back already', async () => {
    await listOf([aPublication({ kind: 'ROLLBACK', undoes: '01PUB' }), aPublication({ undoneBy: '02' })])
    expect(() => buttonIn(document.body, 'Roll back')).toThrow()
  })

  it('tell why a rollback was refused', async () => {
    const api = new FakeApi()
    api.refusal = new ApiProblem(409, 'live-index-moved', 'Conflict', 'A later publication stands on it.', null)
    await listOf([aPublication()], api)
    buttonIn(document.body, 'Roll back').click()
    await flushPromises()
    buttonIn(dialog(), 'Roll back').click()
    await flushPromises()
    expect(dialog().textContent).toContain('A later publication stands on it.')
  })
})
