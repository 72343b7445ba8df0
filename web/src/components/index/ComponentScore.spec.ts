import { expect, it } from 'vitest'
import { mountPage } from '@/testing/mountPage'
import ComponentScore from './ComponentScore.vue'

const present = {
  raw: 0.02,
  score: 80,
  weight: 0.2,
  effectiveWeight: 0.25,
  contribution: 20,
  coverage: 1,
  source: 'observed',
  imputed: 0,
  indicators: {},
}

const textOf = async (name: string, change: object) => {
  const component = { ...present, ...change }
  return (await mountPage(ComponentScore, { props: { name, component, bounds: [25, 45, 55, 75] } })).wrapper.text()
}

it('shows score, level and how the weight grew', async () => {
  const text = await textOf('volatility', {})
  for (const part of ['Volatility', '80.0', 'Extreme greed', '20.0 %', '25.0 %', '20.0']) expect(text).toContain(part)
  expect(text).not.toContain('Proxy')
})

it('marks a proxy and names it', async () => {
  const text = await textOf('volatility', { source: 'proxy:realised volatility in place of VIX' })
  expect(text).toContain('Proxy')
  expect(text).toContain('realised volatility in place of VIX')
})

it('marks a missing component and gives it no number', async () => {
  const text = await textOf('newThing', {
    score: null,
    raw: null,
    contribution: null,
    effectiveWeight: null,
    source: null,
  })
  expect(text).toContain('New thing')
  expect(text).toContain('Missing')
  expect(text).not.toMatch(/\b50\b|\b0\.0\b/)
})

it('marks a carried score with its age', async () => {
  expect(await textOf('volatility', { imputed: 2 })).toContain('carried 2 rows')
})
