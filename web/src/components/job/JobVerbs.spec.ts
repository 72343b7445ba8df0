import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { ApiProblem } from '@/api/problem'
import { useJobsStore } from '@/stores/jobs'
import { aJob } from '@/testing/builders'
import { FakeApi } from '@/testing/fakeApi'
import { buttonIn, dialog } from '@/testing/dialog'
import { mountPage } from '@/testing/mountPage'
import JobVerbs from './JobVerbs.vue'

afterEach(() => void (document.body.innerHTML = ''))

async function verbsOf(change: Parameters<typeof aJob>[0], api = new FakeApi()) {
  const job = aJob(change)
  api.jobList = [job]
  return mountPage(JobVerbs, { api, props: { job } })
}

const press = async (within: Element, name: string) => {
  buttonIn(within, name).click()
  await flushPromises()
}

describe('the verbs of a job', () => {
  it('are those the server allows, none twice under two names', async () => {
    await verbsOf({ status: 'PAUSED', allowedVerbs: ['start', 'resume', 'cancel', 'unknown-verb'] })
    expect([...document.querySelectorAll('button')].map((button) => button.textContent?.trim())).toEqual([
      'Resume',
      'Cancel job',
    ])
  })

  it('change nothing until they are confirmed', async () => {
    const { api } = await verbsOf({ allowedVerbs: ['pause'] })
    await press(document.body, 'Pause')
    expect(dialog().textContent).toContain('The chunk at hand is finished first')
    await press(dialog(), 'Back')
    expect(api.asked.orders).toEqual([])
  })

  it('are sent once confirmed, and the answer is shown everywhere', async () => {
    const { api } = await verbsOf({ allowedVerbs: ['pause'] })
    await press(document.body, 'Pause')
    await press(dialog(), 'Pause')
    expect(api.asked.orders).toEqual([{ verb: 'pause' }])
    expect(useJobsStore().find('01JOB')?.status).toBe('PAUSED')
    expect(document.querySelector('[role=dialog][data-state=open]')).toBeNull()
  })

  it('promote and discard are offered while the result waits for a decision, and not after', async () => {
    const { api, wrapper } = await verbsOf({ status: 'COMPLETED', allowedVerbs: [], generation: 'STAGED' })
    expect(wrapper.text()).toBe('PromoteDiscard')
    await press(document.body, 'Promote')
    await press(dialog(), 'Promote')
    expect(api.asked.orders).toEqual([{ verb: 'promote' }])
    await wrapper.setProps({ job: useJobsStore().find('01JOB') })
    expect(wrapper.text()).not.toContain('Promote')
  })

  it('what waits for a decision still does so after live news that do not tell it', async () => {
    await verbsOf({ generation: 'STAGED' })
    const store = useJobsStore()
    store.remember([aJob({ generation: 'STAGED' })])
    store.applyChanges([aJob({ status: 'COMPLETED' })])
    expect(store.find('01JOB')?.generation).toBe('STAGED')
  })

  it('cancel asks what becomes of the rows, and keeps them unless told otherwise', async () => {
    const { api } = await verbsOf({ allowedVerbs: ['cancel'] })
    await press(document.body, 'Cancel job')
    expect(dialog().textContent).toContain('100 sessions are processed so far')
    dialog().querySelectorAll<HTMLElement>('[role=radio]')[1]!.click()
    await press(dialog(), 'Cancel job')
    expect(api.asked.orders).toEqual([{ verb: 'cancel', mode: 'rollback' }])
  })

  it('priority starts from what the job has', async () => {
    const { api } = await verbsOf({ allowedVerbs: ['prioritise'], priority: 'LOW' })
    await press(document.body, 'Change priority')
    await press(dialog(), 'Change priority')
    expect(api.asked.orders).toEqual([{ verb: 'prioritise', priority: 'LOW' }])
  })

  it('a refusal is told in the words of the server, and the dialog stays', async () => {
    const api = new FakeApi()
    api.refusal = new ApiProblem(409, 'verb-refused', 'Conflict', 'A COMPLETED job cannot be paused.', 'Look again.')
    await verbsOf({ allowedVerbs: ['pause'] }, api)
    await press(document.body, 'Pause')
    await press(dialog(), 'Pause')
    for (const text of ['cannot be paused', 'Look again', 'verb-refused']) expect(dialog().textContent).toContain(text)
  })

  it('say how much is left when a job goes on', async () => {
    await verbsOf({ status: 'FAILED', allowedVerbs: ['start', 'retry'] })
    await press(document.body, 'Retry')
    expect(dialog().textContent).toContain('Chunks done and kept: 1. Left to run: 1, with 100 sessions')
  })
})
