import { flushPromises } from '@vue/test-utils'
import { afterEach, expect, it } from 'vitest'
import { defineComponent, h } from 'vue'
import { aChunk, aJob, aLogEntry } from '@/testing/builders'
import { FakeApi } from '@/testing/fakeApi'
import { mountPage } from '@/testing/mountPage'
import ChunkGrid from './ChunkGrid.vue'
import JobLogs from './JobLogs.vue'

afterEach(() => void (document.body.innerHTML = ''))

const failed = aChunk({
  number: 2,
  status: 'FAILED',
  tries: 3,
  worker: 'node-7',
  error: { code: 'source-away', message: 'The source did not answer.' },
})

async function jobPage(at: string) {
  const api = new FakeApi()
  api.log = [aLogEntry(1)]
  const page = defineComponent({
    render: () => [h(ChunkGrid, { chunks: [aChunk(), failed] }), h(JobLogs, { job: aJob() })],
  })
  return mountPage(page, { api, at })
}

const cell = (page: Awaited<ReturnType<typeof jobPage>>, at: number) => page.wrapper.findAll('[role=group] button')[at]!

it('a click on a cell keeps its error in view and shows its part of the log; one more lets it go', async () => {
  const page = await jobPage('/jobs/01JOB')
  await cell(page, 1).trigger('click')
  await flushPromises()
  for (const text of ['The source did not answer.', 'node-7']) expect(page.wrapper.find('[role=note]').text()).toContain(text)
  expect(page.router.currentRoute.value.query).toEqual({ chunk: '2' })
  expect(page.api.asked.logs.at(-1)).toMatchObject({ chunk: 2 })
  await cell(page, 1).trigger('click')
  await flushPromises()
  expect(page.wrapper.find('[role=note]').exists()).toBe(false)
  expect(page.api.asked.logs.at(-1)!.chunk).toBeUndefined()
})

it('a link leads to a chunk, and the log offers to show all lines again', async () => {
  const page = await jobPage('/jobs/01JOB?chunk=2')
  expect(cell(page, 1).attributes('aria-pressed')).toBe('true')
  expect(page.api.asked.logs).toEqual([expect.objectContaining({ chunk: 2 })])
  await page.wrapper.find('[title="Show the lines of all chunks"]').trigger('click')
  await flushPromises()
  expect(page.router.currentRoute.value.query).toEqual({})
})

it('a chunk that does not exist is not kept in view', async () => {
  const page = await jobPage('/jobs/01JOB?chunk=two')
  expect(page.wrapper.find('[role=note]').exists()).toBe(false)
  expect(page.api.asked.logs[0]!.chunk).toBeUndefined()
})
