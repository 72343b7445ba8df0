import { expect, it } from 'vitest'
import { aReading } from '@/testing/builders'
import { daysOf, spanOf } from './year'

const state = (date: string, ...[readings, missing, stale]: Parameters<typeof daysOf> extends [number, ...infer R] ? R : never) =>
  daysOf(2020, readings, missing, stale).find((day) => day.date === date)?.state

it('a year holds its weekdays only', () => {
  const days = daysOf(2020, [], [], [])
  expect(days).toHaveLength(262)
  expect(days[0]).toMatchObject({ date: '2020-01-01', month: 0 })
  expect(days.at(-1)?.date).toBe('2020-12-31')
  expect(days.some(({ date }) => date === '2020-01-04')).toBe(false)
})

it('a day that a plan would add is missing, another one without value is no session', () => {
  expect(state('2020-01-02', [], [['2020-01-02', '2020-01-03']], [])).toBe('missing')
  expect(state('2020-01-06', [], [['2020-01-02', '2020-01-03']], [])).toBe('none')
})

it('a reading is published, withheld without a value, and stale after a correction', () => {
  expect(state('2020-01-02', [aReading('2020-01-02', 40)], [], [])).toBe('published')
  expect(state('2020-01-02', [aReading('2020-01-02', null)], [], [])).toBe('withheld')
  expect(state('2020-01-02', [aReading('2020-01-02', 40)], [], [['2020-01-02', '2020-01-02']])).toBe('stale')
})

it('a span is the same whichever end was first', () => {
  const days = daysOf(2020, [], [], [])
  expect(spanOf(days, 5, 1)).toEqual(spanOf(days, 1, 5))
  expect(spanOf(days, 1, 1)).toEqual(['2020-01-02', '2020-01-02'])
})
