import { expect, it } from 'vitest'
import { aCalendar, aReading } from '@/testing/builders'
import { daysOf, spanOf } from './year'

const run = (first: string, last = first) => ({ first, last, sessions: 1 })
const failure = { ...run('2020-01-02'), jobId: '01JOB', code: 'unexpected', message: 'torn row', at: '2026-01-05T09:00:00Z' }
const dayAt = (date: string, ...[readings, calendar]: [Parameters<typeof daysOf>[1], Parameters<typeof daysOf>[2]]) =>
  daysOf(2020, readings, calendar).find((day) => day.date === date)!

it('a year holds its weekdays only', () => {
  const days = daysOf(2020, [], null)
  expect(days).toHaveLength(262)
  expect(days[0]).toMatchObject({ date: '2020-01-01', month: 0 })
  expect(days.at(-1)?.date).toBe('2020-12-31')
  expect(days.some(({ date }) => date === '2020-01-04')).toBe(false)
})

it('a day of a missing run is missing, another one without reading is no session', () => {
  const calendar = aCalendar({ missing: [run('2019-12-30', '2020-01-03')] })
  expect(dayAt('2020-01-02', [], calendar).state).toBe('missing')
  expect(dayAt('2020-01-06', [], calendar).state).toBe('none')
})

it('a reading is published, or withheld without a value, also when nothing else is known', () => {
  expect(dayAt('2020-01-02', [aReading('2020-01-02', 40)], null)).toMatchObject({ state: 'published', states: [], value: 40 })
  expect(dayAt('2020-01-02', [aReading('2020-01-02', null)], null).states).toEqual(['withheld'])
})

it('a day may be in several states, shows the most urgent one, and says why it failed', () => {
  const calendar = aCalendar({
    failed: [failure],
    stale: [run('2020-01-02')],
    verified: [run('1990-01-02', '2022-12-28')],
  })
  const day = dayAt('2020-01-02', [aReading('2020-01-02', 40)], calendar)
  expect(day).toMatchObject({ state: 'failed', states: ['failed', 'stale', 'verified'], why: 'torn row' })
  expect(dayAt('2020-01-03', [aReading('2020-01-03', 40)], calendar)).toMatchObject({ state: 'verified', why: null })
})

it('a span is the same whichever end was first', () => {
  const days = daysOf(2020, [], null)
  expect(spanOf(days, 5, 1)).toEqual(spanOf(days, 1, 5))
  expect(spanOf(days, 1, 1)).toEqual(['2020-01-02', '2020-01-02'])
})
