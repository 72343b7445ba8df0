import { flushPromises } from '@vue/test-utils'
import { ref } from 'vue'
import { expect, it } from 'vitest'
import type { LogLevel } from '@/api/contract'
import { ApiProblem } from '@/api/problem'
import { aLogEntry } from '@/testing/builders'
import { FakeApi } from '@/testing/fakeApi'
import { mountComposable } from '@/testing/mountPage'
import { useJobLogs } from './useJobLogs'

const lines = (count: number) => Array.from({ length: count }, (_, at) => aLogEntry(at + 1))

async function logOf(count: number) {
  const api = new FakeApi()
  api.log = lines(count)
  const level = ref<LogLevel | null>(null)
  const { result } = await mountComposable(
    () =>
      useJobLogs(
        () => 'J1',
        () => level.value,
      ),
    { api },
  )
  return { api, level, ...result }
}

it('adds only what came after the last line', async () => {
  const { api, entries, more } = await logOf(2)
  api.log = lines(3)
  await more()
  expect(entries.value.map(({ id }) => id)).toEqual([1, 2, 3])
  expect(api.asked.logs[1]!.after).toBe(2)
})

it('offers more after a full page and no more after the rest', async () => {
  const { rest, more } = await logOf(600)
  expect(rest.value).toBe(true)
  await more()
  expect(rest.value).toBe(false)
})

it('starts anew when the level changes', async () => {
  const { api, level, entries } = await logOf(2)
  level.value = 'ERROR'
  await flushPromises()
  expect(api.asked.logs.at(-1)).toMatchObject({ level: 'ERROR', after: undefined })
  expect(entries.value).toHaveLength(2)
})

it('asks the server for the words that are looked for', async () => {
  const api = new FakeApi()
  const words = ref('')
  await mountComposable(() => useJobLogs(() => 'J1', () => null, () => words.value), { api })
  words.value = 'retry'
  await flushPromises()
  expect(api.asked.logs.map(({ q }) => q)).toEqual([undefined, 'retry'])
})

it('keeps the lines when the server fails', async () => {
  const { api, entries, problem, more } = await logOf(2)
  api.failure = new ApiProblem(503, 'database-busy', 'Busy', '', null)
  await more()
  expect(entries.value).toHaveLength(2)
  expect(problem.value?.code).toBe('database-busy')
})
