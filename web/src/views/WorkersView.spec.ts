import { describe, expect, it } from 'vitest'
import type { Worker } from '@/api/contract'
import { FakeApi } from '@/testing/fakeApi'
import { mountPage } from '@/testing/mountPage'
import WorkersView from './WorkersView.vue'

const aWorker = (change: Partial<Worker> = {}): Worker => ({
  id: 'vm:7:abc',
  host: 'vm',
  pid: 7,
  state: 'alive',
  startedAt: '2026-01-05T09:00:00Z',
  heartbeatAt: '2026-01-05T09:00:00Z',
  stoppedAt: null,
  slots: 4,
  busy: 1,
  cpuPercent: 12,
  rssBytes: 100 * 1024 * 1024,
  jobs: [],
  ...change,
})

describe('the workers', () => {
  it('show state, load and what they work on', async () => {
    const api = new FakeApi()
    const job = {
      jobId: '01JOB',
      type: 'HISTORICAL_BACKFILL' as const,
      markets: ['US'],
      attempt: 1,
      startedAt: null,
      chunksDone: 3,
      chunksTotal: 9,
      chunk: null,
    }
    api.workerList = [aWorker({ jobs: [job] })]
    const { wrapper } = await mountPage(WorkersView, { api })
    for (const text of ['vm · 7', 'Alive', '1 / 4', '100 MiB', '3 / 9 chunks']) expect(wrapper.text()).toContain(text)
  })

  it('show what is not measured as missing', async () => {
    const api = new FakeApi()
    api.workerList = [aWorker({ state: 'stale', cpuPercent: null, rssBytes: null })]
    const { wrapper } = await mountPage(WorkersView, { api })
    expect(wrapper.text()).toContain('Silent')
    expect(wrapper.text()).not.toContain('0 MiB')
  })

  it('nobody working teaches how to start a worker', async () => {
    const { wrapper } = await mountPage(WorkersView)
    expect(wrapper.find('code').text()).toBe('dart-batch worker')
  })
})
