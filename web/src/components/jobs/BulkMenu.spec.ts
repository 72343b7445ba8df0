import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { readFilters } from '@/composables/jobFilters'
import { buttonIn, dialog } from '@/testing/dialog'
import { FakeApi } from '@/testing/fakeApi'
import { mountPage } from '@/testing/mountPage'
import BulkDialog from './BulkDialog.vue'

afterEach(() => void (document.body.innerHTML = ''))

const refused = { jobId: '02', done: false, code: 'verb-refused', message: 'A COMPLETED job cannot be paused.', hint: null }

async function asking(done: number) {
  const api = new FakeApi()
  api.bulkAnswers = { verb: 'pause', dryRun: true, done, refused: 1, items: [refused] }
  const filters = readFilters({ status: 'RUNNING', q: 'crisis' })
  return mountPage(BulkDialog, { api, props: { verb: 'pause', filters, total: 3 } })
}

describe('a verb for all jobs that match', () => {
  it('is rehearsed first, and says what would be refused and why', async () => {
    const { api } = await asking(2)
    expect(api.asked.bulk).toEqual([
      { verb: 'pause', dryRun: true, mode: 'keep', filter: { status: ['RUNNING'], type: null, market: null, q: 'crisis' } },
    ])
    for (const text of ['2', '1', 'A COMPLETED job cannot be paused.']) expect(dialog().textContent).toContain(text)
  })

  it('is done once that is confirmed', async () => {
    const { api, wrapper } = await asking(2)
    buttonIn(dialog(), 'Pause').click()
    await flushPromises()
    expect(api.asked.bulk.map(({ dryRun }) => dryRun)).toEqual([true, false])
    expect(wrapper.emitted('done')).toHaveLength(1)
  })

  it('cannot be confirmed when it would do nothing', async () => {
    const { api } = await asking(0)
    expect(buttonIn(dialog(), 'Pause').hasAttribute('disabled')).toBe(true)
    expect(api.asked.bulk).toHaveLength(1)
  })
})
