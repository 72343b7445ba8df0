import { flushPromises } from '@vue/test-utils'
import { afterEach, expect, it } from 'vitest'
import { aJob } from '@/testing/builders'
import { buttonIn } from '@/testing/dialog'
import { FakeApi } from '@/testing/fakeApi'
import { mountPage } from '@/testing/mountPage'
import JobFindings from './JobFindings.vue'

afterEach(() => void (document.body.innerHTML = ''))

const finding = {
  code: 'gap',
  severity: 'error' as const,
  market: 'US',
  session: '2020-03-16',
  subject: 'reading',
  found: null,
  expected: '40.1',
  readingJobId: null,
  explanation: 'A session has no reading.',
}

async function findings(total = 1) {
  const api = new FakeApi()
  const group = { key: 'gap', severity: 'error' as const, findings: total, first: '2020-03-16', last: '2020-03-16' }
  api.found = { checks: [], items: total ? [finding] : [], groups: total ? [group] : [], total }
  return mountPage(JobFindings, { api, props: { job: aJob({ type: 'DATA_VALIDATION' }) } })
}

it('a finding says what is wrong where, and leads to the day', async () => {
  const { wrapper } = await findings()
  for (const text of ['Gap', 'A session has no reading.', 'found –, expected 40.1']) expect(wrapper.text()).toContain(text)
  expect(wrapper.find('li a').attributes('href')).toBe('/index/US?date=2020-03-16')
})

it('a group narrows the list to its check, and a second press widens it again', async () => {
  const { api } = await findings()
  buttonIn(document.body, 'Gap · 1').click()
  await flushPromises()
  buttonIn(document.body, 'Gap · 1').click()
  await flushPromises()
  expect(api.asked.findings.filter(({ groupBy }) => !groupBy).map(({ code }) => code)).toEqual([undefined, ['gap'], undefined])
})

it('a clean store is said to be clean', async () => {
  expect((await findings(0)).wrapper.text()).toContain('Nothing was found.')
})

it('the verdict tells what failed, what it means and what to do, and leads to its findings', async () => {
  const api = new FakeApi()
  const check = { examples: [], kept: 3, explanation: 'A session has no reading.', mend: 'Backfill it.' }
  const gaps = { ...check, code: 'calendar-gaps', severity: 'error', passed: false, checked: 900, objections: 3 }
  const range = { ...check, code: 'range', severity: 'error', passed: true, checked: 900, objections: 0 }
  api.found = { checks: [gaps, range], items: [], groups: [], total: 0 }
  const job = aJob({ type: 'DATA_VALIDATION', status: 'COMPLETED', verdict: 'failed' })
  const { wrapper, router } = await mountPage(JobFindings, { api, props: { job } })
  for (const text of ['Failed', '1 of 2 checks', 'Calendar gaps', '3 objections', 'Backfill it.', '1 passed check'])
    expect(wrapper.text()).toContain(text)
  buttonIn(document.body, 'See findings').click()
  await flushPromises()
  expect(router.currentRoute.value.query.check).toBe('calendar-gaps')
  expect(api.asked.findings.at(-1)!.code).toEqual(['calendar-gaps'])
})

it('rows are asked for apart from groups, for the server answers one or the other', async () => {
  const { api } = await findings()
  expect(api.asked.findings.map(({ groupBy, limit }) => [groupBy, limit])).toEqual([
    [undefined, 25],
    ['code', 0],
  ])
})
