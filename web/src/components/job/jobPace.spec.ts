import { describe, expect, it } from 'vitest'
import type { Attempt } from '@/api/contract'
import { aChunk } from '@/testing/builders'
import { paceOf } from './jobPace'

const at = (second: number) => new Date(Date.UTC(2026, 0, 5, 9, 0, second)).toISOString()

const anAttempt = (attempt: number, from: number, to: number | null): Attempt => ({
  attempt,
  worker: 'w1',
  startedAt: at(from),
  endedAt: to === null ? null : at(to),
  outcome: to === null ? null : 'completed',
  message: null,
})

const done = (number: number, end: number, seconds: number, memoryBytes: number | null = 1024) =>
  aChunk({ number, finishedAt: at(end), durationMs: seconds * 1000, memoryBytes })

const items = (found: ReturnType<typeof paceOf>) =>
  found!.pace.reduce((sum, { perSecond }) => sum + (perSecond * found!.length) / found!.pace.length, 0)

describe('the pace of a job', () => {
  it('is not known before the first chunk is done', () => {
    expect(paceOf([aChunk({ status: 'PENDING', finishedAt: null })], [anAttempt(1, 0, null)])).toBeNull()
    expect(paceOf([done(1, 4, 2)], [])).toBeNull()
  })

  it('counts every item once, where its chunk was computed', () => {
    const found = paceOf([done(1, 12, 12), done(2, 48, 12)], [anAttempt(1, 0, 48)])
    expect(items(found)).toBeCloseTo(200)
    expect(found!.pace[0]!.perSecond).toBeCloseTo(100 / 12)
    expect(found!.pace[20]!.perSecond).toBe(0)
  })

  it('leaves out the time between attempts and says when the next began', () => {
    const found = paceOf([done(1, 10, 10), done(2, 60, 10)], [anAttempt(1, 0, 10), anAttempt(2, 50, 60)])
    expect(found!.length).toBe(20)
    expect(found!.again).toEqual([10])
    expect(found!.pace.every(({ perSecond }) => Math.abs(perSecond - 10) < 1e-6)).toBe(true)
  })

  it('goes up to the last chunk while an attempt runs', () => {
    expect(paceOf([done(1, 8, 4)], [anAttempt(1, 0, null)])!.length).toBe(8)
  })

  it('has no memory for a chunk that nobody looked at', () => {
    const found = paceOf([done(1, 4, 2, null), done(2, 8, 2, 4096)], [anAttempt(1, 0, 8)])
    expect(found!.memory).toEqual([{ second: 8, bytes: 4096 }])
  })
})
