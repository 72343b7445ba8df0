import { expect, it } from 'vitest'
import type { Job } from '@/api/contract'
import { aJob } from '@/testing/builders'
import { mountComposable } from '@/testing/mountPage'
import { useWaitingText } from './useWaitingText'

const place = { position: 1, queued: 2 }

it('says why a job does not run, with the facts, and nothing of one that runs', async () => {
  const { result: said } = await mountComposable(useWaitingText)
  const facts = { owner: 'ann', jobs: '2' }
  expect(said(aJob({ waiting: { code: 'owner', reason: '?', facts, ...place } }))).toContain('ann runs 2 jobs already')
  expect(said(aJob({ waiting: null }))).toBe('')
})

it('leaves the words of a later server as they are', async () => {
  const { result: said } = await mountComposable(useWaitingText)
  const code = 'moonlight' as NonNullable<Job['waiting']>['code']
  expect(said(aJob({ waiting: { code, reason: 'It waits for the moon.', facts: {}, ...place } }))).toBe('It waits for the moon.')
})
