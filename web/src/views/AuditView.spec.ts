import { flushPromises } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import type { AuditEntry } from '@/api/accessContract'
import { FakeApi } from '@/testing/fakeApi'
import { mountPage } from '@/testing/mountPage'
import AuditView from './AuditView.vue'

const entry: AuditEntry = {
  number: 7,
  at: '2026-01-05T09:00:00Z',
  actor: 'mina',
  role: 'operator',
  entry: 'page',
  address: '192.0.2.1',
  act: 'job.cancel',
  subject: '01JOB',
  before: { status: 'RUNNING' },
  after: { status: 'CANCELLED' },
  hash: 'h',
}

async function trailAt(at: string, change: Partial<FakeApi> = {}) {
  const api = Object.assign(new FakeApi(), { trailList: [entry] }, change)
  return mountPage(AuditView, { api, at })
}

describe('the audit trail', () => {
  it('says who did what to which job from where, and how it was before and after', async () => {
    const { wrapper } = await trailAt('/audit')
    for (const text of ['job.cancel', 'mina', 'Operator', '192.0.2.1', '"RUNNING"', '"CANCELLED"'])
      expect(wrapper.find('li').text()).toContain(text)
    expect(wrapper.find('li a').attributes('href')).toBe('/jobs/01JOB')
  })

  it('asks for what the address narrows it to, and knows no way in that does not exist', async () => {
    const { api } = await trailAt('/audit?act=job.&entry=telepathy&before=40')
    expect(api.trailAsked).toEqual([{ act: 'job.', actor: undefined, subject: undefined, entry: undefined, limit: 50, before: 40 }])
  })

  it('puts what is typed into the address', async () => {
    const { wrapper, router } = await trailAt('/audit?before=40')
    await wrapper.find('[aria-label="Who"]').setValue('mina')
    await wrapper.find('form').trigger('submit')
    await flushPromises()
    expect(router.currentRoute.value.query).toEqual({ actor: 'mina' })
  })

  it('tells a whole chain from one with faults', async () => {
    const whole = await trailAt('/audit')
    await whole.wrapper.findAll('button').find((button) => button.text() === 'Check the chain')!.trigger('click')
    await flushPromises()
    expect(whole.wrapper.find('[role=status]').text()).toContain('3 entries: the chain is whole.')
    const checked = { entries: 3, end: '3:abc', faults: [{ number: 2, said: 'its hash does not fit' }] }
    const broken = await trailAt('/audit', { checked })
    await broken.wrapper.findAll('button').find((button) => button.text() === 'Check the chain')!.trigger('click')
    await flushPromises()
    expect(broken.wrapper.find('[role=alert]').text()).toContain('#2: its hash does not fit')
  })
})
