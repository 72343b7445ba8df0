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
    const { api } = await listOf(2)
    const { progress } = aJob()
    useJobsStore().applyChanges([aJob({ jobId: 'J0', progress: { ...progress, processedItems: 150 } })])
    await flushPromises()
    expect(useJobsStore().find('J0')?.progress.processedItems).toBe(150)
    expect(api.asked.jobs).toHaveLength(1)
  })

  it('asks again when a job changes its status, because filters may now leave it out', async () => {
    const { api } = await listOf(2)
    useJobsStore().applyChanges([aJob({ jobId: 'J0', status: 'COMPLETED' })])
    await flushPromises()
    expect(api.asked.jobs).toHaveLength(2)
  })

  it('shows page behind page, and asks for each only once', async () => {
    const { result, api } = await listOf(120)
    await result.following.load()
    await result.following.load()
    expect(result.data.value?.ids).toEqual(jobs(120).map(({ jobId }) => jobId))
    await result.following.load()
    expect(api.asked.jobs.map(({ cursor }) => cursor)).toEqual([undefined, '50', '100'])
  })

  it('behind the first page it moves nothing by itself, but says that the list begins otherwise', async () => {
    const { result, api } = await listOf(120)
    await result.following.load()
    const shown = result.data.value!.ids.length
    api.jobList = [aJob({ jobId: 'NEW' }), ...api.jobList]
    useJobsStore().applyChanges([aJob({ jobId: 'NEW' })])
    await flushPromises()
    expect([result.changed.value, result.data.value!.ids.length, result.data.value!.ids[0]]).toEqual([true, shown, 'J0'])
    await result.load()
    expect([result.changed.value, result.data.value!.ids[0]]).toEqual([false, 'NEW'])
  })

  it('says nothing behind the first page while only progress is made', async () => {
    const { result } = await listOf(120)
    await result.following.load()
    useJobsStore().applyChanges([aJob({ jobId: 'J0', status: 'COMPLETED' })])
    await flushPromises()
    expect(result.changed.value).toBe(false)
  })

  it('starts at the first page when the filter changes', async () => {
    const { result, router, api } = await listOf(120)
    await result.following.load()
    await result.narrow({ text: 'x' })
    await flushPromises()
    expect(router.currentRoute.value.query).toEqual({ q: 'x' })
    expect(api.asked.jobs.at(-1)!.cursor).toBeUndefined()
    expect(result.data.value!.ids).toHaveLength(50)
  })
})
