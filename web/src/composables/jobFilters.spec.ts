import { describe, expect, it } from 'vitest'
import { isNarrowed, readFilters, toJobQuery, toJobsWanted, writeFilters } from './jobFilters'

describe('job filters in the address', () => {
  it('survive being written and read', () => {
    const query = {
      status: 'FAILED',
      type: 'HISTORICAL_BACKFILL',
      market: 'US',
      q: 'crisis',
      tag: 'nightly',
      from: '2026-01-05',
      until: '2026-01-06',
      sort: 'priority',
    }
    expect(writeFilters(readFilters(query))).toEqual(query)
  })

  it('leave the address clean by default', () => {
    expect(writeFilters(readFilters({}))).toEqual({})
    expect(isNarrowed(readFilters({}))).toBe(false)
  })

  it('ignore words they do not know', () => {
    const filters = readFilters({ status: 'SLEEPING', type: 'PARTY', sort: 'shoeSize', from: 'yesterday' })
    expect(filters).toMatchObject({ status: null, type: null, from: '', order: '-createdAt' })
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
      limit: 50,
      cursor: undefined,
    })
  })

  it('take the last day whole, by the clock of the reader, for the list and for verbs on all that match', () => {
    const filters = readFilters({ tag: 'nightly', from: '2026-01-05', until: '2026-01-06' })
    const days = {
      tag: ['nightly'],
      createdFrom: new Date(2026, 0, 5).toISOString(),
      createdBefore: new Date(2026, 0, 7).toISOString(),
    }
    expect(toJobQuery(filters)).toMatchObject(days)
    expect(toJobsWanted(filters)).toMatchObject(days)
  })

  it('pass over a day that no calendar has', () => {
    expect(toJobQuery(readFilters({ from: '2026-99-99' })).createdFrom).toBeUndefined()
  })
})
