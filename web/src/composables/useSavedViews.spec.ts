import { afterEach, expect, it } from 'vitest'
import { readFilters } from './jobFilters'
import { useSavedViews } from './useSavedViews'

afterEach(() => localStorage.clear())

it('a view is kept under its name, and one of the same name replaced', () => {
  useSavedViews().save('nightly', readFilters({ tag: 'nightly', status: 'FAILED' }))
  const { views, save, open } = useSavedViews()
  expect(open(views.value[0]!)).toEqual(readFilters({ tag: 'nightly', status: 'FAILED' }))
  save('nightly', readFilters({ q: 'x' }))
  expect(views.value).toEqual([{ name: 'nightly', query: { q: 'x' } }])
})

it('a view is forgotten for good', () => {
  const { save, forget } = useSavedViews()
  save('nightly', readFilters({}))
  forget('nightly')
  expect(useSavedViews().views.value).toEqual([])
})

it.each(['{', '7', '[1, null, {"name": 3}]'])('what something else left in its place counts as none: %s', (left) => {
  localStorage.setItem('dart-batch.views', left)
  expect(useSavedViews().views.value).toEqual([])
})
