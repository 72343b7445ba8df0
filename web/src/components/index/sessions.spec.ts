import { describe, expect, it } from 'vitest'
import { nearestSession, sessionAt, sessionOnOrBefore, spanStart } from './sessions'

const items = ['2019-12-30', '2020-01-02', '2020-01-03', '2020-01-06'].map((date) => ({ date }))
const at = (text: string) => new Date(text).getTime()

describe('sessions', () => {
  it('nearest to a moment is the closer neighbour', () => {
    expect(nearestSession(items, at('2020-01-04T06:00'))).toBe('2020-01-03')
    expect(nearestSession(items, at('2020-01-05T13:00'))).toBe('2020-01-06')
  })

  it('nearest stays inside the history', () => {
    expect(nearestSession(items, at('1999-01-01'))).toBe('2019-12-30')
    expect(nearestSession(items, at('2031-01-01'))).toBe('2020-01-06')
    expect(nearestSession([], at('2020-01-01'))).toBeNull()
  })

  it('at a day is that session or nothing', () => {
    expect(sessionAt(items, '2020-01-03')).toEqual({ date: '2020-01-03' })
    expect(sessionAt(items, '2020-01-04')).toBeNull()
    expect(sessionAt(items, null)).toBeNull()
  })

  it('on or before a holiday is the session before it', () => {
    expect(sessionOnOrBefore(items, '2020-01-05')).toBe(2)
    expect(sessionOnOrBefore(items, '2019-01-01')).toBe(-1)
  })

  it('span starts years before the last session, or shows everything when the history is shorter', () => {
    expect(spanStart([{ date: '2010-05-04' }, { date: '2020-01-06' }], 5)).toBe('2015-01-06')
    expect(spanStart(items, 5)).toBeNull()
    expect(spanStart(items, null)).toBeNull()
  })
})
