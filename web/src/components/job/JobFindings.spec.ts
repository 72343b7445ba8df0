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
  for (const text of ['gap', 'A session has no reading.', 'found –, expected 40.1']) expect(wrapper.text()).toContain(text)
  expect(wrapper.find('li a').attributes('href')).toBe('/index/US?date=2020-03-16')
})

it('a group narrows the list to its check, and a second press widens it again', async () => {
  const { api } = await findings()
  buttonIn(document.body, 'gap · 1').click()
  await flushPromises()
  buttonIn(document.body, 'gap · 1').click()
  await flushPromises()
  expect(api.asked.findings.map(({ code }) => code)).toEqual([undefined, ['gap'], undefined])
})

it('a clean store is said to be clean', async () => {
  expect((await findings(0)).wrapper.text()).toContain('Nothing was found.')
})
