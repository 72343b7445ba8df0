import { expect, it } from 'vitest'
import { againstOf, askedFor, wordOf } from './against'

it.each([
  ['definition:cnn', { withDefinition: 'cnn' }],
  ['generation:01JOB', { withGeneration: '01JOB' }],
  ['moment:2026-01-05T09:00:00Z', { withAsOf: '2026-01-05T09:00:00Z' }],
])('%s of the address is asked for and written back', (word, asked) => {
  const against = againstOf(word)!
  expect(askedFor(against)).toEqual(asked)
  expect(wordOf(against)).toBe(word)
})

it.each([null, '', 'cnn', 'definition:', 'nothing:cnn', 'moment:never'])('%s is no comparison', (word) => {
  expect(againstOf(word)).toBeNull()
})
