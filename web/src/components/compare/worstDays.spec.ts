import { expect, it } from 'vitest'
import { aDifference } from '@/testing/builders'
import { worstDays } from './worstDays'

const day = (date: string, delta: number | null) => ({ ...aDifference().items[0]!, date, delta })

it('the largest differences come first, up or down, and equal days are left out', () => {
  const items = [day('a', 1), day('b', -9), day('c', 0), day('d', null), day('e', 4)]
  expect(worstDays(items, 2).map(({ date }) => date)).toEqual(['b', 'e'])
  expect(worstDays(items, 9)).toHaveLength(3)
})
