import { expect, it } from 'vitest'
import type { Role } from '@/api/accessContract'
import { ApiProblem } from '@/api/problem'
import { useSessionStore } from '@/stores/session'
import { aJob } from '@/testing/builders'
import { FakeApi } from '@/testing/fakeApi'
import { mountPage } from '@/testing/mountPage'
import JobsView from './JobsView.vue'

it('an empty house teaches the first command', async () => {
  const { wrapper } = await mountPage(JobsView)
  expect(wrapper.find('code').text()).toContain('dart-batch backfill')
})

it('an empty search offers to clear the filters instead', async () => {
  const { wrapper } = await mountPage(JobsView, { at: '/jobs?q=zzz' })
  expect(wrapper.find('code').exists()).toBe(false)
  expect(wrapper.text()).toContain('No job matches')
})

it('a row names state, progress, market and range, and leads to the job', async () => {
  const api = new FakeApi()
  api.jobList = [aJob()]
  const { wrapper } = await mountPage(JobsView, { api })
  for (const text of ['Running', '50.0 %', '5.0 s left', '20/s', 'US', 'Jan 3, 1996'])
    expect(wrapper.text()).toContain(text)
  expect(wrapper.find('tbody a').attributes('href')).toBe('/jobs/01JOB')
})

it('an unreachable server is told apart from an empty list', async () => {
  const api = new FakeApi()
  api.failure = ApiProblem.offline(new TypeError('Failed to fetch'))
  const { wrapper } = await mountPage(JobsView, { api })
  expect(wrapper.find('[role=alert]').text()).toContain('The server cannot be reached')
  expect(wrapper.text()).not.toContain('No jobs yet')
})

it('a viewer is offered no order, an operator is', async () => {
  const api = new FakeApi()
  api.jobList = [aJob()]
  const { wrapper } = await mountPage(JobsView, { api })
  const me = { name: 'ann', entry: 'page', passwordSet: true, expiresAt: null, csrfToken: 't' } as const
  const offered = async (role: Role) => {
    useSessionStore().enter({ ...me, role })
    await wrapper.vm.$nextTick()
    return ['New job', 'All that match'].filter((name) => wrapper.text().includes(name))
  }
  expect(await offered('viewer')).toEqual([])
  expect(await offered('operator')).toEqual(['New job', 'All that match'])
})

it('reports are counted as reports', async () => {
  const api = new FakeApi()
  api.jobList = [aJob({ type: 'BULK_REPORT' })]
  const { wrapper } = await mountPage(JobsView, { api })
  expect(wrapper.text()).toContain('100 / 200 reports')
  expect(wrapper.text()).not.toContain('200 sessions')
})
