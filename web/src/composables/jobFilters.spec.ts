import { describe, expect, it } from 'vitest'
import { isNarrowed, readFilters, toJobQuery, writeFilters } from './jobFilters'

describe('job filters in the address', () => {
  it('survive being written and read', () => {
    const query = {
      status: 'FAILED',
      type: 'HISTORICAL_BACKFILL',
      market: 'US',
      q: 'crisis',
      sort: 'priority',
      cursor: 'c2',
    }
    expect(writeFilters(readFilters(query))).toEqual(query)
  })

  it('leave the address clean by default', () => {
    expect(writeFilters(readFilters({}))).toEqual({})
    expect(isNarrowed(readFilters({}))).toBe(false)
  })

  it('ignore words they do not know', () => {
    const filters = readFilters({ status: 'SLEEPING', type: 'PARTY', sort: 'shoeSize' })
    expect(filters).toMatchObject({ status: null, type: null, order: '-createdAt' })
  })

  it('count a text as narrowing, an order not', () => {
    expect(isNarrowed(readFilters({ q: 'x' }))).toBe(true)
    expect(isNarrowed(readFilters({ sort: 'priority' }))).toBe(false)
  })

  it('become the query of the API', () => {
    expect(toJobQuery(readFilters({ status: 'PAUSED', q: 'x' }))).toEqual({
      status: ['PAUSED'],
      type: undefined,
      market: undefined,
      q: 'x',
      sort: '-createdAt',
      limit: 20,
      cursor: undefined,
    })
  })
})
