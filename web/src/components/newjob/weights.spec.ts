import { describe, expect, it } from 'vitest'
import { rebalanced, split, toWire, weightsOf, WHOLE } from './weights'

const sum = (weights: Record<string, number>) => Object.values(weights).reduce((one, other) => one + other, 0)
const none = new Set<string>()

describe('weights', () => {
  it('of seven equal components add up to the whole', () => {
    const weights = weightsOf('abcdefg'.split('').map((name) => ({ name, weight: 1 / 7 })))
    expect(sum(weights)).toBe(WHOLE)
    expect(weights.a).toBe(143)
    expect(weights.g).toBe(142)
  })

  it('that are not moved share the rest in their old proportion', () => {
    expect(rebalanced({ a: 500, b: 400, c: 100 }, 'a', 0, none)).toEqual({ a: 0, b: 800, c: 200 })
  })

  it('that are all nothing share the rest evenly', () => {
    expect(rebalanced({ a: 1000, b: 0, c: 0 }, 'a', 400, none)).toEqual({ a: 400, b: 300, c: 300 })
  })

  it('that are held stay, and limit how far another goes', () => {
    const held = new Set(['b'])
    expect(rebalanced({ a: 300, b: 400, c: 300 }, 'a', 900, held)).toEqual({ a: 600, b: 400, c: 0 })
  })

  it('do not move when all others are held', () => {
    expect(rebalanced({ a: 300, b: 700 }, 'a', 900, new Set(['b']))).toEqual({ a: 300, b: 700 })
  })

  it('add up to the whole after any moves', () => {
    let weights = weightsOf('abcde'.split('').map((name, at) => ({ name, weight: at + 1 })))
    for (const wanted of [17, 333, 999, 1000, 0, 1, 641]) {
      weights = rebalanced(weights, 'abcde'[wanted % 5]!, wanted, none)
      expect(sum(weights)).toBe(WHOLE)
      expect(Math.min(...Object.values(weights))).toBeGreaterThanOrEqual(0)
    }
  })

  it('split nothing among nobody', () => {
    expect(split(0, [])).toEqual([])
  })

  it('go to the server as shares, without the empty ones', () => {
    expect(toWire({ a: 250, b: 0, c: 750 })).toEqual({ a: 0.25, c: 0.75 })
  })
})
