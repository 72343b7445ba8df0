import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { ApiProblem } from '@/api/problem'
import { aDifference, aJob } from '@/testing/builders'
import { buttonIn, dialog } from '@/testing/dialog'
import { FakeApi } from '@/testing/fakeApi'
import { mountPage } from '@/testing/mountPage'
import DiffView from './DiffView.vue'

afterEach(() => void (document.body.innerHTML = ''))

async function diffOf(change: Parameters<typeof aDifference>[0] = {}, at = '/jobs/01JOB/diff') {
  const api = new FakeApi()
  api.jobList = [aJob({ type: 'INDEX_RECALCULATION', status: 'COMPLETED', allowedVerbs: [] })]
  api.compared = aDifference(change)
  return mountPage(DiffView, { api, props: { jobId: '01JOB' }, at })
}

describe('the review of a difference', () => {
  it('shows figures, flips, causes and the days with the largest changes', async () => {
    const { wrapper } = await diffOf()
    for (const text of ['of 60 sessions', '+32.9', '0.917', 'May 30, 2008', 'More volatility', 'Volatility +20.0'])
      expect(wrapper.text()).toContain(text)
  })

  it('asks for order and page of the address, and writes them there', async () => {
    const { wrapper, api, router } = await diffOf({}, '/jobs/01JOB/diff?order=session&page=2')
    expect(api.asked.differences[0]).toMatchObject({ order: 'session', limit: 25, offset: 25 })
    buttonIn(wrapper.element.parentElement!, 'Next').click()
    await flushPromises()
    expect(router.currentRoute.value.query).toEqual({ order: 'session', page: '3' })
  })

  it('promotes what was reviewed, once that is confirmed', async () => {
    const { api } = await diffOf()
    buttonIn(document.body, 'Promote').click()
    await flushPromises()
    expect(dialog().textContent).toContain('all of it or none')
    expect(api.asked.orders).toEqual([])
    api.compared = aDifference({ decision: 'PROMOTED' })
    buttonIn(dialog(), 'Promote').click()
    await flushPromises()
    expect(api.asked.orders).toEqual([{ verb: 'promote' }])
    expect(document.body.textContent).toContain('Promoted')
    expect(() => buttonIn(document.body, 'Discard')).toThrow()
  })

  it('offers only the discard of what is stale, and says why', async () => {
    await diffOf({ stale: true })
    expect(() => buttonIn(document.body, 'Promote')).toThrow()
    expect(buttonIn(document.body, 'Discard')).toBeDefined()
    expect(document.body.textContent).toContain('The live index has moved')
  })

  it('offers nothing for what was decided', async () => {
    await diffOf({ decision: 'DISCARDED' })
    expect(() => buttonIn(document.body, 'Discard')).toThrow()
  })

  it('says why there is no difference to show', async () => {
    const api = new FakeApi()
    api.failure = new ApiProblem(409, 'not-staged', 'Conflict', 'The job has not finished.', null)
    const { wrapper } = await mountPage(DiffView, { api, props: { jobId: '01JOB' } })
    expect(wrapper.find('[role=alert]').text()).toContain('The job has not finished.')
  })
})
