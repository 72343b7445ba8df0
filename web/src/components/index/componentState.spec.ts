import { expect, it } from 'vitest'
import type { ComponentReading } from '@/api/contract'
import { componentState, proxyNote, wordsOf } from './componentState'

const component = (change: Partial<ComponentReading>): ComponentReading => ({
  raw: 1,
  score: 50,
  weight: 0.2,
  effectiveWeight: 0.2,
  contribution: 10,
  coverage: 1,
  source: 'observed',
  imputed: 0,
  indicators: {},
  ...change,
})

it('a component without a score is missing, whatever else it says', () => {
  expect(componentState(component({ score: null, source: 'proxy:x', imputed: 2 }))).toBe('missing')
})

it('a carried score is marked before a proxy', () => {
  expect(componentState(component({ source: 'proxy:x', imputed: 1 }))).toBe('carried')
})

it('a proxy is marked and says what stands in', () => {
  const proxy = component({ source: 'proxy:realised volatility in place of VIX' })
  expect(componentState(proxy)).toBe('proxy')
  expect(proxyNote(proxy)).toBe('realised volatility in place of VIX')
})

it('an observed score carries no mark and no note', () => {
  expect(componentState(component({}))).toBe('observed')
  expect(proxyNote(component({}))).toBeNull()
})

it('an unknown name is shown as words', () => {
  expect(wordsOf('foreignNetFlows')).toBe('Foreign net flows')
  expect(wordsOf('foreign_net_flows')).toBe('Foreign net flows')
})
