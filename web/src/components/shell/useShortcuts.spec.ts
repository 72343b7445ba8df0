import { flushPromises } from '@vue/test-utils'
import { afterEach, expect, it } from 'vitest'
import { mountComposable } from '@/testing/mountPage'
import { useShortcuts } from './useShortcuts'

afterEach(() => void (document.body.innerHTML = ''))

async function page() {
  const mounted = await mountComposable(useShortcuts)
  document.body.insertAdjacentHTML('beforeend', '<input type="search"><a data-row href="#1">1</a><a data-row href="#2">2</a>')
  return mounted
}

async function press(...keys: string[]) {
  for (const key of keys)
    (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
  await flushPromises()
}

it('j and k go through the rows and stop at both ends', async () => {
  const { wrapper } = await page()
  const walked = []
  for (const key of ['j', 'j', 'j', 'k', 'k']) {
    await press(key)
    walked.push(document.activeElement?.textContent)
  }
  expect(walked).toEqual(['1', '2', '2', '1', '1'])
  wrapper.unmount()
})

it('g and a letter go to a place; the letter alone does not', async () => {
  const { wrapper, router } = await page()
  await press('w')
  expect(router.currentRoute.value.name).toBe('jobs')
  await press('g', 'w')
  expect(router.currentRoute.value.name).toBe('workers')
  wrapper.unmount()
})

it('what is typed stays text', async () => {
  const { wrapper, router, result: help } = await page()
  await press('/')
  expect(document.activeElement?.tagName).toBe('INPUT')
  await press('n', '?')
  expect(router.currentRoute.value.name).toBe('jobs')
  expect(help.value).toBe(false)
  wrapper.unmount()
})

it('the list of them opens with a question mark, and nothing works behind a dialog', async () => {
  const { wrapper, router, result: help } = await page()
  await press('?')
  expect(help.value).toBe(true)
  document.body.insertAdjacentHTML('beforeend', '<div role="dialog"></div>')
  await press('n')
  expect(router.currentRoute.value.name).toBe('jobs')
  wrapper.unmount()
})
