import { flushPromises } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { useJobsStore } from '@/stores/jobs'
import { aChunk, aJob } from '@/testing/builders'
import { FakeApi } from '@/testing/fakeApi'
import { mountPage } from '@/testing/mountPage'
import JobView from './JobView.vue'

async function viewOf(job = aJob()) {
  const api = new FakeApi()
  api.jobList = [job]
  api.chunkList = [aChunk(), aChunk({ number: 2, status: 'FAILED', error: { code: 'X', message: 'truncated' } })]
  return mountPage(JobView, { api, props: { jobId: '01JOB' } })
}

type Check = NonNullable<ReturnType<typeof aJob>['verification']>[number]
const imported = (check: Check) => aJob({ type: 'DATA_MIGRATION', status: 'COMPLETED', verification: [check] })

describe('the job page', () => {
  it('offers the verbs the server allows', async () => {
    const { wrapper } = await viewOf(aJob({ status: 'CANCELLED', allowedVerbs: ['start'] }))
    expect(wrapper.text()).toContain('Start again')
    expect(wrapper.text()).not.toContain('Pause')
  })

  it('shows one cell per chunk and tells about a failed one on focus', async () => {
    const { wrapper } = await viewOf()
    const cells = wrapper.findAll('[aria-label^="Chunk "]')
    expect(cells).toHaveLength(2)
    await cells[1]!.trigger('focus')
    expect(wrapper.find('[role=tooltip]').text()).toContain('truncated')
  })

  it('moves through chunks with the arrow keys, one of them in the tab order', async () => {
    const { wrapper } = await viewOf()
    const cells = wrapper.findAll('[aria-label^="Chunk "]')
    await cells[0]!.trigger('keydown', { key: 'ArrowRight' })
    expect(document.activeElement).toBe(cells[1]!.element)
    expect(cells.map((cell) => cell.attributes('tabindex'))).toEqual(['-1', '0'])
  })

  it('follows live progress', async () => {
    const { wrapper } = await viewOf()
    const { progress } = aJob()
    useJobsStore().applyChanges([aJob({ progress: { ...progress, processedItems: 199, progressPercentage: 99.97 } })])
    await flushPromises()
    expect(wrapper.find('[role=progressbar]').attributes('aria-valuetext')).toBe('99.9 %, 199 / 200 sessions')
  })

  it('lists the rows that an import did not take, and nothing of the kind for one that took all', async () => {
    const check = { code: 'rejected-rows', severity: 'warning', checked: 9, examples: [] }
    const some = { ...check, passed: false, objections: 2 }
    const none = { ...check, passed: true, objections: 0 }
    const [left, whole] = [await viewOf(imported(some)), await viewOf(imported(none))]
    expect(left.api.asked.findings.length).toBeGreaterThan(0)
    expect(whole.api.asked.findings).toEqual([])
  })

  it('shows errors, objections of the checks and skipped sessions with their reasons', async () => {
    const { plan } = aJob()
    const skips = [
      { market: 'US', firstSession: '1996-01-03', lastSession: '1996-01-04', sessions: 2, reason: 'no data' },
    ]
    const check = {
      code: 'jumps',
      severity: 'warning',
      passed: false,
      checked: 9,
      objections: 1,
      examples: ['2008-10-13'],
    }
    const { wrapper } = await viewOf(
      aJob({ errors: [{ code: 'E', message: 'It broke' }], plan: { ...plan, skips }, verification: [check] }),
    )
    for (const text of ['It broke', '2 sessions', 'no data', '1 objection', '2008-10-13'])
      expect(wrapper.text()).toContain(text)
  })

  it('names the sessions that were left out, and why', async () => {
    const api = new FakeApi()
    api.jobList = [aJob({ progress: { ...aJob().progress, failedItems: 1 } })]
    const session = { market: 'US', session: '2008-10-13', chunk: 7, code: 'torn', message: 'torn row', attempt: 1 }
    api.leftOut = [{ ...session, at: '2026-01-05T09:00:02.000Z' }]
    const { wrapper } = await mountPage(JobView, { api, props: { jobId: '01JOB' } })
    for (const text of ['left out', '2008-10-13', 'torn row', 'Chunk 7']) expect(wrapper.text()).toContain(text)
  })

  it('shows limits, skip limit and the chunk size in force', async () => {
    const { parameters, execution } = aJob()
    const limits = { wallSeconds: 0, memorySoftMb: 300, memoryHardMb: 0, cpuPercent: 50 }
    const { wrapper } = await viewOf(
      aJob({
        parameters: { ...parameters, chunkSize: 'auto', skipLimit: 3, limits },
        execution: { ...execution, chunkSize: 800 },
      }),
    )
    for (const text of ['800 (auto)', 'Skip limit', 'shrink over 300 MiB', '50 % of a core'])
      expect(wrapper.text()).toContain(text)
  })

  it('says that a job is not there', async () => {
    const { wrapper } = await mountPage(JobView, { props: { jobId: 'nope' } })
    expect(wrapper.find('[role=alert]').text()).toContain('not-found')
  })
})
