import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { buttonIn, dialog } from '@/testing/dialog'
import { aKey } from '@/testing/fakeAccess'
import { FakeApi } from '@/testing/fakeApi'
import { mountPage } from '@/testing/mountPage'
import KeysView from './KeysView.vue'

afterEach(() => {
  vi.useRealTimers()
  document.body.innerHTML = ''
})

async function withKeys() {
  const api = new FakeApi()
  api.keyList = [aKey('k1'), aKey('k2', { name: 'old', state: 'revoked', revokedAt: '2026-01-06T09:00:00Z' })]
  return mountPage(KeysView, { api, at: '/keys' })
}

describe('the API keys', () => {
  it('show their state, and only one in force can be revoked', async () => {
    const { wrapper } = await withKeys()
    const [first, second] = wrapper.findAll('li')
    expect(first!.text()).toContain('never used')
    expect(first!.find('[aria-label="Revoke grafana"]').exists()).toBe(true)
    expect(second!.find('button').exists()).toBe(false)
  })

  it('are made with an end, and the secret stays shown until it is said to be kept', async () => {
    vi.useFakeTimers({ now: Date.parse('2026-01-05T00:00:00Z'), toFake: ['Date'] })
    const { api, wrapper } = await withKeys()
    await wrapper.findAll('button').find((button) => button.text() === 'Create key')!.trigger('click')
    buttonIn(dialog(), 'Create key').click()
    await flushPromises()
    expect(api.accessOrders).toEqual([['key', { name: '', role: 'viewer', expires: '2026-04-05T00:00:00.000Z' }]])
    expect(dialog().querySelector('code')!.textContent).toBe('dart_secret')
    buttonIn(dialog(), 'I have kept it').click()
    await flushPromises()
    expect(document.body.textContent).not.toContain('dart_secret')
  })

  it('are revoked after a dialog', async () => {
    const { api, wrapper } = await withKeys()
    await wrapper.find('[aria-label="Revoke grafana"]').trigger('click')
    expect(api.accessOrders).toEqual([])
    buttonIn(dialog(), 'Revoke').click()
    await flushPromises()
    expect(api.accessOrders).toEqual([['revoke', 'k1']])
  })
})
