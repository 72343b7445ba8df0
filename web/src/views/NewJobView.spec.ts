import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiProblem } from '@/api/problem'
import { useJobsStore } from '@/stores/jobs'
import { aDefinition, aJob, aPlan } from '@/testing/builders'
import { FakeApi } from '@/testing/fakeApi'
import { mountPage } from '@/testing/mountPage'
import NewJobView from './NewJobView.vue'

function server() {
  const api = new FakeApi()
  api.definitionList = [aDefinition('us', { momentum: 0.5, volatility: 0.5 }), aDefinition('kospi', { flows: 1 })]
  api.published = [
    { market: 'US', definition: 'us', first: '1996-01-03', last: '2022-12-28', sessions: 6800, latest: null },
  ]
  return api
}

async function settle() {
  await vi.advanceTimersByTimeAsync(500)
  await flushPromises()
}

async function form(at: string, api = server()) {
  const page = await mountPage(NewJobView, { api, at })
  await settle()
  return page
}

const submit = async (wrapper: Awaited<ReturnType<typeof form>>['wrapper']) => {
  await wrapper.find('form').trigger('submit')
  await settle()
}

describe('the form of a new job', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
  afterEach(() => {
    vi.useRealTimers()
    document.body.innerHTML = ''
  })

  it('opens with market, definition and range of what is published, and shows the plan', async () => {
    const { wrapper, api } = await form('/new')
    expect(api.asked.plans.at(-1)).toMatchObject({
      path: '/api/batch/historical-backfill',
      body: { targetMarkets: ['US'], definition: 'us', dateRange: { startDate: '1996-01-03' } },
    })
    expect(wrapper.text()).toContain('To add')
    expect(wrapper.text()).toContain('200')
  })

  it('takes over what a deep link says', async () => {
    const { api } = await form('/new?market=KOSPI&definition=kospi&from=2020-01-02&to=2020-03-31&which=all')
    expect(api.asked.plans.at(-1)?.body).toMatchObject({
      targetMarkets: ['KOSPI'],
      definition: 'kospi',
      overwriteExisting: true,
      affectedByCorrections: false,
      dateRange: { startDate: '2020-01-02', endDate: '2020-03-31' },
    })
  })

  it('asks for one plan when somebody types, and for none when only the description changes', async () => {
    const { wrapper, api } = await form('/new?market=US')
    const before = api.asked.plans.length
    const from = wrapper.find('input[type=date]')
    await from.setValue('2001-01-01')
    await from.setValue('2002-01-01')
    await settle()
    expect(api.asked.plans.slice(before)).toHaveLength(1)
    await wrapper.find('input[name=description]').setValue('Why not')
    await settle()
    expect(api.asked.plans.slice(before)).toHaveLength(1)
  })

  it('submits the plan that was shown and goes to the job', async () => {
    const { wrapper, api, router } = await form('/new?market=US&priority=HIGH')
    await submit(wrapper)
    expect(api.asked.submits[0]?.body).toMatchObject({ planHash: 'p1', priority: 'HIGH', start: true })
    expect(router.currentRoute.value.params).toEqual({ jobId: '01NEW' })
  })

  it('an answer that comes late does not take back what the live channel told of the new job', async () => {
    const { wrapper, api } = await form('/new?market=US')
    const jobs = useJobsStore()
    api.submit = async () => {
      await flushPromises()
      jobs.applyChanges([aJob({ jobId: '01NEW', status: 'COMPLETED' })])
      return aJob({ jobId: '01NEW', status: 'QUEUED' })
    }
    await submit(wrapper)
    expect(jobs.find('01NEW')?.status).toBe('COMPLETED')
  })

  it('shows a refusal at its field and keeps what was typed', async () => {
    const api = server()
    const errors = [{ field: 'dateRange.endDate', message: 'ends before it starts' }]
    api.planned = new ApiProblem(422, 'invalid-parameters', 'Unprocessable', 'ends before it starts', null, errors)
    const { wrapper } = await form('/new?market=US&from=2020-01-02&to=2019-01-01', api)
    const to = wrapper.findAll('input[type=date]')[1]!
    expect(to.attributes('aria-invalid')).toBe('true')
    expect((to.element as HTMLInputElement).value).toBe('2019-01-01')
    expect(wrapper.find('button[type=submit]').attributes('disabled')).toBeDefined()
  })

  it('a failed submit loses nothing', async () => {
    const api = server()
    api.refusal = new ApiProblem(429, 'queue-full', 'Too Many Requests', 'The queue is full.', 'Wait.')
    const { wrapper } = await form('/new?market=US&description=Mine', api)
    await submit(wrapper)
    expect(wrapper.text()).toContain('The queue is full.')
    expect((wrapper.find('input[name=description]').element as HTMLInputElement).value).toBe('Mine')
  })

  it('a plan that moved is renewed and said, and nothing is submitted behind it', async () => {
    const api = server()
    const { wrapper } = await form('/new?market=US', api)
    api.refusal = new ApiProblem(409, 'stale-plan', 'Conflict', 'The plan changed.', null)
    api.planned = aPlan({ planHash: 'p2', added: 7 })
    await submit(wrapper)
    expect(wrapper.text()).toContain('The plan has changed')
    api.refusal = null
    await submit(wrapper)
    expect(api.asked.submits.map(({ body }) => body.planHash)).toEqual(['p1', 'p2'])
  })

  it('offers no submit for a plan without work', async () => {
    const api = server()
    api.planned = aPlan({ totalItems: 0, added: 0 })
    const { wrapper } = await form('/new?market=US', api)
    expect(wrapper.text()).toContain('There is nothing to do')
    expect(wrapper.find('button[type=submit]').attributes('disabled')).toBeDefined()
  })

  it('estimates by the pace of the last completed job of the type, and not at all without one', async () => {
    const api = server()
    const { progress, execution } = aJob()
    api.jobList = [aJob({ progress: { ...progress, processedItems: 200 }, execution: { ...execution, durationMs: 2000 } })]
    expect((await form('/new?market=US', api)).wrapper.text()).toContain('About 2.0 s, at the 100/s')
    expect((await form('/new?market=US')).wrapper.text()).not.toContain('About')
  })

  it('a recalculation sends weights that add up to 1, waits for a decision, and needs a reason', async () => {
    const { wrapper, api } = await form('/new?type=INDEX_RECALCULATION&market=US')
    expect(wrapper.find('button[type=submit]').attributes('disabled')).toBeDefined()
    await wrapper.find('input[type=range]').setValue('200')
    await wrapper.find('input[name=reason]').setValue('More volatility')
    await settle()
    await submit(wrapper)
    expect(api.asked.submits[0]).toMatchObject({
      path: '/api/batch/recalculate-index',
      body: {
        market: 'US',
        index: 'us',
        newWeights: { momentum: 0.2, volatility: 0.8 },
        publish: 'MANUAL',
        recalculationReason: 'More volatility',
        dateRange: { startDate: '1996-01-03', endDate: '2022-12-28' },
      },
    })
  })
})
