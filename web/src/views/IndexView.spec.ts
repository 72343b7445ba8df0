import { flushPromises } from '@vue/test-utils'
import { expect, it } from 'vitest'
import type { IndexSummary } from '@/api/contract'
import { aReading } from '@/testing/builders'
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

async function viewAt(at: string, market?: string) {
  const api = new FakeApi()
  api.published = [summary('KOSPI', 'kospi'), summary('US', 'us')]
  api.readings = [aReading('2020-01-02', 30), aReading('2020-01-03', null), aReading('2020-01-06', 61.5)]
  const page = await mountPage(IndexView, { api, at, props: { market } })
  await flushPromises()
  return page
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
