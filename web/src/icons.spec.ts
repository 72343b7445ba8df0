import { icons } from '@iconify-json/lucide'
import { expect, it } from 'vitest'

const sources = import.meta.glob<string>('./**/*.{vue,ts}', { query: '?raw', import: 'default', eager: true })

it('every icon the page names exists in the bundled collection, so that none is fetched from elsewhere', () => {
  const named = Object.values(sources).flatMap((source) =>
    [...source.matchAll(/'?"?i-lucide-([a-z0-9-]+)/g)].map(([, name]) => name!),
  )
  const known = { ...icons.icons, ...icons.aliases }
  expect(named.length).toBeGreaterThan(20)
  expect([...new Set(named)].filter((name) => !(name in known))).toEqual([])
})
