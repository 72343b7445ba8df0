import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it } from 'vitest'
import { aJob } from '@/testing/builders'
import { useJobsStore } from './jobs'

beforeEach(() => setActivePinia(createPinia()))

it('an answer that the live channel has overtaken changes nothing but the generation', () => {
  const store = useJobsStore()
  store.remember([aJob({ status: 'RUNNING' })])
  const asked = store.now()
  store.applyChanges([aJob({ status: 'PAUSED' })])
  store.applyAnswer([aJob({ status: 'RUNNING', generation: 'STAGED' })], asked)
  expect(store.find('01JOB')).toMatchObject({ status: 'PAUSED', generation: 'STAGED' })
})

it('an answer to what was asked after the last change counts', () => {
  const store = useJobsStore()
  store.applyChanges([aJob({ status: 'PAUSED' })])
  store.applyAnswer([aJob({ status: 'QUEUED' })], store.now())
  expect(store.find('01JOB')?.status).toBe('QUEUED')
  expect(store.membership).toBe(2)
})

it('an answer to what was asked before an order does not take the order back', () => {
  const store = useJobsStore()
  store.remember([aJob({ status: 'RUNNING' })])
  const asked = store.now()
  store.applyAnswer([aJob({ status: 'PAUSED' })], store.now())
  store.remember([aJob({ status: 'RUNNING' })], asked)
  expect(store.find('01JOB')?.status).toBe('PAUSED')
})

it('the answer to an order that the live channel has overtaken leaves what was heard', () => {
  const store = useJobsStore()
  const asked = store.now()
  store.applyChanges([aJob({ status: 'COMPLETED' })])
  store.applyAnswer([aJob({ status: 'QUEUED' })], asked)
  expect(store.find('01JOB')?.status).toBe('COMPLETED')
  expect(store.membership).toBe(1)
})
