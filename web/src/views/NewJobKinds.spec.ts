import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiProblem } from '@/api/problem'
import { useSessionStore } from '@/stores/session'
import { aDefinition, aPlan } from '@/testing/builders'
import { FakeApi } from '@/testing/fakeApi'
import { mountPage } from '@/testing/mountPage'
import NewJobView from './NewJobView.vue'

function server() {
  const api = new FakeApi()
  api.definitionList = [aDefinition('us', { momentum: 1 })]
  const index = { first: '1996-01-03', last: '2022-12-28', sessions: 6800, latest: null }
  api.published = [{ market: 'US', definition: 'us', ...index }]
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

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => {
  vi.useRealTimers()
  document.body.innerHTML = ''
})

const submittable = ({ wrapper }: Awaited<ReturnType<typeof form>>) =>
  wrapper.find('button[type=submit]').attributes('disabled') === undefined

describe('a new validation', () => {
  it('checks all that is stored of the published index unless told otherwise', async () => {
    const api = server()
    api.planned = aPlan({ counts: { examined: 8313 }, added: 0, runs: {} })
    const { wrapper } = await form('/new?type=DATA_VALIDATION', api)
    const { path, body } = api.asked.plans.at(-1)!
    expect(path).toBe('/api/batch/data-validation')
    expect(body).toMatchObject({ scope: 'READINGS', market: 'US', index: 'us', validationLevel: 'BASIC' })
    expect(JSON.stringify(body)).not.toContain('dateRange')
    expect(wrapper.text()).toContain('To check8,313')
    expect(wrapper.text()).not.toContain('When it is done')
  })

  it('of one job asks for its id first, and brings no market of its own', async () => {
    const page = await form('/new?type=DATA_VALIDATION&scope=GENERATION&level=COMPREHENSIVE')
    expect(page.wrapper.text()).toContain('The plan appears here')
    expect(submittable(page)).toBe(false)
    await page.wrapper.find('input[name=ofJob]').setValue('01JOB')
    await settle()
    const asked = page.api.asked.plans.at(-1)!.body
    expect(asked).toMatchObject({ scope: 'GENERATION', jobId: '01JOB', market: undefined, validationLevel: 'COMPREHENSIVE' })
    expect(submittable(page)).toBe(true)
  })

  it('of a job that is not there says so at the field', async () => {
    const api = server()
    api.planned = new ApiProblem(404, 'job-not-found', 'Not Found', 'There is no job nope.', null)
    const { wrapper } = await form('/new?type=DATA_VALIDATION&scope=GENERATION&job=nope', api)
    expect(wrapper.find('input[name=ofJob]').attributes('aria-invalid')).toBe('true')
  })
})

describe('new reports', () => {
  it('are written by several processes when that is wished for', async () => {
    const { wrapper, api } = await form('/new?type=BULK_REPORT&strategy=PARALLEL')
    expect(api.asked.plans.at(-1)).toMatchObject({ body: { strategy: 'PARALLEL' } })
    expect(wrapper.find('details').text()).toContain('Several processes at once')
  })

  it('are of the last twelve months, by month, in the language of the page', async () => {
    const { api } = await form('/new?type=BULK_REPORT')
    expect(api.asked.plans.at(-1)).toMatchObject({
      path: '/api/batch/bulk-report',
      body: {
        targetMarkets: ['US'],
        definitions: ['us'],
        dateRange: { startDate: '2022-01-01', endDate: '2022-12-28' },
        period: 'MONTH',
        formats: ['PDF', 'XLSX'],
        language: 'en',
      },
    })
  })

  it('follow a deep link and the plan that was shown', async () => {
    const page = await form('/new?type=BULK_REPORT&period=YEAR&formats=HTML,CSV&language=ko&from=2001-01-01')
    await page.wrapper.find('form').trigger('submit')
    await settle()
    expect(page.api.asked.submits[0]!.body).toMatchObject({
      planHash: 'p1',
      period: 'YEAR',
      formats: ['HTML', 'CSV'],
      language: 'ko',
      dateRange: { startDate: '2001-01-01' },
    })
  })

  it('in no format are not asked for', async () => {
    const page = await form('/new?type=BULK_REPORT&formats=PDF')
    const before = page.api.asked.plans.length
    await page.wrapper.find('button[role=checkbox][aria-checked=true]').trigger('click')
    await settle()
    expect(page.api.asked.plans).toHaveLength(before)
    expect(submittable(page)).toBe(false)
  })
})

describe('a new migration', () => {
  it('renames a published index', async () => {
    const page = await form('/new?type=DATA_MIGRATION')
    expect(page.api.asked.plans).toEqual([])
    await page.wrapper.find('input[name=renameTo]').setValue('world')
    await settle()
    expect(page.api.asked.plans.at(-1)).toMatchObject({
      path: '/api/batch/data-migration',
      body: { migration: 'rename-definition', renameFrom: 'us', renameTo: 'world' },
    })
    expect(submittable(page)).toBe(true)
  })

  it('of the whole store is a command to type, and nothing to submit', async () => {
    const { wrapper, api } = await form('/new?type=DATA_MIGRATION&migration=store')
    expect(wrapper.find('code').text()).toContain('dart-batch migrate store')
    expect(wrapper.find('button[type=submit]').exists()).toBe(false)
    expect(api.asked.plans).toEqual([])
  })

  it('is offered to administrators only', async () => {
    const { wrapper } = await form('/new')
    expect(wrapper.find('input[value=DATA_MIGRATION]').exists()).toBe(true)
    const csrfToken = null
    const who = { name: 'ann', role: 'operator' as const, entry: 'page' as const, passwordSet: true, expiresAt: null, csrfToken }
    useSessionStore().enter(who)
    await flushPromises()
    expect(wrapper.find('input[value=DATA_MIGRATION]').exists()).toBe(false)
  })
})

it('a range that was filled in does not follow to another type, and a typed one does', async () => {
  const { wrapper, api } = await form('/new?from=2001-01-01')
  await wrapper.find('input[value=BULK_REPORT]').setValue(true)
  await settle()
  expect(api.asked.plans.at(-1)!.body).toMatchObject({ dateRange: { startDate: '2001-01-01', endDate: '2022-12-28' } })
})
