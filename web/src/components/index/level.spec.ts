import { expect, it } from 'vitest'
import { bandsOf, levelOf } from './level'

const bounds = [25, 45, 55, 75]

it('a bound belongs to the level below it', () => {
  expect(levelOf(25, bounds)).toBe('EXTREME_FEAR')
  expect(levelOf(25.01, bounds)).toBe('FEAR')
  expect(levelOf(75, bounds)).toBe('GREED')
  expect(levelOf(100, bounds)).toBe('EXTREME_GREED')
})

it('bands cover 0 to 100 without holes', () => {
  const bands = bandsOf(bounds)
  expect(bands.map(({ from }) => from)).toEqual([0, 25, 45, 55, 75])
  expect(bands.map(({ to }) => to)).toEqual([25, 45, 55, 75, 100])
})
