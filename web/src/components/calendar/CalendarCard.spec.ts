import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { ApiProblem } from '@/api/problem'
import { aCalendar, aReading } from '@/testing/builders'
import { FakeApi } from '@/testing/fakeApi'
import { mountPage } from '@/testing/mountPage'
import CalendarCard from './CalendarCard.vue'

afterEach(() => void (document.body.innerHTML = ''))

const run = (first: string, last = first) => ({ first, last, sessions: 1 })

async function calendar(change: (api: FakeApi) => void = () => undefined, at = '/index/US?definition=us') {
  const api = new FakeApi()
  api.dayStates = aCalendar({
    missing: [run('2020-01-06', '2020-01-08')],
    stale: [run('2020-01-02')],
    verified: [run('2020-01-02')],
    counts: { published: 1, withheld: 1, missing: 3, failed: 0, stale: 1, revised: 0, verified: 1 },
    years: [{ year: 2020, published: 1, withheld: 1, missing: 3, failed: 0, stale: 1, revised: 0, verified: 1 }],
  })
  change(api)
  const items = [aReading('2020-01-02', 40), aReading('2020-01-03', null)]
  const history = { market: 'US', definition: 'us@1', definitionHash: 'd', bounds: [25, 45, 55, 75], definitions: [], items }
  return mountPage(CalendarCard, { api, at, props: { history, index: 'us', selected: '2020-01-02' } })
}

type Page = Awaited<ReturnType<typeof calendar>>
const cell = ({ wrapper }: Page, day: string) => wrapper.find(`[aria-label^="${day}"]`)
const state = ({ wrapper }: Page, name: string) => wrapper.findAll('button').find((one) => one.text().includes(name))!

async function drag(page: Page, from: string, to: string) {
  await cell(page, from).trigger('pointerdown')
  await cell(page, to).trigger('pointerenter')
  window.dispatchEvent(new Event('pointerup'))
  await flushPromises()
}

describe('the calendar of an index', () => {
  it('tells the states of a day in words and by a sign', async () => {
    const page = await calendar()
    expect(cell(page, 'Jan 1, 2020').attributes('aria-label')).toBe('Jan 1, 2020, no session or no data')
    expect(cell(page, 'Jan 2, 2020').attributes('title')).toBe('Jan 2, 2020, stale, inputs corrected, verified, 40.0')
    expect(cell(page, 'Jan 2, 2020').text()).toBe('!')
    expect(cell(page, 'Jan 6, 2020').text()).toBe('+')
  })

  it('counts each state, and what is pressed is looked for in the address', async () => {
    const page = await calendar()
    expect(state(page, 'missing').text()).toContain('3')
    await state(page, 'verified').trigger('click')
    await flushPromises()
    expect(page.router.currentRoute.value.query).toEqual({ definition: 'us', show: 'verified' })
    expect(state(page, 'verified').attributes('aria-pressed')).toBe('true')
    expect(cell(page, 'Jan 2, 2020').text()).toBe('✓')
    expect(cell(page, 'Jan 6, 2020').text()).toBe('')
  })

  it('opens at the year and the state of the address', async () => {
    const longer = aCalendar({ first: '2019-01-02' })
    const page = await calendar((api) => (api.dayStates = longer), '/index/US?year=2019&show=missing')
    expect(cell(page, 'Jan 1, 2020').exists()).toBe(false)
    expect(state(page, 'missing').attributes('aria-pressed')).toBe('true')
  })

  it('says why the states are not known, and keeps what is published', async () => {
    const broken = new ApiProblem(503, 'database-away', 'Unavailable', 'The database does not answer.', null)
    const page = await calendar((api) => (api.calendar = () => Promise.reject(broken)))
    expect(page.wrapper.text()).toContain('The database does not answer.')
    expect(cell(page, 'Jan 3, 2020').attributes('aria-label')).toBe('Jan 3, 2020, withheld')
  })

  it.each([
    ['missing', 'Jan 8, 2020', 'Jan 6, 2020', { from: '2020-01-06', to: '2020-01-08' }],
    ['corrected', 'Jan 2, 2020', 'Jan 3, 2020', { from: '2020-01-02', to: '2020-01-03' }],
    ['all', 'Jan 9, 2020', 'Jan 10, 2020', { from: '2020-01-09', to: '2020-01-10' }],
  ])('a drag opens a new job for %s days of the range', async (which, from, to, range) => {
    const page = await calendar()
    await drag(page, from, to)
    expect(page.router.currentRoute.value.name).toBe('new-job')
    expect(page.router.currentRoute.value.query).toEqual({ market: 'US', definition: 'us', ...range, which })
  })

  it('a click shows the day, and does nothing on a day without reading', async () => {
    const page = await calendar()
    await drag(page, 'Jan 9, 2020', 'Jan 9, 2020')
    await drag(page, 'Jan 3, 2020', 'Jan 3, 2020')
    expect(page.wrapper.emitted('select')).toEqual([['2020-01-03']])
  })

  it('shift and arrows mark a range that enter plans', async () => {
    const page = await calendar()
    const days = page.wrapper.findAll('[data-at]')
    await days[3]!.trigger('keydown', { key: 'ArrowDown' })
    await days[4]!.trigger('keydown', { key: 'ArrowDown', shiftKey: true })
    await days[5]!.trigger('keydown', { key: 'Enter' })
    await flushPromises()
    expect(page.router.currentRoute.value.query).toMatchObject({ from: '2020-01-07', to: '2020-01-08' })
  })
})
