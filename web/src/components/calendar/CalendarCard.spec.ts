import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { ApiProblem } from '@/api/problem'
import { aPlan, aReading } from '@/testing/builders'
import { FakeApi } from '@/testing/fakeApi'
import { mountPage } from '@/testing/mountPage'
import CalendarCard from './CalendarCard.vue'

afterEach(() => void (document.body.innerHTML = ''))

async function calendar(change: (api: FakeApi) => void = () => undefined) {
  const api = new FakeApi()
  api.planned = aPlan({ runs: { US: [['2020-01-06', '2020-01-08']] } })
  change(api)
  const items = [aReading('2020-01-02', 40), aReading('2020-01-03', null)]
  const history = { market: 'US', definition: 'us@1', definitionHash: 'd', bounds: [25, 45, 55, 75], definitions: [], items }
  return mountPage(CalendarCard, { api, props: { history, index: 'us', selected: '2020-01-02' } })
}

type Page = Awaited<ReturnType<typeof calendar>>
const cell = ({ wrapper }: Page, day: string) => wrapper.find(`[aria-label^="${day}"]`)

async function drag(page: Page, from: string, to: string) {
  await cell(page, from).trigger('pointerdown')
  await cell(page, to).trigger('pointerenter')
  window.dispatchEvent(new Event('pointerup'))
  await flushPromises()
}

describe('the calendar of an index', () => {
  it('tells published, withheld and other days apart in words', async () => {
    const page = await calendar()
    expect(cell(page, 'Jan 1, 2020').attributes('aria-label')).toBe('Jan 1, 2020, no session or no data')
    expect(cell(page, 'Jan 9, 2020').exists()).toBe(true)
  })

  it('says that missing days are not known when no plan can be had', async () => {
    const refused = new ApiProblem(403, 'not-allowed', 'Forbidden', 'Operators only.', null)
    const { wrapper } = await calendar((api) => (api.planned = refused))
    expect(wrapper.text()).toContain('not known now')
  })

  it('a drag over missing days opens a new job for them', async () => {
    const page = await calendar()
    await drag(page, 'Jan 8, 2020', 'Jan 6, 2020')
    expect(page.router.currentRoute.value.name).toBe('new-job')
    expect(page.router.currentRoute.value.query).toEqual({
      market: 'US',
      definition: 'us',
      from: '2020-01-06',
      to: '2020-01-08',
      which: 'missing',
    })
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
