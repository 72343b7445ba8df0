import { expect, it } from 'vitest'
import { fromLocal, momentOf, toLocal } from './localMoment'

it('a moment survives the input to the minute, whatever the time zone', () => {
  expect(fromLocal(toLocal('2026-01-05T09:07:31Z'))).toBe('2026-01-05T09:07:00.000Z')
})

it('what is no moment is null', () => {
  expect(fromLocal('')).toBeNull()
  expect(momentOf('yesterday')).toBeNull()
  expect(momentOf(null)).toBeNull()
  expect(momentOf('2026-01-05T09:00:00.123456Z')).toBe('2026-01-05T09:00:00.123456Z')
})
