import { flushPromises } from '@vue/test-utils'
import { afterEach, expect, it } from 'vitest'
import type { IndexSummary } from '@/api/contract'
import { aGeneration, aPublication, aReading } from '@/testing/builders'
import { FakeApi } from '@/testing/fakeApi'
import { mountPage } from '@/testing/mountPage'
import IndexView from './IndexView.vue'

const summary = (market: string, definition: string): IndexSummary => ({
  market,
  definition,
  first: '2020-01-02',
  last: '2020-01-06',
  sessions: 3,
  latest: null,
})

const THEN = '2026-01-05T09:00:00.000Z'

afterEach(() => void (document.body.innerHTML = ''))

async function viewAt(at: string, market?: string, change: (api: FakeApi) => void = () => undefined) {
  const api = new FakeApi()
  api.readingsThen = [aReading('2020-01-02', 11), aReading('2020-01-03', 12)]
  api.published = [summary('KOSPI', 'kospi'), summary('US', 'us')]
  api.readings = [aReading('2020-01-02', 30), aReading('2020-01-03', null), aReading('2020-01-06', 61.5)]
  change(api)
  const page = await mountPage(IndexView, { api, at, props: { market } })
  await flushPromises()
  return page
}

async function press(wrapper: Awaited<ReturnType<typeof viewAt>>['wrapper'], label: string) {
  await wrapper.findAll('button').find((button) => button.text() === label)!.trigger('click')
  await flushPromises()
}

it('opens with the latest session of the first index, asked for by the name it is published under', async () => {
  const { wrapper, api } = await viewAt('/index')
  expect(wrapper.find('[aria-label="Index 61.5, Neutral"]').exists()).toBe(true)
  expect(wrapper.text()).toContain('Latest')
  expect(api.asked.readings).toEqual(['KOSPI/kospi/2020-01-06'])
})

it('opens the session of the address, and says why its value is withheld', async () => {
  const { wrapper } = await viewAt('/index/US?definition=us&date=2020-01-03', 'US')
  expect(wrapper.text()).toContain('coverage below the minimum')
  expect(wrapper.find('[aria-label="The index of this session is withheld"]').exists()).toBe(true)
})

it('a day without session leads to the session before it', async () => {
  const { api } = await viewAt('/index/US?date=2020-01-05', 'US')
  expect(api.asked.readings).toEqual(['US/us/2020-01-03'])
})

it('stepping to another session puts it into the address', async () => {
  const { wrapper, router } = await viewAt('/index/US', 'US')
  await wrapper.find('[aria-label="Previous session"]').trigger('click')
  await flushPromises()
  expect(router.currentRoute.value.query).toEqual({ definition: 'us', date: '2020-01-03' })
})

it('a market without index teaches how to make one', async () => {
  const { wrapper } = await viewAt('/index/MARS', 'MARS')
  expect(wrapper.text()).toContain('No index for MARS')
  expect(wrapper.find('code').text()).toContain('dart-batch backfill')
})

it('as of a moment the page shows what was published then, says so, and leads back', async () => {
  const { wrapper, api, router } = await viewAt(`/index/US?definition=us&asOf=${THEN}`, 'US')
  expect(wrapper.find('[role=status]').text()).toContain('This is not the live index')
  expect(wrapper.find('[aria-label="Index 12.0, Neutral"]').exists()).toBe(true)
  expect(api.asked.readings).toEqual([`US/us/2020-01-03/${THEN}`])
  expect(wrapper.text()).not.toContain('Drag over days')

  await press(wrapper, 'Back to the live index')

  expect(router.currentRoute.value.query).toEqual({ definition: 'us' })
  expect(wrapper.find('[aria-label="Index 61.5, Neutral"]').exists()).toBe(true)
  expect(wrapper.find('[role=status]').exists()).toBe(false)
})

it('before anything was published the page says that, and still leads back', async () => {
  const { wrapper } = await viewAt(`/index/US?asOf=${THEN}`, 'US', (api) => (api.readingsThen = []))
  expect(wrapper.find('[role=status]').text()).toContain('Nothing was published by then')
})

it('a moment is chosen from what was published', async () => {
  const { wrapper, router } = await viewAt('/index/US?definition=us&span=5', 'US', (api) => {
    api.acts = [aPublication({ publishedAt: THEN, reason: 'More volatility' })]
  })
  await press(wrapper, 'As of …')
  const act = [...document.querySelectorAll<HTMLElement>('button')].find((one) => one.textContent.includes('More volatility'))
  act!.click()
  await flushPromises()
  expect(router.currentRoute.value.query).toEqual({ definition: 'us', span: '5', asOf: THEN })
})

it('a comparison of the address is drawn, summed up, and leads to its worst days', async () => {
  const { wrapper, api, router } = await viewAt('/index/US?definition=us&with=generation:01STAGED', 'US', (made) => {
    made.generationList = [aGeneration()]
  })
  const asked = { market: 'US', definition: 'us', withGeneration: '01STAGED', components: false }
  expect(api.asked.comparisons).toMatchObject([asked])
  expect(wrapper.text()).toContain('Live and job …STAGED')
  expect(wrapper.text()).toContain('Only Live: 12; only job …STAGED: 0.')

  await wrapper.findAll('a').find((link) => link.text() === 'May 30, 2008')!.trigger('click')
  await flushPromises()

  expect(router.currentRoute.value.query).toEqual({
    definition: 'us',
    with: 'generation:01STAGED',
    date: '2008-05-30',
  })
})

it('nothing is compared until something is chosen, and nonsense in the address is nothing', async () => {
  const { wrapper, api } = await viewAt('/index/US?with=moment:yesterday', 'US')
  expect(api.asked.comparisons).toEqual([])
  expect(wrapper.text()).toContain('Choose what to draw beside the index.')
})
