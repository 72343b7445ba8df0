import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { useJobsStore } from '@/stores/jobs'
import { aJob } from '@/testing/builders'
import { FakeApi } from '@/testing/fakeApi'
import { mountComposable } from '@/testing/mountPage'
import { useJobList } from './useJobList'

const jobs = (count: number) => Array.from({ length: count }, (_, at) => aJob({ jobId: `J${at}` }))

async function listOf(count: number, at = '/jobs') {
  const api = new FakeApi()
  api.jobList = jobs(count)
  return mountComposable(useJobList, { api, at })
}

describe('the job list', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
  afterEach(() => void vi.useRealTimers())

  it('asks for what the address says', async () => {
    const { api } = await listOf(1, '/jobs?status=FAILED&q=crisis')
    expect(api.asked.jobs[0]).toMatchObject({ status: ['FAILED'], q: 'crisis', sort: '-createdAt' })
  })

  it('shows live progress without asking again', async () => {
    const { result, api } = await listOf(2)
    const { progress } = aJob()
    useJobsStore().applyChanges([aJob({ jobId: 'J0', progress: { ...progress, processedItems: 150 } })])
    await flushPromises()
    expect(result.rows.value[0]!.progress.processedItems).toBe(150)
    expect(api.asked.jobs).toHaveLength(1)
  })

  it('asks again when a job changes its status, because filters may now leave it out', async () => {
    const { api } = await listOf(2)
    useJobsStore().applyChanges([aJob({ jobId: 'J0', status: 'COMPLETED' })])
    await flushPromises()
    expect(api.asked.jobs).toHaveLength(2)
  })

  it('goes to the next page and back', async () => {
    const { result, router, api } = await listOf(25)
    await result.next()
    await flushPromises()
    expect(router.currentRoute.value.query).toEqual({ cursor: '20' })
    expect(result.rows.value).toHaveLength(5)
    await result.previous()
    await flushPromises()
    expect(api.asked.jobs.at(-1)!.cursor).toBeUndefined()
  })

  it('starts at the first page when the filter changes', async () => {
    const { result, router } = await listOf(25, '/jobs?cursor=20')
    await result.narrow({ text: 'x' })
    expect(router.currentRoute.value.query).toEqual({ q: 'x' })
  })
})
